import type { PresetName } from '../../shared/contract/dataset.ts'
import type { Layout, SplitRule, TokenizerRules } from '../../shared/contract/datasetRules.ts'

export interface Preset {
  layout: Omit<Layout, 'format'>
  tokenizer: TokenizerRules
  split: { dev: SplitRule; test: SplitRule }
}

const csvByNumber = { header: false, quote: 'double', join: ' ', label: 1, text: [2, 3], labelBase: 1 } as const

const split = { version: 1, lowerCase: true, punctuation: 'split' } as const

/** How well-known files are written and read: data, and nothing else knows their names. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  /**
   * Class index, title, description. The files hold entities without their ampersand, escaped tags, and a backslash where a line
   * break was. Rows are in no order, so the last ones do as dev split.
   */
  'ag-news': {
    layout: { ...csvByNumber, text: [2, 3], classes: ['World', 'Sports', 'Business', 'Sci/Tech'] },
    tokenizer: { ...split, entities: 'bare', tags: 'strip', backslash: 'break' },
    split: { dev: { kind: 'last', rows: 3000 }, test: { kind: 'share', share: 0.15 } },
  },
  /** Class name and text, parted by a tab, without quoting; the text is lower case already, letters alone. */
  r8: {
    layout: {
      header: false,
      quote: 'none',
      join: ' ',
      label: 1,
      text: [2],
      labelBase: null,
      classes: ['acq', 'crude', 'earn', 'grain', 'interest', 'money-fx', 'ship', 'trade'],
    },
    tokenizer: { ...split, entities: 'keep', tags: 'keep', backslash: 'keep' },
    split: { dev: { kind: 'share', share: 0.1 }, test: { kind: 'share', share: 0.2 } },
  },
  /** Class index, title, abstract; the files are sorted by class, so a split must be drawn. */
  dbpedia: {
    layout: {
      ...csvByNumber,
      text: [2, 3],
      classes: [
        'Company',
        'EducationalInstitution',
        'Artist',
        'Athlete',
        'OfficeHolder',
        'MeanOfTransportation',
        'Building',
        'NaturalPlace',
        'Village',
        'Animal',
        'Plant',
        'Album',
        'Film',
        'WrittenWork',
      ],
    },
    tokenizer: { ...split, entities: 'whole', tags: 'keep', backslash: 'keep' },
    split: { dev: { kind: 'share', share: 0.01 }, test: { kind: 'share', share: 0.1 } },
  },
}
