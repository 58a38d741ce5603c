import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'

const preload = fileURLToPath(new URL('../../../out/preload/index.cjs', import.meta.url))

interface Script {
  scriptId: string
  functions: { ranges: { startOffset: number; endOffset: number; count: number }[] }[]
}

/** Writes what the pages have reached of the preload script, by its own offsets, in the form in which Node writes its own coverage. */
export async function keepPreloadCoverage(contexts: readonly BrowserContext[], folder: string): Promise<void> {
  for (const page of contexts.flatMap((context) => context.pages())) {
    const result = await reachedIn(page).catch(() => [])
    writeFileSync(join(folder, `preload-${randomUUID()}.json`), JSON.stringify({ result }))
  }
}

async function reachedIn(page: Page): Promise<object[]> {
  const source = readFileSync(preload, 'utf8')
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Debugger.enable')
  await cdp.send('Profiler.enable')
  const { result } = (await cdp.send('Profiler.getBestEffortCoverage')) as { result: Script[] }
  const found: object[] = []
  for (const { scriptId, functions } of result) {
    const { scriptSource } = await cdp
      .send('Debugger.getScriptSource', { scriptId })
      .catch(() => ({ scriptSource: '' }))
    const offset = scriptSource.indexOf(source)
    if (offset >= 0)
      found.push({ url: pathToFileURL(preload).href, functions: moved(functions, offset, source.length) })
  }
  return found
}

/** The script is wrapped before it runs in the page: what lies outside it is not of it. */
function moved(functions: Script['functions'], offset: number, length: number): Script['functions'] {
  return functions.map(({ ranges }) => ({
    ranges: ranges.map(({ startOffset, endOffset, count }) => ({
      startOffset: Math.max(0, startOffset - offset),
      endOffset: Math.min(length, Math.max(0, endOffset - offset)),
      count,
    })),
  }))
}
