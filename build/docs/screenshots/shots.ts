import type { Page } from 'playwright-core'
import { askTrust, checkAway, describe, profileLong, seeWarnings } from './boardActs.ts'
import type { Homes } from './homes.ts'
import type { MoreHomes } from './moreHomes.ts'

/** What a home has, by the words that stand in addresses. */
export interface Ids {
  study: string
  model: string
  dataset: string
  calibration: string
  /** a set of another composition */
  other: string
  run: string
}

/** How the line to the host is when the picture is taken. */
export type Line = 'open' | 'held' | 'cut'

export interface Shot {
  /** of its file */
  name: string
  home: keyof (Homes & MoreHomes)
  /** the fragment of its address */
  at: (ids: Ids) => string
  line?: Line
  /** what a person does before it is taken */
  act?: (page: Page) => Promise<void>
  /** stands in the user guide */
  guide?: boolean
  /** stands there on a wide screen in the dark theme, too */
  wide?: boolean
}

const press =
  (...keys: string[]) =>
  async (page: Page): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }

/** The page of results of the small home's study, with what the query asks for. */
const seen =
  (query: string) =>
  ({ study, run }: Ids): string =>
    `/results/${study}?${query.replace('RUN', run)}`

/** Where the draft of a study is wrong, as the host says. */
async function wrongLine(page: Page): Promise<void> {
  const editor = page.getByRole('textbox', { name: 'Study in YAML' })
  await editor.click()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(wrongStudy)
  await page.getByRole('list', { name: 'Problems in the text' }).locator('[data-severity="error"]').first().waitFor()
}

const wrongStudy = `bitgauge: study/1
name: not yet right
seed: 5
dataset: { id: machine-shop }
models:
  reads: { family: discriminative, embedding: 8, hidden: 8, train: { epochs: 3, batch: 16 } }
calibration: { size: 16, drawz: 2, compositions: { balanced: balanced } }
grid:
  bits: [8, 4]
`

/** A file of a person's, with a column that is not read and classes of very different size. */
async function givenFile(page: Page): Promise<void> {
  const lines = Array.from({ length: 400 }, (_, row) => {
    const kind = row % 10 === 0 ? 'Emergency stop triggered, gate' : row % 2 === 0 ? 'bearing' : 'pump'
    return `"report ${row} of line ${row % 3}: noise at the ${kind} again",${kind.includes(',') ? `"${kind}"` : kind},${row}`
  })
  const given = {
    name: 'reports.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['text,fault,number', ...lines].join('\n')),
  }
  await page
    .getByRole('region', { name: 'Train files' })
    .getByRole('button', { name: /^Choose/ })
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('input[type="file"]').setInputFiles(given)
  await dialog.getByRole('button', { name: /^Use \d/ }).click()
  await page.getByRole('group', { name: 'First rows of the file' }).waitFor()
}

const goOn = async (page: Page): Promise<void> => {
  const resume = page.getByRole('button', { name: 'Resume', exact: true })
  if ((await resume.count()) > 0) await resume.click()
  await page.getByRole('button', { name: 'Pause' }).waitFor()
}

