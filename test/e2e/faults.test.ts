import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContext, type Page, type WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ensureRenderer } from '../../build/pages.ts'
import { chromiumArguments, chromiumPath, describeInChromium } from './chromium.ts'
import { madeTexts } from './journey/texts.ts'
import { computePidsBelow } from './processes.ts'
import { serve, type Served } from './serveShell.ts'
import { slowed } from './slowed.ts'
import { openAt } from './startPage.ts'

const bin = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url))
/** Processes start slowly beside other suites. */
const patience = { timeout: 50_000 }

/** Many cells, each of little work. */
const study = `bitgauge: study/1
name: many
seed: 1
dataset: { id: reports }
models: { disc: { family: discriminative, embedding: 8, hidden: 8, train: { epochs: 1, batch: 64 } } }
calibration: { size: 16, draws: 24, compositions: { balanced: balanced, natural: natural, pumps: { pump: 1 }, doors: { door: 1 } } }
grid: { bits: [8, 4, 3] }
`

describeInChromium('a study in the window while things break', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-faults-'))
  const home = join(folder, 'home')
  let browser: Browser
  let context: BrowserContext
  let served: Served
  let first: Page
  /** of the study, in the window */
  let address: string

  beforeAll(async () => {
    await ensureRenderer()
    const file = join(folder, 'reports.csv')
    writeFileSync(file, madeTexts(1000))
    execFileSync(process.execPath, [bin, 'dataset', 'import', file, '--name', 'reports', '--home', home, '--json'])
    served = await serve(home)
    browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments })
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    context.setDefaultTimeout(50_000)
    first = await context.newPage()
    await first.goto(served.url)
    await first.getByText('Engine connected').waitFor()
    await openAt(first, '/studies/new')
    await first.getByRole('textbox', { name: 'Study in YAML' }).click()
    await first.keyboard.press('Control+a')
    await first.keyboard.insertText(study)
    await first.getByText('289 cells').waitFor()
    await first.getByRole('button', { name: /^Start study/ }).click()
    await first.locator('[data-study-state="running"]').waitFor()
    address = new URL(first.url()).hash
  })

  afterAll(async () => {
    await browser.close()
    expect(await served.stop()).toBe(0)
    rmSync(folder, { recursive: true, force: true })
  })

  it('is counted cell by cell', async () => {
    await expect.poll(() => done(first), patience).toBeGreaterThan(2)
  })

  it('shows the same in two pages, and after one of them was loaded again', async () => {
    await slowed(served.pid, async () => {
      const second = await another()
      await second.reload()
      await expect.poll(() => done(second), patience).toBeGreaterThan(0)
      await expect.poll(async () => (await done(first)) === (await done(second)), patience).toBe(true)
      expect(await state(second)).toBe('running')
      await second.close()
    })
  })

  it('says that a compute process was killed, tries its cells again and goes on', async () => {
    const before = await slowed(served.pid, async () => {
      const [pid = 0] = computePidsBelow(served.pid)
      process.kill(pid, 'SIGKILL')
      await first.getByText(/A compute process ended unexpectedly\. Its cells are tried again/).waitFor()
      return done(first)
    })
    await expect.poll(() => done(first), patience).toBeGreaterThan(before)
    expect(await state(first)).toBe('running')
    expect(await first.getByText('0 failed').count()).toBeGreaterThan(0)
  })

  it('says that its line was cut, and shows what it missed when the line is back', async () => {
    const lines: WebSocketRoute[] = []
    let up = true
    const third = await another(async (page) => {
      await page.routeWebSocket('**/rpc', (line) => {
        if (!up) return void line.close({ code: 1011 })
        lines.push(line)
        line.connectToServer()
      })
    })
    await expect.poll(() => done(third), patience).toBeGreaterThan(0)
    up = false
    await lines[0]?.close({ code: 1011 })
    await third.getByText('The connection to the engine is lost.').waitFor()
    const old = await done(third)
    await expect.poll(() => done(first), patience).toBeGreaterThan(old + 2)
    expect(await done(third)).toBe(old)
    up = true
    await third.getByRole('button', { name: 'Try now' }).click()
    await expect.poll(() => done(third), patience).toBeGreaterThan(old + 2)
    await third.close()
  })

  async function another(prepare: (page: Page) => Promise<void> = () => Promise.resolve()): Promise<Page> {
    const page = await context.newPage()
    await prepare(page)
    await page.goto(`${served.origin}/${address}`)
    await page.locator('[data-study-state]').waitFor()
    return page
  }
})

/** Finished cells, as the page says it. */
async function done(page: Page): Promise<number> {
  const words = (await page.getByRole('progressbar', { name: /^Cells of/ }).getAttribute('aria-valuetext')) ?? ''
  return Number(/^([\d,]+) of/.exec(words)?.[1]?.replaceAll(',', '') ?? 0)
}

function state(page: Page): Promise<string | null> {
  return page.locator('[data-study-state]').getAttribute('data-study-state')
}
