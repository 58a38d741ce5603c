import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { violations } from './accessibility.ts'
import { describeInChromium } from './chromium.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { slowed } from './slowed.ts'
import { tempHome } from './tempHome.ts'

/** 2 float cells and 16 quantized ones, in some seconds. */
const small = `# Written by hand.
bitgauge: study/1
name: small # called so
seed: 5
dataset: { generate: { generator: maintenance-log, size: 400, difficulty: 0, seed: 3 } }
models:
  disc: { family: discriminative, embedding: 8, hidden: 8, train: { epochs: 3, batch: 16 } }
calibration: { size: 16, draws: 2, compositions: { balanced: balanced, one: { pump: 1 } } }
grid:
  bits: [8, 4] # wide and narrow
  noise: [{ kind: none }, { kind: qwerty, level: 0.2 }]
questions:
  - { name: q, compare: composition, against: balanced, within: [bits], unit: draw, test: sign-flip }
`
const hostile = '<img src=x onerror=alert(1)>'

describeInChromium('studies and exports of bitgauge serve', () => {
  const home = tempHome()
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-saved-'))
  let open: OpenWindow
  let page: Page

  const goTo = (address: string): Promise<unknown> => page.goto(`${open.served.origin}/#/${address}`)
  const editor = () => page.getByRole('textbox', { name: 'Study in YAML' })
  const problems = () => page.getByRole('list', { name: 'Problems in the text' })
  const cells = () => page.locator('[data-cells]')
  const state = (of: Page, name: string) => of.locator(`[data-study-state="${name}"]`)
  const useTheme = async (theme: 'light' | 'dark'): Promise<void> => {
    const button = page.getByRole('button', { name: `Use the ${theme} theme` })
    if ((await button.count()) > 0) await button.click()
  }
  async function write(text: string): Promise<void> {
    await editor().click()
    await page.keyboard.press('Control+A')
    await page.keyboard.insertText(text)
  }
  /** The text of the editor, whose lines are all in the page while they are few. */
  const written = async (): Promise<string> => (await editor().locator('.cm-line').allTextContents()).join('\n')

  beforeAll(async () => {
    open = await openWindow(home.path, { BITGAUGE_THREADS: '1' })
    page = open.page
  })

  afterAll(async () => {
    await open?.end()
    home.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  it('begin from a template, whose form writes into the text that is seen and counts the cells', async () => {
    await goTo('studies')
    // The page before says so too.
    await page.getByRole('link', { name: 'What calibration changes' }).waitFor()
    expect(await page.locator('main .button.primary').allInnerTexts()).toEqual(['New study'])
    expect(await violations(page)).toEqual([])
    await page.getByRole('link', { name: 'What calibration changes' }).click()
    await cells().getByText('145').waitFor()
    expect(await page.getByText('a guess: no such run is in this store yet').count()).toBe(1)
    await page.getByRole('spinbutton', { name: 'Draws' }).fill('2')
    const widths = page.getByRole('group', { name: 'One width for every group' })
    await widths.getByRole('button', { name: '3', exact: true }).click()
    await widths.getByRole('button', { name: '6', exact: true }).click()
    await cells().getByText('25').waitFor()
    expect(await written()).toMatch(/draws: 2\n[\s\S]*bits: \[8, 6, 4\]\n/)
    expect(await written()).toMatch(/^# Does it matter which texts the ranges are taken from\?\n/)
    expect(await page.getByText(/^Decides whether accuracy with each other composition differs/).count()).toBe(1)
    expect(await violations(page)).toEqual([])
  })

  it('say what is wrong with the text at its line and column, and lead there', async () => {
    await write(small.replace('draws: 2', 'drawz: 2'))
    const problem = problems().locator('[data-severity="error"]').first()
    await problem.getByText('calibration has no setting "drawz".').waitFor()
    expect(await problem.innerText()).toMatch(/8:26[\s\S]*The nearest is draws\./)
    expect(await cells().count()).toBe(0)
    await problem.getByRole('button').click()
    await page.keyboard.press('Tab')
    expect(await editor().evaluate((one) => one === one.getRootNode().activeElement)).toBe(false)
    expect(await violations(page)).toEqual([])
    await write(`name: [`)
    await page.getByText(/The text cannot be read at line 1/).waitFor()
  })

  it('take the text back into the form, comments and all, and survive a reload', async () => {
    await write(small)
    // At once: a change by the form is a step of its own to undo, however soon it follows.
    const widths = page.getByRole('group', { name: 'One width for every group' })
    await widths.getByRole('button', { name: '6', exact: true }).click()
    await cells().getByText('26').waitFor()
    expect(await written()).toContain('  bits: [8, 6, 4] # wide and narrow')
    await page.getByRole('button', { name: 'Undo' }).click()
    await cells().getByText('18').waitFor()
    expect(await written()).toBe(small)
    await goTo('studies')
    await page.getByRole('link', { name: 'New study' }).first().click()
    await page.getByText('This is the study that you began before').waitFor()
    expect(await written()).toBe(small)
  })

  it('take every letter that is typed into the text, and give back one that was begun when another is', async () => {
    await editor().click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.type('# gs?n\n')
    const begun = `# gs?n\n${small}`
    await expect.poll(written).toBe(begun)
    expect(await page.evaluate('location.hash')).toBe('#/studies/new')
    await page.getByRole('button', { name: 'Start over' }).click()
    const notes = page.getByRole('status', { name: 'Notes' })
    await notes.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('This is the study that you began before').waitFor()
    await expect.poll(written).toBe(begun)
    await goTo('studies/new?size=64')
    await page.reload()
    await page.getByRole('button', { name: 'Go on with it' }).click()
    await page.getByText('This is the study that you began before').waitFor()
    await expect.poll(written).toBe(begun)
    await write(small)
  })

  it('run, are paused, shown by a reload and a second tab as they are, and go on from either', async () => {
    await cells().getByText('18').waitFor()
    const second = await page.context().newPage()
    await page.getByRole('button', { name: 'Start study' }).and(page.locator('[aria-disabled="false"]')).waitFor()
    await page.keyboard.press('Control+Enter')
    await slowed(open.served.pid, async () => {
      await state(page, 'running').waitFor()
      await page.getByText(/^Measuring cells/).waitFor()
      await page.reload()
      await state(page, 'running').waitFor()
      await page.getByRole('button', { name: 'Pause' }).click()
      await state(page, 'paused').waitFor()
    })
    await second.goto(page.url())
    await state(second, 'paused').waitFor()
    const told = (of: Page): Promise<string> =>
      of
        .getByText(/^\d+ of 18 cells$/)
        .first()
        .innerText()
    await expect.poll(async () => (await told(page)) === (await told(second))).toBe(true)
    await second.getByRole('button', { name: 'Resume' }).click()
    await state(page, 'done').waitFor()
    await page.getByText('18 of 18 cells').first().waitFor()
    await page.getByRole('img', { name: 'disc, seed 1, ours: 16 done' }).waitFor()
    await expect.poll(() => page.locator('[data-verdict]').innerText()).toMatch(/Not testable|Undecided/)
    await second.close()
    // Its processes run a quarter of the time, on a machine that may be busy.
  }, 180_000)

  it.each(['dark', 'light'] as const)('have no violation that axe finds in the %s theme', async (theme) => {
    await useTheme(theme)
    expect(await violations(page)).toEqual([])
    await page.getByRole('radio', { name: 'YAML' }).click()
    await page.getByRole('textbox', { name: 'YAML of small' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('radio', { name: 'Cells' }).click()
  })

  it('are removed, and come back', async () => {
    await page.getByRole('button', { name: 'More of this study' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByText('No study yet').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('link', { name: 'small' }).waitFor()
    // Names and what it was measured on, not what only programs tell apart.
    const said = await page.getByRole('row', { name: /small/ }).innerText()
    expect(said).toMatch(/small\s+on \S+\s+Done\s+18 of 18 cells/)
    expect(said).not.toContain('sha256')
  })

  it('are copied, and hostile names of classes are text wherever they stand', async () => {
    await goTo('studies/new?from=small')
    await cells().getByText('18').waitFor()
    await write((await written()).replace('{ pump: 1 }', `{ leaveOut: "${hostile}" }`))
    await page.getByText(`every class but ${hostile}`).waitFor()
    await problems().getByText(hostile).first().waitFor()
    expect(await page.locator('img[src="x"]').count()).toBe(0)
  })

  it('are exported as LaTeX and PNG, previewed as they are written, and kept in the history', async () => {
    await goTo('exports')
    const file = (name: string) => page.locator(`[data-file="${name}"]`)
    await file('bits-by-composition.png').waitFor()
    await file('bits-by-composition.png').click()
    await page.getByRole('img', { name: 'bits-by-composition.png as it will be written' }).waitFor()
    expect(await violations(page)).toEqual([])
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export and save' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('small.zip')
    const zip = join(folder, 'small.zip')
    await download.saveAs(zip)
    execFileSync('unzip', ['-qq', zip, '-d', folder])
    const table = readFileSync(join(folder, 'small', 'accuracy-model-composition-by-bits.tex'), 'utf8')
    expect(table).toContain('\\toprule')
    expect(table).toContain('W4 A4 C4')
    const png = readFileSync(join(folder, 'small', 'bits-by-composition.png'))
    expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
    const list = JSON.parse(readFileSync(join(folder, 'small', 'export.json'), 'utf8')) as {
      files: { path: string; sha256: string }[]
    }
    expect(list.files.find(({ path }) => path === 'bits-by-composition.png')?.sha256).toBe(
      createHash('sha256').update(png).digest('hex'),
    )
    await page.locator('[data-export]').getByText('latex, png; what suits the study').waitFor()
    await useTheme('dark')
    expect(await violations(page)).toEqual([])
    await useTheme('light')
  })

  it('asked nobody else for anything, and broke no rule of the page’s policy', () => {
    expect(open.watch.foreign).toEqual([])
    expect(open.watch.complaints).toEqual([])
  })
})
