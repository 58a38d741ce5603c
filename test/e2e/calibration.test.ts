import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CalibrationList } from '../../src/shared/contract/calibration.ts'
import { bin, run } from '../cli/program.ts'
import { violations } from './accessibility.ts'
import { classNames, makeCalibrationHome, rare, rareTexts } from './calibrationHome.ts'
import { describeInChromium, patience_ms } from './chromium.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { openAt } from './startPage.ts'
import { tempHome } from './tempHome.ts'

describeInChromium('the calibration page', () => {
  const home = tempHome()
  let open: OpenWindow
  let page: Page

  const panel = (title: string): Locator => page.getByRole('region', { name: title, exact: true }).first()
  const sliders = (): Locator => page.getByRole('slider')
  const slider = (index: number): Locator => sliders().nth(index)
  const shares = (): Promise<number[]> =>
    sliders().evaluateAll((all) => all.map((one) => Math.round(Number(one.getAttribute('aria-valuenow')) * 10)))
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  const focusedSlider = (): Promise<number> =>
    page.evaluate(`[...document.querySelectorAll('[role="slider"]')].indexOf(document.activeElement)`)
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const list = async (): Promise<CalibrationList['sets']> => {
    const { stdout } = await run(['calibrate', 'list', '--json', '--home', home.path])
    return (JSON.parse(stdout) as { data: CalibrationList }).data.sets
  }

  beforeAll(async () => {
    await makeCalibrationHome(home.path)
    open = await openWindow(home.path)
    page = open.page
    await openAt(page, '/calibration')
    await page.getByText('No calibration set yet').waitFor()
  })

  afterAll(async () => {
    await open?.end()
    home.remove()
  })

  it('leads from its empty list to a set that is as the train split, every name in full and none of them at work', async () => {
    expect(await violations(page)).toEqual([])
    expect(await page.locator('main .button.primary').count()).toBe(1)
    await page.getByRole('link', { name: 'Compose the first' }).click()
    await slider(0).waitFor()
    expect(await sliders().count()).toBe(classNames.length)
    expect(sum(await shares())).toBe(1000)
    const text = await panel('Composition').innerText()
    for (const name of classNames.slice(0, 6)) expect(text).toContain(name)
    expect(text).toContain('evil mirror')
    expect(text).not.toContain('\u202e')
    expect(await page.locator('main img').count()).toBe(0)
  })

  it('shows names of thirty characters whole, however wide they are, and scrolls for none of them', async () => {
    for (const title of ['Composition', 'Against the training split']) {
      for (const name of [2, 3, 7].map((index) => classNames[index] ?? '')) {
        const shown = panel(title).locator('bdi').filter({ hasText: name }).first()
        expect(await shown.innerText()).toBe(name)
        const cut = await shown.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
        expect(cut).toBeLessThanOrEqual(0)
      }
    }
    const beside = await page
      .getByRole('region', { name: 'Shares of the set and of the train split' })
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
    expect(beside).toBe(0)
  })

  it('is set by keyboard alone: steps, ends, locks and evening out, always 100 % in sum', async () => {
    for (let step = 0; step < 80 && (await focusedSlider()) !== 0; step += 1) await press('Tab')
    const [start] = await shares()
    await press('ArrowRight', 'ArrowUp', 'ArrowLeft')
    expect((await shares())[0]).toBe(start! + 1)
    await press('Shift+ArrowRight')
    expect((await shares())[0]).toBe(start! + 11)
    await press('PageUp')
    expect((await shares())[0]).toBe(start! + 111)
    await press('Home')
    expect((await shares())[0]).toBe(0)
    await press('End')
    const [full] = await shares()
    expect(full).toBeGreaterThan(800)
    expect(sum(await shares())).toBe(1000)
    await press('Control+z', 'Control+z', 'Control+z', 'l')
    const locked = (await shares())[0]
    expect(await slider(0).getAttribute('aria-disabled')).toBe('true')
    await press('ArrowRight')
    await slider(1).focus()
    await press('PageUp', 'PageUp')
    expect((await shares())[0]).toBe(locked)
    expect(sum(await shares())).toBe(1000)
    await press('=')
    const even = await shares()
    expect(Math.max(...even.slice(1)) - Math.min(...even.slice(1))).toBeLessThanOrEqual(1)
    const before = even
    await press('Control+z')
    expect(await shares()).not.toEqual(before)
    await press('Control+y')
    expect(await shares()).toEqual(before)
  })

  it('takes typed shares, and says what is no share while the last one stays in force', async () => {
    const field = page.getByRole('textbox', { name: `Share of ${classNames[2]}, per cent` })
    await field.fill('40')
    await field.press('Enter')
    expect((await shares())[2]).toBe(400)
    await field.fill('half')
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await field.press('Tab')
    expect(await field.inputValue()).toBe('40.0')
    expect(sum(await shares())).toBe(1000)
  })

  it('limits a preset by the texts that there are, in a sentence with the size that mends it', async () => {
    const size = page.getByRole('spinbutton', { name: 'size' })
    await size.fill('128')
    await page.getByRole('button', { name: 'Balanced', exact: true }).click()
    const note = panel('Composition').getByText(/12 texts exist, 16 would be needed/)
    await note.waitFor()
    expect((await shares())[rare]).toBe(Math.floor((rareTexts * 1000) / 128))
    await slider(rare).focus()
    await press('Home', 'End')
    expect((await shares())[rare]).toBe(Math.floor((rareTexts * 1000) / 128))
    await panel('Composition').getByText('All are in every draw').waitFor()
    await page.getByRole('button', { name: 'Balanced', exact: true }).click()
    // Eight times the twelve that there are, and one more for the class before.
    await panel('Composition').getByRole('button', { name: 'Size 97' }).click()
    await note.waitFor({ state: 'detached' })
    expect(await size.inputValue()).toBe('97')
    expect(await slider(rare).getAttribute('aria-valuetext')).toContain('all 12 of 12 texts')
  })

  it('has every preset, and takes each back', async () => {
    const begin = await shares()
    for (const name of ['Natural', 'Imbalanced', 'Unlabelled']) {
      await page.getByRole('button', { name, exact: true }).click()
      expect(sum(await shares())).toBe(1000)
    }
    await page.getByRole('button', { name: 'All but one' }).click()
    await page.getByRole('menuitem', { name: classNames[0] }).click()
    expect((await shares())[0]).toBe(0)
    for (let step = 0; step < 4; step += 1) await page.getByRole('button', { name: 'Undo' }).click()
    expect(await shares()).toEqual(begin)
  })

  it('stores on Ctrl Enter what it counted, under a name, and the command line sees the same', async () => {
    await page.getByRole('spinbutton', { name: 'draws' }).fill('3')
    await slider(5).focus()
    await press('PageUp', 'PageUp')
    await page.getByRole('textbox', { name: 'name', exact: true }).fill('Not a Name')
    await panel('Manifest')
      .getByText(/at most 64/)
      .waitFor()
    await page.getByRole('textbox', { name: 'name', exact: true }).fill('mostly-odd')
    const counted = await page
      .getByRole('slider')
      .evaluateAll((all) => all.map((one) => Number(/(\d+) of/.exec(one.getAttribute('aria-valuetext') ?? '')?.[1])))
    expect(sum(counted)).toBe(97)
    await press('Control+Enter')
    await panel('Manifest').getByText('stored', { exact: true }).waitFor()
    await page.waitForURL(/#\/calibration\/mostly-odd/)
    const stored = (await list()).filter(({ name }) => name === 'mostly-odd')
    expect(stored.map(({ manifest }) => manifest.draw).sort()).toEqual([0, 1, 2])
    for (const { manifest } of stored) expect(manifest.classes.map(({ texts }) => texts)).toEqual(counted)
  })

  it('shows the command that draws the very same in a shell', async () => {
    const command = await panel('Manifest').locator('pre').innerText()
    const script = command.replace('bitgauge calibrate', `"${process.execPath}" "${bin}" calibrate --json`)
    const { stdout, status } = spawnSync('sh', ['-c', `${script} --home "${home.path}"`], { encoding: 'utf8' })
    expect(status, stdout).toBe(0)
    const { data } = JSON.parse(stdout) as { data: { sets: { id: string }[] } }
    const before = (await list()).filter(({ name }) => name === 'mostly-odd')
    expect(data.sets.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort())
  })

  it('opens the same again after it was loaded again, and hands the composition to a new study', async () => {
    const before = await shares()
    await page.reload()
    await slider(0).waitFor()
    expect(await shares()).toEqual(before)
    await panel('Manifest').getByText('No overlap with dev or test, exact').waitFor()
    const link = await page.getByRole('link', { name: 'Use in a study' }).getAttribute('href')
    const query = new URLSearchParams(link!.slice(link!.indexOf('?')))
    expect(Object.keys(JSON.parse(query.get('composition')!) as object)).toContain(classNames[5])
  })

  it('lays the profiles of two sets over each other, made by one job, each figure as a table too', async () => {
    await openAt(page, '/calibration/new?dataset=faults&composition=natural&size=97&draws=3&seed=1&name=as-it-comes')
    await page.getByRole('button', { name: /^Store set/ }).click()
    await panel('Manifest').getByText('stored', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Profile 6 draws' }).click()
    const shift = page.getByRole('group', { name: 'Shift by site' })
    await shift.waitFor({ timeout: patience_ms })
    const overlay = page.getByRole('group', { name: /^Activation profile of cell c/ })
    expect(await overlay.getByRole('img').first().getAttribute('aria-label')).toMatch(
      /as-it-comes, 3 draws: values .* clipped to .*mostly-odd, 3 draws/,
    )
    await shift.focus()
    await press('Home', 'Enter')
    await page.getByRole('group', { name: /^Activation profile of input x/ }).waitFor()
    await shift.focus()
    await press('t')
    const table = page.getByRole('region', { name: 'Shift by site as a table' })
    expect(await table.locator('tbody tr').count()).toBeGreaterThan(8)
    expect(await table.locator('tbody tr').first().innerText()).toMatch(/^input x\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+3\s/)
    await page.waitForURL(/site=input/)
  })

  it.each(['light', 'dark'] as const)('has no violation that axe finds in the %s theme', async (theme) => {
    const button = page.getByRole('button', { name: `Use the ${theme} theme` })
    if ((await button.count()) > 0) await button.click()
    expect(await violations(page)).toEqual([])
    await openAt(page, '/calibration')
    await page.getByRole('grid', { name: 'Calibration sets' }).waitFor()
    expect(await violations(page)).toEqual([])
    await openAt(page, '/calibration/as-it-comes')
    await slider(0).waitFor()
  })

  it('leaves readers where they have gone while a set is stored', async () => {
    await openAt(page, '/calibration/new?dataset=faults&composition=natural&size=96&draws=40&seed=2&name=left-behind')
    await page.getByRole('button', { name: /^Store set/ }).click()
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Datasets' }).click()
    await page.getByText('Stored left-behind: 40 draws.').waitFor()
    await page.getByRole('heading', { level: 1, name: 'faults' }).waitFor()
    expect(page.url()).toContain('#/datasets')
  })

  it('saves manifests as a file, removes a set, gives it back, and takes it from the file', async () => {
    await openAt(page, '/calibration/mostly-odd')
    const saving = page.waitForEvent('download')
    await panel('Manifest').getByRole('button', { name: 'Save the manifest as a file' }).click()
    const file = await (await saving).path()
    expect(readFileSync(file, 'utf8')).toContain('calibration-set')
    await openAt(page, '/calibration')
    const row = page.getByRole('row', { name: /mostly-odd/ })
    await row.click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await row.waitFor({ state: 'detached' })
    expect((await list()).some(({ name }) => name === 'mostly-odd')).toBe(false)
    await page.getByRole('button', { name: 'Undo' }).click()
    await row.waitFor()
    expect((await list()).filter(({ name }) => name === 'mostly-odd')).toHaveLength(3)
    await row.click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await row.waitFor({ state: 'detached' })
    await page
      .getByLabel('Manifest file')
      .setInputFiles({ name: 'nonsense.json', mimeType: 'application/json', buffer: Buffer.from('{') })
    await page.getByText('holds no manifest').waitFor()
    await page.getByLabel('Manifest file').setInputFiles(file)
    await page.getByText('Took 3 draws').waitFor()
  })

  it('says that a set is not there, and asked nobody else for anything', async () => {
    await openAt(page, '/calibration/never-was')
    await page.getByText('There is no calibration set never-was.').waitFor()
    expect(open.watch.foreign).toEqual([])
    expect(open.watch.complaints).toEqual([])
  })
})
