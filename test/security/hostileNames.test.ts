import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findIds } from '../../build/docs/screenshots/findIds.ts'
import { settle } from '../../build/docs/screenshots/screen.ts'
import { shots, type Ids } from '../../build/docs/screenshots/shots.ts'
import { exportFormats } from '../../src/shared/contract/results.ts'
import { hostileNames } from '../core/export/results.ts'
import { describeInChromium } from '../e2e/chromium.ts'
import { filesInside } from '../e2e/journey/archive.ts'
import { openWindow, type OpenWindow } from '../e2e/openWindow.ts'
import { openAt } from '../e2e/startPage.ts'
import { watchPage } from '../e2e/watchPage.ts'

const bin = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url))
/** With one that no column is wide enough for, in one word. */
const huge = 'W'.repeat(200)
const names = [...Object.values(hostileNames), huge]
const { html, formula, tex } = hostileNames
/** All that the pages show of a home with something in it; the look at a file has a test of its own. */
const pages = shots.filter(
  ({ name, home, line }) => home === 'small' && line === undefined && name !== 'dataset-preview',
)

const study = `bitgauge: study/1
name: hostile
seed: 3
dataset: { id: hostile }
models:
  reads: { family: discriminative, pooling: last, embedding: 8, hidden: 8, train: { epochs: 2, batch: 8 } }
  writes: { family: generative, head: shared, embedding: 8, hidden: 8, train: { epochs: 1, batch: 16 } }
calibration: { size: 20, draws: 1, compositions: { balanced: balanced, one class: ${JSON.stringify({ [html]: 1 })} } }
grid: { bits: [8, 4], noise: [{ kind: none }, { kind: qwerty, level: 0.1 }] }
questions:
  - { name: composition matters, compare: composition, against: balanced, within: [model, bits], only: { noise: [none] }, unit: draw, test: sign-flip }
`

