import type { Page } from 'playwright-core'
import type { Homes } from './homes.ts'

/** What a home has, by the words that stand in addresses. */
export interface Ids {
  study: string
  model: string
  dataset: string
  calibration: string
  run: string
}

/** How the line to the host is when the picture is taken. */
export type Line = 'open' | 'held' | 'cut'

export interface Shot {
  /** of its file */
  name: string
  home: keyof Homes
  /** the fragment of its address */
  at: (ids: Ids) => string
  line?: Line
  /** what a person does before it is taken */
  act?: (page: Page) => Promise<void>
  /** stands in the user guide */
  guide?: boolean
}

const press =
  (...keys: string[]) =>
  async (page: Page): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }

/** Every page in every state that it has of its own; the page of figures, the guide and the check of accessibility go by this list. */
export const shots: readonly Shot[] = [
  { name: 'start-empty', home: 'empty', at: () => '/start', guide: true },
  { name: 'start', home: 'small', at: () => '/start', guide: true },
  { name: 'start-loading', home: 'small', at: () => '/start', line: 'held' },
  { name: 'start-cut', home: 'small', at: () => '/start', line: 'cut' },
  { name: 'datasets-empty', home: 'empty', at: () => '/datasets' },
  { name: 'datasets', home: 'small', at: () => '/datasets', guide: true },
  { name: 'dataset', home: 'small', at: ({ dataset }) => `/datasets/${dataset}`, guide: true },
  { name: 'dataset-import', home: 'small', at: () => '/datasets/import' },
  { name: 'dataset-generate', home: 'small', at: () => '/datasets/generate' },
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
  { name: 'calibration-error', home: 'small', at: () => '/calibration/01KAF3MZ7Q0000000000007QXD' },
  { name: 'calibration-loading', home: 'small', at: () => '/calibration', line: 'held' },
  { name: 'studies-empty', home: 'empty', at: () => '/studies' },
  { name: 'studies', home: 'small', at: () => '/studies' },
  { name: 'study', home: 'small', at: ({ study }) => `/studies/${study}`, guide: true },
  { name: 'study-new', home: 'small', at: () => '/studies/new', guide: true },
  { name: 'study-error', home: 'small', at: () => '/studies/01KAF3MZ7Q0000000000007QXD' },
  { name: 'studies-loading', home: 'small', at: () => '/studies', line: 'held' },
  { name: 'results-empty', home: 'empty', at: () => '/results' },
  { name: 'results', home: 'small', at: ({ study }) => `/results/${study}`, guide: true },
  { name: 'results-run', home: 'small', at: ({ study, run }) => `/results/${study}?run=${run}`, guide: true },
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
  { name: 'boards', home: 'small', at: () => '/boards' },
  { name: 'palette', home: 'small', at: () => '/start', act: press('Control+k'), guide: true },
  { name: 'keys', home: 'small', at: () => '/start', act: press('?') },
]