/** Every page in every state that it has of its own; the page of figures, the guide and the check of accessibility go by this list. */
export const shots: readonly Shot[] = [
  { name: 'start-empty', home: 'empty', at: () => '/start', guide: true },
  { name: 'start', home: 'small', at: () => '/start', guide: true },
  { name: 'start-loading', home: 'small', at: () => '/start', line: 'held' },
  { name: 'start-cut', home: 'small', at: () => '/start', line: 'cut' },
  { name: 'datasets-empty', home: 'empty', at: () => '/datasets' },
  { name: 'datasets', home: 'small', at: () => '/datasets' },
  { name: 'dataset', home: 'small', at: ({ dataset }) => `/datasets/${dataset}`, guide: true },
  { name: 'dataset-import', home: 'small', at: () => '/datasets/import' },
  { name: 'dataset-generate', home: 'small', at: () => '/datasets/generate' },
  { name: 'dataset-preview', home: 'small', at: () => '/datasets/import', act: givenFile },
  { name: 'dataset-error', home: 'small', at: () => '/datasets/01KAF3MZ7Q0000000000007QXD' },
  { name: 'datasets-loading', home: 'small', at: () => '/datasets', line: 'held' },
  { name: 'models-empty', home: 'empty', at: () => '/models' },
  { name: 'models', home: 'small', at: () => '/models' },
  { name: 'model', home: 'small', at: ({ model }) => `/models/${model}`, guide: true },
  { name: 'model-new', home: 'small', at: () => '/models/train', guide: true },
  { name: 'model-import', home: 'small', at: () => '/models/import' },
  { name: 'model-error', home: 'small', at: () => '/models/01KAF3MZ7Q0000000000007QXD' },
  { name: 'models-loading', home: 'small', at: () => '/models', line: 'held' },
  { name: 'calibration-empty', home: 'empty', at: () => '/calibration' },
  { name: 'calibration', home: 'small', at: () => '/calibration' },
  { name: 'calibration-new', home: 'small', at: () => '/calibration/new', guide: true },
  { name: 'calibration-set', home: 'small', at: ({ calibration }) => `/calibration/${calibration}` },
  {
    name: 'calibration-two',
    home: 'small',
    at: ({ calibration, other, model }) => `/calibration/${calibration}?model=${model}&against=${other}`,
  },
  { name: 'calibration-error', home: 'small', at: () => '/calibration/01KAF3MZ7Q0000000000007QXD' },
  { name: 'calibration-loading', home: 'small', at: () => '/calibration', line: 'held' },
  { name: 'studies-empty', home: 'empty', at: () => '/studies' },
  { name: 'studies', home: 'small', at: () => '/studies' },
  { name: 'study', home: 'small', at: ({ study }) => `/studies/${study}`, guide: true },
  { name: 'study-new', home: 'small', at: () => '/studies/new', guide: true },
  { name: 'study-error', home: 'small', at: () => '/studies/01KAF3MZ7Q0000000000007QXD' },
  { name: 'study-wrong', home: 'small', at: () => '/studies/new', act: wrongLine },
  { name: 'study-paused', home: 'busy', at: () => '/studies/long' },
  { name: 'study-running', home: 'busy', at: () => '/studies/long', act: goOn },
  { name: 'studies-running', home: 'busy', at: () => '/studies' },
  { name: 'start-running', home: 'busy', at: () => '/start' },
  { name: 'results-partial', home: 'busy', at: () => '/results/long' },
  { name: 'jobs-busy', home: 'busy', at: () => '/jobs' },
  { name: 'studies-loading', home: 'small', at: () => '/studies', line: 'held' },
  { name: 'results-empty', home: 'empty', at: () => '/results' },
  { name: 'results', home: 'small', at: ({ study }) => `/results/${study}`, guide: true },
  {
    name: 'results-run',
    home: 'small',
    at: ({ study, run }) => `/results/${study}?run=${run}`,
    guide: true,
    wide: true,
  },
  { name: 'results-noise', home: 'small', at: seen('charts=noise-curves,bits-by-noise') },
  { name: 'results-maps', home: 'small', at: seen('run=RUN&charts=bits-by-composition,bits-by-noise') },
  { name: 'results-confusion', home: 'small', at: seen('run=RUN&charts=confusion,classes') },
  { name: 'results-distributions', home: 'small', at: seen('run=RUN&charts=activations,weight-adjustments') },
  { name: 'results-significance', home: 'small', at: seen('charts=significance,differences') },
  { name: 'results-filtered', home: 'small', at: seen('f.model=writes&f.bits=W4 A4 C4,W3 A3 C3&f.noise=none') },
  { name: 'results-nothing', home: 'small', at: seen('f.recipe=int16 cell&f.composition=natural') },
  { name: 'results-pick', home: 'small', at: seen(''), act: press('f') },
  {
    name: 'results-table',
    home: 'small',
    at: seen(''),
    act: (page) => page.getByRole('button', { name: 'Rows, columns' }).click(),
  },
  { name: 'results-many', home: 'many', at: () => '/results/hundred-thousand' },
  { name: 'start-many', home: 'many', at: () => '/start' },
  { name: 'results-all', home: 'small', at: () => '/results' },
  { name: 'results-error', home: 'small', at: () => '/results/01KAF3MZ7Q0000000000007QXD' },
  { name: 'results-loading', home: 'small', at: ({ study }) => `/results/${study}`, line: 'held' },
  { name: 'exports-empty', home: 'empty', at: () => '/exports' },
  { name: 'exports', home: 'small', at: ({ study }) => `/exports?study=${study}`, guide: true },
  { name: 'exports-bundle', home: 'small', at: ({ study }) => `/exports?study=${study}&kind=bundle` },
  { name: 'exports-error', home: 'small', at: () => '/exports?study=01KAF3MZ7Q0000000000007QXD' },
  { name: 'exports-loading', home: 'small', at: ({ study }) => `/exports?study=${study}`, line: 'held' },
  { name: 'jobs-empty', home: 'empty', at: () => '/jobs' },
  { name: 'jobs', home: 'small', at: () => '/jobs' },
  { name: 'settings', home: 'small', at: () => '/settings' },
  { name: 'machine', home: 'small', at: () => '/settings/machine' },
  { name: 'policies', home: 'small', at: () => '/policies' },
  { name: 'boards-empty', home: 'empty', at: () => '/boards' },
  { name: 'boards-add', home: 'empty', at: () => '/boards', act: press('a') },
  { name: 'boards-error', home: 'small', at: () => '/boards/not-there' },
  { name: 'boards-loading', home: 'small', at: () => '/boards', line: 'held' },
  { name: 'boards', home: 'boards', at: () => '/boards', guide: true },
  { name: 'boards-warnings', home: 'boards', at: () => '/boards/local', act: seeWarnings },
  { name: 'boards-many', home: 'boards', at: () => '/boards/local?boards=all' },
  { name: 'boards-ssh', home: 'boards', at: () => '/boards/workbench' },
  { name: 'boards-emulated', home: 'boards', at: () => '/boards/arm64-qemu' },
  { name: 'boards-size', home: 'boards', at: () => '/boards/local?against=size&scale=full' },
  { name: 'boards-profile', home: 'boards', at: () => '/boards/local', act: press('p') },
  { name: 'boards-unconfirmed', home: 'boards', at: () => '/boards/visionfive2' },
  { name: 'boards-refused', home: 'boards', at: () => '/boards/line4-gateway' },
  { name: 'boards-unreachable', home: 'boardsLive', at: () => '/boards/workbench', act: checkAway },
  { name: 'boards-trust', home: 'boardsLive', at: () => '/boards', act: (page) => askTrust(page) },
  { name: 'boards-described', home: 'boardsLive', at: () => '/boards', act: describe },
  { name: 'boards-running', home: 'boardsLive', at: () => '/boards/local', act: profileLong },
  { name: 'palette', home: 'small', at: () => '/start', act: press('Control+k'), guide: true },
  { name: 'keys', home: 'small', at: () => '/start', act: press('?') },
]
