import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { violations } from './accessibility.ts'
import { describeInChromium, patience_ms } from './chromium.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { tempHome } from './tempHome.ts'

/** Names and texts that would do harm wherever one of them were read as anything but text. */
const hostile = [
  '<img src=x onerror=alert(1)>',
  "=cmd|' /C calc'!A0",
  '\\input{/etc/passwd}',
  ']]>',
  '\u001b[31mred\u001b[0m',
  '\u202egnp.exe',
  '__proto__',
  'Lagerschaden Antriebswelle hinten links',
]

/** More than one request of an upload carries: a column that is not read makes it long. */
function hostileFile(): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  const rows = Array.from({ length: 4000 }, (_, index) => {
    const name = hostile[index % hostile.length] ?? ''
    const text = `<b onclick=alert(2)>word${index % hostile.length}</b> and ${name} number ${index}`
    return [name, text, 'x'.repeat(700)].map(quoted).join(',')
  })
  return ['class,text,notes', ...rows, `${quoted(hostile[0] ?? '')},,left out`].join('\n')
}

describeInChromium('datasets and models in bitgauge serve', () => {
  const home = tempHome()
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-e2e-'))
  const file = join(folder, 'Meldungen.csv')
  let open: OpenWindow
  let page: Page
  const dialogs: string[] = []

  beforeAll(async () => {
    writeFileSync(file, hostileFile())
    open = await openWindow(home.path)
    page = open.page
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    await page.goto(`${open.served.origin}/#/datasets`)
  })

  afterAll(async () => {
    await open?.end()
    home.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const panel = (name: string) => page.getByRole('region', { name, exact: true })
  const inThemes = async (): Promise<void> => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violations(page)).toEqual([])
    }
  }

  it('say what to do where there is nothing yet, once', async () => {
    const first = page.locator('main .button.primary')
    await page.getByText('No dataset yet').waitFor()
    expect(await first.allInnerTexts()).toEqual(['Import…'])
    await inThemes()
    await page.goto(`${open.served.origin}/#/models`)
    await page.getByText('No model yet').waitFor()
    expect(await first.allInnerTexts()).toEqual(['Train…'])
    await inThemes()
  })

  it('upload a file in pieces, and go on after a reload and after a cut', async () => {
    const answers: { method: string; status: number }[] = []
    let held = true
    let cut = false
    await page.route('**/uploads/*', async (route) => {
      const isSecond = route.request().method() === 'PATCH' && answers.some(({ method }) => method === 'PATCH')
      // The second piece is under way when the page is loaded again, and never arrives the next time.
      if (isSecond && held) return
      if (isSecond && !cut) {
        cut = true
        return route.abort('connectionreset')
      }
      const answer = await route.fetch()
      answers.push({ method: route.request().method(), status: answer.status() })
      await route.fulfill({ response: answer })
    })
    await page.goto(`${open.served.origin}/#/datasets/import`)
    await page.getByRole('button', { name: 'Choose… train files' }).click()
    await inThemes()
    await page.locator('input[type=file]').setInputFiles(file)
    await expect.poll(() => answers.filter(({ method }) => method === 'PATCH').length).toBe(1)
    held = false
    await page.reload()
    await page.getByText(/The upload of Meldungen\.csv stopped at 2\.\d MB of/).waitFor()
    await inThemes()
    await page.getByRole('button', { name: 'Choose… train files' }).click()
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByRole('button', { name: 'Use 1 file' }).waitFor()
    expect(cut).toBe(true)
    // It has arrived and nothing has used it: whoever comes back is offered it, and need not send it again.
    await page.reload()
    await page.getByText(/Meldungen\.csv \(3\.\d+ MB\) arrived earlier and waits to be used/).waitFor()
    await inThemes()
    await page.getByRole('button', { name: 'Choose… train files' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Use Meldungen.csv' }).click()
    await page.getByRole('combobox', { name: 'Read class as' }).waitFor()
    const patches = answers.filter(({ method }) => method === 'PATCH')
    expect(patches.map(({ status }) => status)).toEqual([204, 204])
    expect(answers.filter(({ method }) => method === 'HEAD').length).toBeGreaterThan(0)
    await page.unroute('**/uploads/*')
    // The browser itself reports what was cut.
    expect(open.watch.complaints.filter((line) => !line.includes('ERR_CONNECTION_RESET'))).toEqual([])
  })

  it('show what was found in it before it is imported', async () => {
    expect(await page.getByRole('combobox', { name: 'Read class as' }).inputValue()).toBe('label')
    expect(await page.getByRole('combobox', { name: 'Read text as' }).inputValue()).toBe('text')
    expect(await page.getByRole('combobox', { name: 'Read notes as' }).inputValue()).toBe('none')
    for (const name of hostile) expect(await page.getByText(name, { exact: true }).count()).toBeGreaterThan(0)
    await inThemes()
    await page.getByRole('combobox', { name: 'Read text as' }).selectOption('none')
    await page.getByText('Name at least one column as text.').waitFor()
    await page.getByRole('combobox', { name: 'Read text as' }).selectOption('text')
  })

  it('import it, and say what is in it and what was left out', async () => {
    // What was chosen and filled in is there after a reload, and so is the import's end.
    await page.reload()
    await page.getByRole('combobox', { name: 'Read class as' }).waitFor()
    await page.keyboard.press('Control+Enter')
    const heading = page.getByRole('heading', { level: 1, name: 'meldungen' })
    await page
      .getByRole('progressbar', { name: /^Import of/ })
      .or(heading)
      .first()
      .waitFor()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'meldungen' }).waitFor({ timeout: patience_ms })
    const classes = panel('Classes')
    const rows = classes.getByRole('row')
    await rows.nth(hostile.length).waitFor()
    const names = await classes.getByRole('rowheader').allInnerTexts()
    expect(names.join(' ')).toContain('<img src=x onerror=alert(1)>')
    expect(names.join(' ')).toContain('__proto__')
    await page.getByRole('radio', { name: 'Left out 1' }).click()
    expect(await page.getByRole('group', { name: 'Rows left out' }).innerText()).toMatch(/no text\s+1\s+4,001/)
    await inThemes()
    expect(await page.locator('main img').count()).toBe(0)
  })

  it('show its texts page by page, one class, and with some letters, but none of test', async () => {
    const texts = panel('Texts')
    await page.getByRole('button', { name: 'Texts after' }).click()
    await page.getByText('51–100 of').waitFor()
    await page.getByRole('textbox', { name: 'find' }).fill('NUMBER 39')
    await page.getByText(/^1–\d+ of \d+$/).waitFor()
    for (const text of await texts.locator('tbody td.text').allInnerTexts()) expect(text).toMatch(/number 39/)
    expect(page.url()).toMatch(/find=NUMBER(\+|%20)39/)
    await page.reload()
    await page.getByText(/^1–\d+ of \d+$/).waitFor()
    expect(await page.getByRole('radio', { name: 'test', exact: true }).count()).toBe(0)
  })

  it('take a removal back', async () => {
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('No dataset yet').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('row', { name: /meldungen/ }).waitFor()
  })

  it('train, with curves that grow, stop, and go on from where they stopped', async () => {
    await page.getByRole('link', { name: 'Train a model' }).click()
    await page.getByRole('spinbutton', { name: 'Hidden' }).fill('0')
    await page.getByText('At least 1. 100 stays in force.').waitFor()
    await inThemes()
    await page.getByRole('spinbutton', { name: 'Hidden' }).fill('8')
    await page.getByRole('spinbutton', { name: 'Word vector' }).fill('8')
    await page.getByRole('spinbutton', { name: 'Epochs' }).fill('300')
    // What was filled in is there after a look at another page.
    await page.goto(`${open.served.origin}/#/jobs`)
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    await page.goBack()
    await expect.poll(() => page.getByRole('spinbutton', { name: 'Epochs' }).inputValue()).toBe('300')
    await page.keyboard.press('Control+Enter')
    const chart = page.getByRole('img', { name: /^Training, / })
    await page.getByRole('img', { name: /^Training, ([2-9]|\d\d) of 300 epochs/ }).waitFor({ timeout: patience_ms })
    await page.getByRole('button', { name: /^Cancel/ }).click()
    await page.locator('[data-state=cancelled]').waitFor()
    const before = Number(/^Training, (\d+)/.exec((await chart.getAttribute('aria-label')) ?? '')?.[1])
    await inThemes()
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.locator('[data-state=running]').waitFor()
    await expect
      .poll(
        async () =>
          Number(/^Training, (\d+)/.exec((await chart.getAttribute('aria-label').catch(() => '')) ?? '')?.[1]),
        {
          timeout: patience_ms,
        },
      )
      .toBeGreaterThan(before)
    await page.getByRole('button', { name: /^Cancel/ }).click()
    await page.locator('[data-state=cancelled]').waitFor()
  })

  it('show the model that came of it, with every epoch', async () => {
    await page.goto(`${open.served.origin}/#/models/train?dataset=meldungen`)
    await page.getByRole('textbox', { name: 'Name' }).fill('small')
    for (const name of ['Hidden', 'Word vector']) await page.getByRole('spinbutton', { name }).fill('8')
    await page.getByRole('spinbutton', { name: 'Epochs' }).fill('2')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { level: 1, name: 'small' }).waitFor()
    await page.getByRole('button', { name: 'Export' }).waitFor({ timeout: patience_ms })
    await page.getByRole('button', { name: /Show as table/ }).click()
    expect(await panel('Loss and accuracy by epoch as a table').getByRole('row').count()).toBe(3)
    await page.getByRole('button', { name: /Show as chart/ }).click()
    expect(await panel('Model').innerText()).toContain('<img src=x onerror=alert(1)>')
    await inThemes()
  })

  it('give the model away as the file that is stored, and take it back as the same', async () => {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: 'Bitgauge, complete' }).click()
    const saved = await download
    expect(saved.suggestedFilename()).toBe('small.safetensors')
    const path = join(folder, 'small.safetensors')
    await saved.saveAs(path)
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(readFileSync(join(home.path, 'models', sha256, 'model.safetensors')).equals(readFileSync(path))).toBe(true)
    await page.goto(`${open.served.origin}/#/models/import`)
    await inThemes()
    await page.getByRole('button', { name: 'Choose… the weights' }).click()
    await page.locator('input[type=file]').setInputFiles(path)
    await page.getByRole('button', { name: 'Leave out the weights' }).waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText('The same model is there as small.').waitFor()
  })

  it('generate a corpus', async () => {
    await page.goto(`${open.served.origin}/#/datasets/generate`)
    await page.getByRole('spinbutton', { name: 'Texts' }).fill('400')
    await inThemes()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { level: 1, name: 'maintenance-log' }).waitFor()
  })

  it('say what is wrong where the address names nothing that is there', async () => {
    for (const name of ['datasets', 'models']) {
      await page.goto(`${open.served.origin}/#/${name}/nothing-of-the-kind`)
      await page.getByRole('alert').waitFor()
      expect(await page.getByRole('alert').innerText()).toContain('nothing-of-the-kind')
      expect(await violations(page)).toEqual([])
    }
  })

  it('ran nothing of what it was given, and asked nobody else for anything', () => {
    expect(dialogs).toEqual([])
    expect(open.watch.foreign).toEqual([])
    expect(open.watch.complaints.filter((line) => !line.includes('ERR_CONNECTION_RESET'))).toEqual([])
  })
})
