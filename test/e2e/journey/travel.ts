import type { Locator, Page } from 'playwright-core'
import type { Hand } from './hand.ts'
import type { TextFile } from './texts.ts'

/** Somebody with a window: what they do it with, and how files come in and go out. */
export interface Traveller {
  readonly hand: Hand
  /** Does what makes the page ask for files, and gives it these. */
  giveFiles(ask: () => Promise<void>, paths: readonly string[]): Promise<void>
  /** Does what makes the page save a file, and gives its path. */
  saved(save: () => Promise<void>): Promise<string>
}

const region = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('region', typeof name === 'string' ? { name, exact: true } : { name })
const button = (within: Page | Locator, name: string | RegExp): Locator => within.getByRole('button', { name })

/** Imports a file under a name, and waits for the page of the dataset. */
export async function importTexts({ hand, giveFiles }: Traveller, file: TextFile, name: string): Promise<void> {
  const { page } = hand
  await hand.go('datasets')
  await hand.press(button(region(page, 'Datasets'), 'Import'))
  await giveFiles(() => hand.press(button(region(page, 'Train files'), /^Choose/)), [file.path])
  await page.getByRole('group', { name: 'First rows of the file' }).waitFor()
  if (file.preset !== null) {
    await page.getByText(`This looks like a file of ${file.preset}.`).waitFor()
    await hand.press(button(page, 'Use its preset'))
    await page.getByText('Labels seen').waitFor()
    // The preset keeps more rows for dev than the part has.
    await hand.choose(page.getByRole('combobox', { name: 'Dev split' }), 'Draw a share')
  }
  await hand.write(region(page, 'Files').getByRole('textbox', { name: 'Name' }), name)
  await hand.primary(button(page, /^Import ?(Ctrl Enter)?$/).last())
  await region(page, name).waitFor()
}

/** Trains a small model on the dataset that is shown, and waits for the page of the model. */
export async function trainSmall({ hand }: Traveller, name: string): Promise<void> {
  const { page } = hand
  await hand.press(page.getByRole('link', { name: 'Train a model' }))
  const form = page.getByRole('group', { name: 'Settings of the training', exact: true })
  await hand.write(form.getByRole('textbox', { name: 'Name' }), name)
  const fields = { 'Word vector': '16', Hidden: '16', Epochs: '8', Batch: '16', 'Learning rate': '0.01' }
  for (const [field, value] of Object.entries(fields)) {
    await hand.write(form.getByRole('spinbutton', { name: field, exact: true }), value)
  }
  await hand.primary(button(page, /^Train/).last())
  await page.getByRole('link', { name: 'Calibrate' }).waitFor()
}

/** Composes a set for the model that is shown, by sliders, and stores it under a name. */
export async function storeSet(
  { hand }: Traveller,
  name: string,
  shares: Readonly<Record<string, number>>,
): Promise<void> {
  const { page } = hand
  await hand.press(page.getByRole('link', { name: 'Calibrate' }))
  for (const [label, percent] of Object.entries(shares)) {
    await hand.slide(page.getByRole('slider', { name: `Share of ${label}`, exact: true }), percent)
    await hand.press(button(page, `Lock ${label}`))
  }
  await hand.write(page.getByRole('spinbutton', { name: 'size' }), '64')
  await hand.write(page.getByRole('spinbutton', { name: 'draws' }), '2')
  await hand.write(region(page, 'Manifest').first().getByRole('textbox', { name: 'name' }), name)
  await hand.primary(button(page, /^Store set/))
  await region(page, 'Manifest').first().getByText('stored', { exact: true }).waitFor()
  await page.waitForURL(new RegExp(`/calibration/${name}`))
}

/** Builds a study of the stored set that is shown, on a model of the home, with a question, and starts it. */
export async function startStudy({ hand }: Traveller, name: string, model: string): Promise<void> {
  const { page } = hand
  await hand.press(page.getByRole('link', { name: 'Use in a study' }))
  await hand.write(region(page, 'Study').getByRole('textbox', { name: 'Name' }), name)
  const models = region(page, 'Models')
  await hand.menu(button(models, 'Add a model'), model)
  await hand.press(button(models, 'Remove model disc'))
  await hand.write(region(page, 'Calibration').getByRole('spinbutton', { name: 'Draws' }), '1')
  const questions = region(page, 'Questions')
  await hand.press(button(questions, 'Remove question composition matters'))
  await hand.press(button(questions, 'Ask a question'))
  await hand.write(questions.getByRole('spinbutton', { name: 'Smallest that matters' }), '5')
  await hand.press(
    questions.getByRole('group', { name: /is asked on apart$/ }).getByRole('button', { name: 'composition' }),
  )
  await region(page, 'Before it starts').getByText('7 cells').waitFor()
  await hand.primary(button(page, /^Start study/))
  await page.locator('[data-study-state]').waitFor()
}

export interface Verdict {
  word: string
  sentence: string
}

/** Waits until every cell of the study that is shown is measured, and reads what its question came to. */
export async function readVerdict({ hand }: Traveller): Promise<Verdict> {
  const { page } = hand
  await page.locator('[data-study-state="done"]').waitFor()
  await hand.press(page.locator('[data-study-state]').getByRole('link', { name: 'Results' }))
  const verdict = region(page, 'Verdict')
  await verdict.waitFor()
  const [word = ''] = await verdict.getByRole('button').allInnerTexts()
  return { word: word.trim(), sentence: await region(page, 'Sentence of the verdict').innerText() }
}

/** Opens the run behind a cell of the table, and gives the figures of its row as they are shown, per cent. */
export async function openRun({ hand }: Traveller): Promise<string[]> {
  const { page } = hand
  const table = page.getByRole('grid', { name: /^Accuracy by/ })
  const cells = table.locator('[role="gridcell"] b')
  await cells.first().waitFor()
  const figures = await cells.allInnerTexts()
  await hand.cell(table, 0, 1)
  await page.getByRole('complementary').getByText('balanced').first().waitFor()
  return figures.map((figure) => figure.trim())
}

/** Takes what Results shows to Exports, writes it there, and gives the path of the archive that was saved. */
export async function exportSeen({ hand, saved }: Traveller): Promise<string> {
  const { page } = hand
  await hand.primary(button(page.getByRole('complementary'), 'Export'))
  const preview = region(page, 'As it will be written')
  await preview.getByRole('button', { name: /\.png/ }).first().waitFor()
  return saved(() => hand.primary(button(page, /^Export and save/)))
}
