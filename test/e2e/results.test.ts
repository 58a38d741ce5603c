import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { violations } from './accessibility.ts'
import { describeInChromium, patience_ms } from './chromium.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { openAt } from './startPage.ts'
import { tempHome } from './tempHome.ts'

const bin = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url))
const hostile = '<img src=x onerror=alert(1)> and more than thirty characters'

/** Two classes whose names are markup and turned text, told apart by one word each. */
const texts = ['text,label']
  .concat(
    Array.from({ length: 160 }, (_, line) => {
      const [word, label] = line % 2 === 0 ? ['lamp', hostile] : ['rain', '\u202eright to left']
      return `${word} number ${line} of the list ${line % 7},"${label}"`
    }),
  )
  .join('\n')

const study = (file: string) => `bitgauge: study/1
name: seen
seed: 5
dataset: { file: ${file}, name: hostile, layout: { format: csv, header: true, text: [text], label: label } }
models:
  disc: { family: discriminative, pooling: last, embedding: 8, hidden: 8, train: { epochs: 2, batch: 8 } }
calibration: { size: 12, draws: 2, compositions: { balanced: balanced, natural: natural } }
grid: { bits: [8, 3], noise: [{ kind: none }, { kind: qwerty, level: 0.1 }] }
questions:
  - { name: eight bits hold, compare: bits, against: float, only: { bits: [8], composition: [balanced], draw: [0], noise: [none] }, unit: text, test: tost, smallest: 0.1 }
  - { name: composition matters, compare: composition, against: balanced, within: [bits], only: { noise: [none] }, unit: draw, test: sign-flip }
`

