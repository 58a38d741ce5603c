import type { ResultRow } from '../../shared/contract/results.ts'

/** Accuracies that others published, by width. */
export interface PublishedSeries {
  protocol: 'preprint-2025' | 'rewrite-2026'
  data: 'ag-news' | 'dbpedia'
  family: ResultRow['family']
  algorithm: 'plain' | 'gpfq'
  composition: 'balanced' | 'one-class'
  /** where the figures stand */
  source: string
  /** texts that the published models were trained on; null: not said */
  trainTexts: number | null
  /** width and accuracy, a fraction; each of one training run */
  figures: readonly (readonly [bits: number | 'float', accuracy: number])[]
}

const preprint = {
  protocol: 'preprint-2025',
  algorithm: 'gpfq',
  composition: 'balanced',
  source: 'result files of github MushfiqShovon/ptq_gendisc (2025), the code of arXiv 2507.09687',
} as const
const rewrite = {
  protocol: 'rewrite-2026',
  data: 'ag-news',
  composition: 'balanced',
  source: 'result files of github MushfiqShovon/gen_disc_ptq (2026)',
  trainTexts: 110_000,
} as const

function series(bits: readonly (number | 'float')[], percents: readonly number[]): PublishedSeries['figures'] {
  // Rounded, so that a published 88.62 is the double 0.8862 and not its neighbour.
  return bits.map((width, index) => [width, Number(((percents[index] as number) / 100).toFixed(4))] as const)
}

const preprintBits = ['float', 8, 7, 6, 5, 4, 3] as const
const rewriteBits = ['float', 8, 6, 4, 3] as const
const plainBits = [...rewriteBits, 2] as const

/** As they were published, in per cent; [`ptq_gendisc`, `gen_disc_ptq`]. */
export const publishedSeries: readonly PublishedSeries[] = [
  {
    ...preprint,
    data: 'ag-news',
    family: 'generative',
    trainTexts: 120_000,
    figures: series(preprintBits, [88.62, 88.57, 88.49, 88.25, 88.21, 87.89, 86.04]),
  },
  {
    ...preprint,
    data: 'ag-news',
    family: 'discriminative',
    trainTexts: 120_000,
    figures: series(preprintBits, [87.23, 86.55, 86.64, 86.05, 86.31, 85.52, 83.5]),
  },
  {
    ...preprint,
    data: 'dbpedia',
    family: 'generative',
    trainTexts: null,
    figures: series(preprintBits, [95.7, 96.05, 95.76, 95.73, 95.67, 95.45, 94.8]),
  },
  {
    ...preprint,
    data: 'dbpedia',
    family: 'discriminative',
    trainTexts: null,
    figures: series(preprintBits, [97.61, 96.87, 96.83, 96.86, 96.89, 96.59, 94.59]),
  },
  {
    ...rewrite,
    algorithm: 'plain',
    family: 'generative',
    figures: series(plainBits, [90.67, 90.72, 90.42, 61.45, 23.08, 25]),
  },
  {
    ...rewrite,
    algorithm: 'plain',
    family: 'discriminative',
    figures: series(plainBits, [91.99, 91.91, 91.49, 65.7, 36.36, 25]),
  },
  {
    ...rewrite,
    algorithm: 'gpfq',
    family: 'generative',
    figures: series(rewriteBits, [90.67, 90.76, 90.64, 87.09, 89.01]),
  },
  {
    ...rewrite,
    algorithm: 'gpfq',
    family: 'discriminative',
    figures: series(rewriteBits, [91.99, 91.92, 91.5, 73.16, 27.22]),
  },
  { ...rewrite, algorithm: 'gpfq', family: 'generative', composition: 'one-class', figures: series([4], [86.5]) },
  { ...rewrite, algorithm: 'gpfq', family: 'discriminative', composition: 'one-class', figures: series([4], [55.32]) },
]
