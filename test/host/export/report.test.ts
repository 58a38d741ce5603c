import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exportResults } from '../../../src/host/export/exportResults.ts'
import { usualCharts } from '../../../src/shared/charts/requests.ts'
import { violations } from '../../e2e/accessibility.ts'
import { chromiumArguments, chromiumPath, describeInChromium } from '../../e2e/chromium.ts'
import { smallHostileResults } from './samples.ts'

const elementsInCharts = [
  'circle',
  'clipPath',
  'defs',
  'desc',
  'g',
  'path',
  'polygon',
  'polyline',
  'rect',
  'svg',
  'text',
  'title',
]

describeInChromium('a report of hostile results', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-report-'))
  const out = join(folder, 'out')
  const said: string[] = []
  let browser: Browser

  beforeAll(async () => {
    const results = smallHostileResults()
    const kinds = new Map(usualCharts(results).map((chart) => [chart.kind, chart]))
    const tables = [{ rows: ['model' as const, 'composition' as const], columns: ['bits' as const] }]
    await exportResults(results, { formats: ['report', 'svg', 'html'], out, tables, charts: [...kinds.values()] })
    browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  /** Gives what the page answers to an expression, and writes down all that it says or asks for. */
  async function inPage<T>(name: string, look: object, use: (page: Page) => Promise<T>): Promise<T> {
    said.length = 0
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...look })
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
    page.on('dialog', (dialog) => said.push(dialog.message()))
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) said.push(request.url())
    })
    await page.goto(pathToFileURL(join(out, name)).href)
    try {
      return await use(page)
    } finally {
      await page.close()
    }
  }

  it.each(['light', 'dark'])('has no violation that axe finds, %s; light with all of it open', async (colorScheme) => {
    const found = await inPage('report.html', { colorScheme }, async (page) => {
      const open = `document.querySelectorAll('details').forEach((one) => (one.open = ${colorScheme === 'light'}))`
      await page.evaluate(open)
      return violations(page)
    })
    expect(found).toEqual([])
  })

  it('asks for nothing, runs nothing, and holds no element of a name', async () => {
    const [strange, inline, fonts, text] = await inPage(
      'report.html',
      {},
      (page) =>
        page.evaluate(`document.fonts.ready.then(() => [
          document.querySelectorAll('img, script, iframe, object, a, link').length,
          document.querySelectorAll('[style], [onerror], [onclick]').length,
          [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family).join(),
          document.body.innerText,
        ])`) as Promise<[number, number, string, string]>,
    )
    expect([strange, inline, said]).toEqual([0, 0, []])
    expect(fonts).toContain('IBM Plex Sans')
    expect(text).toContain('<img src=x onerror=alert(1)>')
    expect(text).toContain('\\input{/etc/passwd}')
  })

  it.each(['light', 'dark'])('shows each chart once, for a reader who has it %s', async (colorScheme) => {
    const shown = await inPage('report.html', { colorScheme }, (page) =>
      page.evaluate(`[...document.querySelectorAll('figure')].map((figure) =>
        [...figure.querySelectorAll('div.light, div.dark')].filter((one) => one.checkVisibility()).map((one) => one.className).join())`),
    )
    expect((shown as string[]).length).toBeGreaterThan(5)
    expect(new Set(shown as string[])).toEqual(new Set([colorScheme]))
  })

  it('prints light, also for a reader who has it dark', async () => {
    const found = await inPage('report.html', { colorScheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
      return page.evaluate(`[
        getComputedStyle(document.body).backgroundColor,
        [...document.querySelectorAll('figure .dark')].filter((one) => one.checkVisibility()).length,
      ]`)
    })
    expect(found).toEqual(['rgb(255, 255, 255)', 0])
  })

  it.each([360, 1280])('does not scroll sideways at %i pixels', async (width) => {
    const viewport = { width, height: 800 }
    const wide = await inPage('report.html', { viewport }, (page) =>
      page.evaluate('document.documentElement.scrollWidth'),
    )
    expect(wide).toBeLessThanOrEqual(width)
  })

  it('has pictures that are well-formed by themselves, each with its title and its words', async () => {
    const files = readdirSync(out).filter((name) => name.endsWith('.svg'))
    const sources = files.map((name) => readFileSync(join(out, name), 'utf8'))
    const found = await inPage('report.html', {}, (page) =>
      page.evaluate(`${JSON.stringify(sources)}.map((source) => {
        const root = new DOMParser().parseFromString(source, 'image/svg+xml').documentElement
        const names = (root.getAttribute('aria-labelledby') ?? '').split(' ')
        const elements = [...new Set([root, ...root.querySelectorAll('*')].map((one) => one.nodeName))]
        return { elements, named: names.length === 2 && names.every((id) => root.querySelector('#' + id).textContent !== '') }
      })`),
    )
    expect(files.length).toBeGreaterThan(5)
    for (const { elements, named } of found as { elements: string[]; named: boolean }[]) {
      expect(elements.filter((name) => !elementsInCharts.includes(name))).toEqual([])
      expect(named).toBe(true)
    }
  })

  it('has tables beside it that axe finds nothing wrong with either', async () => {
    expect(await inPage('accuracy-model-composition-by-bits.html', {}, violations)).toEqual([])
    expect(said).toEqual([])
  })
})
