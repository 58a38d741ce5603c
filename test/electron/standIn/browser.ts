import { chromium, type BrowserContext } from 'playwright-core'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromiumArguments, chromiumPath } from '../../e2e/chromium.ts'

export interface StandInBrowser {
  context: BrowserContext
  /** where another process can attach to the same browser */
  cdp: string
  close(): Promise<void>
}

/** The real Chromium that shows the windows: headless, with a fresh profile. */
export async function launchBrowser(): Promise<StandInBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'bitgauge-window-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    args: [...chromiumArguments, '--remote-debugging-port=0'],
    viewport: { width: 1280, height: 800 },
  })
  const port = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')[0]
  return {
    context,
    cdp: `http://127.0.0.1:${port}`,
    close: async () => {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}