/** Texts with a direction override that no element of their own keeps from turning round what stands beside them. */
const looseOverrides = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (!/[\\u202a-\\u202e\\u2066-\\u2069]/.test(node.data)) continue
    let one = node.parentElement
    while (one !== null && !/isolate|plaintext/.test(getComputedStyle(one).unicodeBidi)) one = one.parentElement
    const isWhole = one === null || one === document.body || one === document.documentElement
    if (isWhole && node.parentElement.checkVisibility()) found.push(node.parentElement.outerHTML.slice(0, 200))
  }
  return found
})()`

describeInChromium('class names and texts that do harm where they are taken for more than text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-hostile-'))
  const home = join(folder, 'home')
  const file = '<img src=x onerror=alert(1)>.jsonl'
  const dialogs: string[] = []
  let open: OpenWindow
  let page: Page
  let ids: Ids

  beforeAll(async () => {
    writeFileSync(join(folder, file), rows(400))
    writeFileSync(join(folder, 'study.yaml'), study)
    bitgauge('dataset', 'import', join(folder, file), '--name', 'hostile', '--home', home)
    bitgauge('study', 'run', join(folder, 'study.yaml'), '--home', home)
    ids = await findIds(home)
    open = await openWindow(home)
    page = open.page
    page.setDefaultTimeout(50_000)
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
  })

  afterAll(async () => {
    await open?.end()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are text on every page', async () => {
    const seen = new Map<string, string>()
    const wide: string[] = []
    const loose: string[] = []
    for (const { name, at, act } of pages) {
      await openAt(page, at(ids))
      await settle(page)
      await act?.(page)
      seen.set(name, await page.locator('body').innerText())
      const { scroll, window } = await page.evaluate<{ scroll: number; window: number }>(
        '({ scroll: document.documentElement.scrollWidth, window: innerWidth })',
      )
      if (scroll > window) wide.push(`${name}: ${scroll} of ${window}`)
      loose.push(...(await page.evaluate<string[]>(looseOverrides)).map((text) => `${name}: ${text}`))
      if (process.env['BITGAUGE_SHOTS'] !== undefined)
        await page.screenshot({ path: join(process.env['BITGAUGE_SHOTS'], `${name}.png`) })
      await page.keyboard.press('Escape')
    }
    expect(wide).toEqual([])
    for (const name of ['dataset', 'model', 'calibration-new', 'results-run']) expect(seen.get(name)).toContain(html)
    for (const name of ['dataset', 'model', 'calibration-new']) {
      expect(seen.get(name)).toContain(formula)
      expect(seen.get(name)).toContain(tex.slice(0, 20))
    }
    expect(loose).toEqual([])
  })

  it('are text in the look at a file before it is imported', async () => {
    await openAt(page, '/datasets/import')
    await page.getByRole('button', { name: 'Choose… train files' }).click()
    await page.locator('input[type=file]').setInputFiles(join(folder, file))
    await page.getByRole('button', { name: 'Use 1 file' }).click()
    await page.getByText(html).first().waitFor()
    await page.getByRole('button', { name: 'Back' }).click()
  })

  it('are text in charts, as table and in what a pointer shows', async () => {
    await openAt(page, `/results/${ids.study}?run=${ids.run}&charts=confusion,classes`)
    await settle(page)
    const charts = page.locator('main svg')
    for (const chart of (await charts.all()).slice(0, 6)) await chart.hover({ force: true }).catch(() => undefined)
    await page.getByRole('button', { name: 'Show as table' }).first().click()
    await page.getByRole('row').filter({ hasText: html }).first().waitFor()
    expect(await page.locator('img, script:not([src]), iframe').count()).toBe(0)
  })

  it('are text in the export of every format, and in the report that a browser opens', async () => {
    await openAt(page, `/exports?study=${ids.study}&formats=${exportFormats.join()}`)
    await settle(page)
    if (process.env['BITGAUGE_SHOTS'] !== undefined)
      await page.screenshot({ path: join(process.env['BITGAUGE_SHOTS'], 'made.png') })
    const save = page.getByRole('button', { name: /^Export and save/ })
    const [download] = await Promise.all([page.waitForEvent('download'), save.click()])
    const files = await filesInside(readFileSync(await download.path()))
    const written = [...files].filter(([name]) => /\.(html|svg)$/.test(name))
    expect(written.length).toBeGreaterThan(1)
    for (const [name, bytes] of written) {
      const path = join(folder, name.replaceAll('/', '_'))
      writeFileSync(path, bytes)
      const reader = await open.browser.newPage()
      const read = watchPage(reader, 'file:')
      reader.on('dialog', (dialog) => dialogs.push(dialog.message()))
      await reader.goto(`file://${path}`)
      expect(await reader.locator('img[src="x"], script').count()).toBe(0)
      expect(read.complaints).toEqual([])
      await reader.close()
    }
    const texts = [...files].filter(([name]) => !/\.(png|pdf)$/.test(name))
    expect(texts.length).toBeGreaterThan(written.length)
    for (const [name, bytes] of texts) {
      expect([name, bytes.includes('\u001b')]).toEqual([name, false])
      if (name.endsWith('.tex')) expect(bytes.toString('utf8')).not.toMatch(/\\(input|write18)\b/)
    }
  })

  it('have run nothing, asked nobody and broken no rule of the policy', () => {
    expect(dialogs).toEqual([])
    expect(open.watch).toEqual({ complaints: [], foreign: [] })
  })
})

/** Each class is told by a word of its own; texts say the names too. */
function rows(count: number): string {
  return Array.from({ length: count }, (_, line) => {
    const at = line % names.length
    return JSON.stringify({ text: `word${at} in line ${line % 17} of ${names[at]}`, label: names[at] })
  }).join('\n')
}

function bitgauge(...given: string[]): void {
  execFileSync(process.execPath, [bin, ...given], { stdio: ['ignore', 'ignore', 'pipe'] })
}
