import type { Leakage } from '../../../shared/contract/datasetRecord.ts'

export interface LeakageRow {
  kind: 'across' | 'within'
  /** `train, also in test` */
  words: string
  exact: number
  normalised: number
  /** after normalisation: rows with another label in the other split, or texts with two labels within one */
  conflicting: number
}

/** Copies across splits first, then within each; exact and normalised side by side. */
export function leakageRows({ exact, normalised }: Leakage): LeakageRow[] {
  const across = normalised.across.map(({ split, alsoIn, rows, otherLabel }) => ({
    kind: 'across' as const,
    words: `${split}, also in ${alsoIn}`,
    exact: exact.across.find((one) => one.split === split && one.alsoIn === alsoIn)?.rows ?? 0,
    normalised: rows,
    conflicting: otherLabel,
  }))
  const within = normalised.within.map(({ split, repeatedRows, conflictingTexts }) => ({
    kind: 'within' as const,
    words: `${split}, again within it`,
    exact: exact.within.find((one) => one.split === split)?.repeatedRows ?? 0,
    normalised: repeatedRows,
    conflicting: conflictingTexts,
  }))
  return [...across, ...within]
}