function bitgauge(...args: string[]): void {
  execFileSync(process.execPath, [bin, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
}

describeInChromium('the page of results', () => {
  const home = tempHome()
  let open: OpenWindow
  let page: Page

  beforeAll(async () => {
    const folder = mkdtempSync(join(home.path, 'files-'))
    writeFileSync(join(folder, 'texts.csv'), texts)
    writeFileSync(join(folder, 'seen.yaml'), study('texts.csv'))
    bitgauge('study', 'run', join(folder, 'seen.yaml'), '--home', home.path)
    open = await openWindow(home.path)
    page = open.page
    await openAt(page, '/results/seen')
    await grid()
      .waitFor({ timeout: patience_ms })
      .catch(async (thrown: unknown) => {
        throw new Error(await page.locator('body').innerText(), { cause: thrown })
      })
  }, 120_000)

  afterAll(async () => {
    await open?.end()
    home.remove()
  })

  const grid = (): Locator => page.getByRole('grid')
  const side = (): Locator => page.getByRole('complementary')
  const cell = (name: RegExp): Locator => page.getByRole('gridcell', { name })
  const address = async (): Promise<string> => decodeURIComponent(await page.evaluate<string>('location.hash'))
  const hasNoViolations = async (): Promise<void> => {
    for (const turn of [false, true]) {
      if (turn) await page.locator('header .theme').click()
      expect(await violations(page)).toEqual([])
    }
    await page.locator('header .theme').click()
  }

  it('shows the study with what was fixed said, its intervals, and nothing that axe finds wrong in light and dark', async () => {
    await cell(/^disc, ours, W8 A8 C8: .* %/).waitFor()
    await page
      .getByTitle(/several values of noise/)
      .getByText('clean')
      .waitFor()
    await hasNoViolations()
  })

  it('says what the questions came to, and walks them by the brackets', async () => {
    const verdict = page.getByRole('region', { name: 'Verdict', exact: true })
    await verdict.getByText('eight bits hold.').waitFor()
    await verdict.getByText(/Two one-sided tests; unit text/).waitFor()
    await page.keyboard.press(']')
    await verdict.getByText('composition matters.').waitFor()
    expect(await address()).toContain('question=composition matters'.replace(' ', '+').slice(0, 20))
    await page.keyboard.press('[')
    await verdict.getByText('eight bits hold.').waitFor()
  })

  it('explains a term of the verdict on hover and on focus, until Esc or something else has the focus', async () => {
    const told = page.getByRole('tooltip')
    await page.getByRole('button', { name: 'Holm', exact: true }).hover()
    await told.getByText(/as strict as one/).waitFor()
    await page.keyboard.press('Escape')
    await told.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'margin', exact: true }).focus()
    await told.getByText(/still counts as none/).waitFor()
    await page.keyboard.press('Tab')
    await told.getByText(/finds in 8 of 10 cases/).waitFor()
    expect(await told.count()).toBe(1)
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await told.waitFor({ state: 'detached' })
  })

  it('selects one run everywhere: in the table, in the chart, in the panel, in the address', async () => {
    await grid().focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await side().getByRole('heading', { name: 'disc, ours, W8 A8 C8' }).waitFor()
    expect(await page.getByRole('gridcell', { selected: true }).getAttribute('aria-label')).toContain('W8 A8 C8')
    await page.locator('.ring.chosen').first().waitFor()
    expect(await address()).toMatch(/run=[0-9A-Z]{26}/)
    await side().getByText('run 1 of 2 in this cell').waitFor()
    await side().getByRole('button', { name: 'Next run of the cell' }).click()
    await side().getByText('run 2 of 2 in this cell').waitFor()
  })

  it('leads from the run to its calibration set and to its texts, whose classes are text whatever they hold', async () => {
    await side()
      .getByRole('link', { name: /balanced, draw/ })
      .waitFor()
    await side().getByRole('radio', { name: 'All' }).click()
    await side()
      .getByText(/number \d+ of the list/)
      .first()
      .waitFor()
    expect(await side().getByText(hostile).count()).toBeGreaterThan(0)
    expect(await page.locator('img').count()).toBe(0)
    await hasNoViolations()
  })

  it.each([800, 1900])('stands in one column in a window of 900 by %i pixels, no part over another', async (height) => {
    await page.setViewportSize({ width: 900, height })
    const parts = [
      '.results .filters',
      '.verdict',
      '.results .table',
      '.charts > :first-child',
      '.charts > :last-child',
    ]
    const places = [...parts.map((part) => page.locator(part).first()), side()].map(async (part) => {
      const { y, height: own } = (await part.boundingBox())!
      return { top: y, foot: y + own }
    })
    const found = await Promise.all(places)
    for (const [index, { foot }] of found.slice(0, -1).entries()) {
      const gap = found[index + 1]!.top - foot
      expect(gap).toBeGreaterThanOrEqual(0)
      expect(gap).toBeLessThan(40)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('opens a run by its address alone, and keeps the view when it is loaded again', async () => {
    const view = '/results/seen?rows=composition&columns=bits,noise&measure=difference&f.bits=W3 A3 C3'
    const run = /run=([0-9A-Z]{26})/.exec(await address())?.[1]
    await openAt(page, `${view}&run=${run}`)
    await cell(/^balanced, W3 A3 C3, qwerty 0.1: /).waitFor()
    await page.reload()
    await cell(/^balanced, W3 A3 C3, qwerty 0.1: .* points/).waitFor()
    await page.getByRole('button', { name: 'Remove the filter width' }).waitFor()
    await side().getByRole('heading', { name: /^disc/ }).waitFor()
  })

  it('closes the panel by Esc, and gives the focus back to where it came from', async () => {
    await grid().focus()
    await page.keyboard.press('3')
    await side().locator('section:focus').getByText('Predictions').waitFor()
    await page.keyboard.press('Escape')
    await side().waitFor({ state: 'detached' })
    await grid().and(page.locator(':focus')).waitFor()
  })

  it('turns any axis by any axis, each standing once', async () => {
    await page.getByRole('button', { name: 'Rows, columns' }).click()
    const dialog = page.getByRole('dialog')
    expect(await violations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Swap rows and columns' }).click()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await cell(/^W3 A3 C3, qwerty 0.1, balanced: /).waitFor()
    expect(await address()).toContain('rows=bits,noise')
  })

  it('filters by F, counts what is left, and clears by Shift F', async () => {
    await page.keyboard.press('Shift+F')
    await page.getByText('18 of 18 cells').waitFor()
    await page.keyboard.press('f')
    await page.getByRole('button', { name: /^composition/ }).click()
    await page.getByRole('checkbox', { name: /^natural/ }).click()
    await page.keyboard.press('Escape')
    await page.getByText('10 of 18 cells').waitFor()
    await page.keyboard.press('Shift+F')
  })

  it('filters by keyboard alone, and takes back what cleared several', async () => {
    await page.getByText('18 of 18 cells').waitFor()
    const inHand = page.locator('.filter-item:focus')
    for (const key of ['Home', 'End']) {
      await page.keyboard.press('f')
      await inHand.waitFor()
      await page.keyboard.press(key)
      await page.keyboard.press('Enter')
      await inHand.and(page.getByRole('checkbox')).waitFor()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Escape')
      await inHand.waitFor({ state: 'detached' })
    }
    const removes = page.getByRole('button', { name: /^Remove the filter/ })
    await removes.nth(1).waitFor()
    await page.keyboard.press('Shift+F')
    await removes.first().waitFor({ state: 'detached' })
    const notes = page.getByRole('status', { name: 'Notes' })
    await notes.getByText('2 filters are cleared.').waitFor()
    await notes.getByRole('button', { name: 'Undo' }).click()
    await removes.nth(1).waitFor()
  })

  it('compares two marked runs on the same texts', async () => {
    await openAt(page, '/results/seen')
    await cell(/^disc, ours, W8 A8 C8: /).waitFor()
    await grid().focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Space')
    await page.keyboard.press('End')
    await page.keyboard.press('Space')
    await page.keyboard.press('c')
    const dialog = page.getByRole('dialog', { name: 'Run against run' })
    await dialog.getByText(/McNemar mid-p; unit text/).waitFor()
    const counts = await dialog.locator('tbody td').allTextContents()
    const total = counts.map((text) => Number(text.replaceAll(',', ''))).reduce((sum, count) => sum + count, 0)
    expect(total).toBeGreaterThan(0)
    await dialog.getByRole('button', { name: 'McNemar mid-p' }).hover()
    await dialog.getByRole('tooltip').waitFor()
    await hasNoViolationsInDialog(page)
    await page.keyboard.press('Escape')
    await dialog.getByRole('tooltip').waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  it('turns every chart into its table by T, and the one that has the focus alone', async () => {
    const charts = [0, 1].map((at) => page.locator('.charts > *').nth(at))
    const form = (at: number, words: RegExp): Promise<void> =>
      charts[at]!.getByRole('button', { name: words }).first().waitFor()
    for (const at of [0, 1]) await form(at, /^Show as table/)
    await page.keyboard.press('t')
    for (const at of [0, 1]) await form(at, /^Show as chart/)
    await charts[0]!.getByRole('region', { name: /as a table$/ }).focus()
    await page.keyboard.press('t')
    await form(0, /^Show as table/)
    await form(1, /^Show as chart/)
    await charts[0]!.locator('[aria-roledescription="chart"]').first().and(page.locator(':focus')).waitFor()
    await charts[1]!.getByRole('button', { name: /^Show as chart/ }).click()
  })

  it('shows a chart where it was chosen, in exchange for what the other place shows already', async () => {
    const title = (at: number, words: string): Promise<void> =>
      page.locator('.charts > *').nth(at).getByRole('heading', { name: words, exact: true }).waitFor()
    const choose = async (at: number, words: string): Promise<void> => {
      await page.locator('.charts > *').nth(at).getByRole('button', { name: 'Choose the chart' }).click()
      await page.getByRole('menuitem', { name: words, exact: true }).click()
      await page.getByRole('menu').waitFor({ state: 'detached' })
    }
    await choose(0, 'Verdicts of the question')
    await title(0, 'Verdicts of the question')
    await title(1, 'Loss by width and composition')
    await choose(0, 'Loss by width and composition')
    await title(0, 'Loss by width and composition')
    await title(1, 'Verdicts of the question')
    await choose(0, 'Accuracy against width')
    await choose(1, 'Loss by width and composition')
    await title(1, 'Loss by width and composition')
  })

  it('hands what is seen to the exports by address', async () => {
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/#\/exports/)
    const query = await address()
    for (const part of ['study=seen', 'rows=model,recipe', 'columns=bits', 'measure=accuracy', 'f.noise=none'])
      expect(query).toContain(part)
  })

  it('says what is wrong with a study that is not there', async () => {
    await openAt(page, '/results/seem')
    await page
      .getByRole('alert')
      .getByText(/There is no study/)
      .waitFor()
    expect(await violations(page)).toEqual([])
  })
})

async function hasNoViolationsInDialog(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([])
}
