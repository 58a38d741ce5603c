import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ended, start } from '../cli/program.ts'
import { violations } from './accessibility.ts'
import { describeInChromium, patience_ms } from './chromium.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { openAt } from './startPage.ts'
import { tempHome } from './tempHome.ts'

describeInChromium('the shell of the window', () => {
  const home = tempHome()
  let open: OpenWindow
  let page: Page

  beforeAll(async () => {
    open = await openWindow(home.path)
    page = open.page
    await heading('Start').waitFor()
  })

  afterAll(async () => {
    await open?.end()
    home.remove()
  })

  const heading = (name: string): Locator => page.getByRole('heading', { level: 1, name, exact: true })
  const palette = (): Locator => page.getByRole('combobox', { name: 'Find or run a command' })

  it('goes to every page by G and a letter, and says in the title and the navigation where it is', async () => {
    const letters = { d: 'Datasets', m: 'Models', c: 'Calibration', s: 'Studies', r: 'Results' }
    for (const [letter, title] of Object.entries({ ...letters, p: 'Policies', b: 'Boards', e: 'Exports', j: 'Jobs' })) {
      await page.keyboard.press('g')
      await page.keyboard.press(letter)
      await page.locator(`nav a[aria-current="page"]:has-text("${title}")`).waitFor()
      await expect.poll(() => page.title()).toMatch(/ - Bitgauge$/)
    }
  })

  it('finds a page by a near name, goes there, and gives the focus back where the palette is left', async () => {
    await page.keyboard.press('Control+k')
    await palette().fill('calibraton')
    await page.getByRole('option', { name: /Calibration/ }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Enter')
    await palette().waitFor({ state: 'detached' })
    await expect.poll(() => page.url()).toContain('#/calibration')
    const find = page.getByRole('button', { name: 'Find or run a command' })
    await find.focus()
    await page.keyboard.press('Enter')
    await palette().waitFor()
    await page.keyboard.press('Escape')
    await palette().waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toContain('Find or run a command')
    const theme = page.getByRole('button', { name: /^Use the (dark|light) theme$/ })
    await theme.focus()
    await page.keyboard.press('Control+k')
    await palette().waitFor()
    await page.keyboard.press('Escape')
    await palette().waitFor({ state: 'detached' })
    await expect.poll(() => theme.evaluate((button) => button.matches(':focus'))).toBe(true)
  })

  it('keeps the pointer off the page below the palette, and leaves the palette by a click there', async () => {
    await page.keyboard.press('Control+k')
    await palette().waitFor()
    await page.keyboard.press('ArrowUp')
    await expect
      .poll(async () => page.locator(`[id="${await palette().getAttribute('aria-activedescendant')}"]`).count())
      .toBe(1)
    const link = (await page.locator('nav a').nth(1).boundingBox())!
    const before = page.url()
    await page.mouse.click(link.x + link.width / 2, link.y + link.height / 2)
    await palette().waitFor({ state: 'detached' })
    expect(page.url()).toBe(before)
  })

  it('lists its keys by ?, and leaves single letters alone where they are switched off', async () => {
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: 'Shortcuts' })
    await sheet.getByText('do the page’s primary action').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Control+k')
    expect(await palette().count()).toBe(0)
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
    await openAt(page, '/settings')
    await page.getByRole('checkbox', { name: 'Single letters are shortcuts' }).uncheck()
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await page.keyboard.press('?')
    expect(page.url()).toContain('#/settings')
    expect(await sheet.count()).toBe(0)
    await page.getByRole('checkbox', { name: 'Single letters are shortcuts' }).check()
  })

  it('checks the store, backs it up, and says where things lie', async () => {
    await page.getByText(home.path, { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByText(/^Sound: 0 runs/).waitFor()
    await page.getByRole('button', { name: 'Back up' }).click()
    await page.getByText(/manual-.*\.sqlite/).waitFor()
    await page.getByRole('link', { name: 'its text, and those of others' }).click()
    await page.getByText('Permission is hereby granted').waitFor()
  })

  it('comes to a first result by two clicks, with what it takes before and how far it is meanwhile', async () => {
    await openAt(page, '/start?size=400')
    await page.getByText(/^about .*a guess/).waitFor()
    await page.locator('label', { hasText: 'Voice commands' }).click()
    await page.getByText(/^about .*a guess/).waitFor()
    await page.getByRole('button', { name: /Run quickstart/ }).click()
    await page.locator('[data-phase="texts"][data-share="1"]').waitFor()
    const other = await open.another('/start')
    const row = (where: Page): Locator => where.locator('tr[data-study="quickstart"]')
    await row(other)
      .getByText(/Running/)
      .waitFor()
    await page.getByRole('link', { name: 'See the result' }).waitFor({ timeout: 150_000 })
    await row(page)
      .getByText(/held|undecided|depends/i)
      .first()
      .waitFor()
    await row(other)
      .getByText(/held|undecided|depends/i)
      .first()
      .waitFor()
    expect(await row(other).innerText()).toBe(await row(page).innerText())
    await other.close()
  }, 180_000)

  it('folds the first panel to a line once there is a result, and shows its curves and its answers', async () => {
    await page.reload()
    await page.getByRole('region', { name: 'First result in two clicks' }).getByText('Choose texts').waitFor()
    const newest = page.getByRole('region', { name: 'Newest result' })
    await newest.locator('svg path').first().waitFor({ state: 'attached' })
    expect(await newest.locator('li[data-verdict]').count()).toBe(2)
    const chart = newest.getByRole('group', { name: /^Accuracy against width/ })
    await chart.focus()
    await page.keyboard.press('ArrowRight')
    await newest.getByText(/float: [\d.]+ %/).waitFor()
    await page.keyboard.press('t')
    expect(await newest.locator('tbody tr').count()).toBe(2)
    await page.keyboard.press('t')
  })

  it('shows what another program does to the same home', async () => {
    const nav = page.getByRole('navigation', { name: 'Pages' })
    expect(await nav.getByRole('link', { name: /^Datasets/ }).innerText()).toMatch(/1$/)
    const made = start([
      'dataset',
      'generate',
      'maintenance-log',
      '--size',
      '200',
      '--name',
      'elsewhere',
      '--home',
      home.path,
    ])
    expect((await ended(made)).code).toBe(0)
    await expect
      .poll(() => nav.getByRole('link', { name: /^Datasets/ }).innerText(), { timeout: patience_ms })
      .toMatch(/2$/)
    const sets = nav.getByRole('link', { name: /^Calibration/ })
    expect(await sets.innerText()).toMatch(/3$/)
    const drawn = start(['calibrate', '--dataset', 'elsewhere', '--size', '20', '--draws', '2', '--home', home.path])
    expect((await ended(drawn)).code).toBe(0)
    await expect.poll(() => sets.innerText(), { timeout: patience_ms }).toMatch(/4$/)
  })

  it.each(['light', 'dark'] as const)('has no violation that axe finds in the %s theme', async (theme) => {
    await openAt(page, '/settings')
    await page.getByRole('radio', { name: theme === 'light' ? 'Light' : 'Dark' }).click()
    await page.getByRole('link', { name: 'its text, and those of others' }).waitFor()
    expect(await violations(page)).toEqual([])
    await openAt(page, '/start')
    await page.getByRole('region', { name: 'What everything stands on' }).waitFor()
    await page.getByRole('region', { name: 'Newest result' }).locator('li').first().waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Choose texts' }).click()
    await page
      .getByRole('img', { name: /^Accuracy in per cent/ })
      .first()
      .waitFor()
    expect(await violations(page)).toEqual([])
    for (const address of ['/policies', '/boards', '/jobs']) {
      await openAt(page, address)
      await page.locator('nav a[aria-current="page"]').waitFor()
      expect(await violations(page)).toEqual([])
    }
  })

  it('asked nobody else for anything, and broke no rule of its policy', () => {
    expect(open.watch.foreign).toEqual([])
    expect(open.watch.complaints).toEqual([])
  })
})
