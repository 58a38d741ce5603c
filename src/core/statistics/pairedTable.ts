import { AppError } from '../../shared/errors.ts'

/** Texts by whether each of two classifiers had them right. */
export interface PairedTable {
  both: number
  firstOnly: number
  secondOnly: number
  neither: number
}

/**
 * Counts of two classifiers on the same texts in the same order.
 *
 * @param first  [texts] 1 where right, 0 where wrong; `second` too
 * @throws AppError `shape-mismatch`, `input-invalid`
 */
export function pairedTable(first: ArrayLike<number>, second: ArrayLike<number>): PairedTable {
  if (first.length !== second.length) {
    throw new AppError('shape-mismatch', 'Two classifiers are paired on the same texts.', {
      expected: `${first.length} texts`,
      found: String(second.length),
    })
  }
  const counts = [0, 0, 0, 0]
  for (let t = 0; t < first.length; t += 1) {
    assertRight(first[t]!, t)
    assertRight(second[t]!, t)
    counts[2 * first[t]! + second[t]!]! += 1
  }
  return { neither: counts[0]!, secondOnly: counts[1]!, firstOnly: counts[2]!, both: counts[3]! }
}

/** Number of texts. @throws AppError `input-invalid` where the counts are no counts */
export function textsIn(table: PairedTable): number {
  const counts = [table.both, table.firstOnly, table.secondOnly, table.neither]
  if (counts.some((count) => !Number.isInteger(count) || count < 0)) {
    throw new AppError('input-invalid', 'A table of paired texts holds counts.', {
      expected: 'four whole numbers from 0',
      found: counts.join(', '),
    })
  }
  return counts.reduce((sum, count) => sum + count, 0)
}

function assertRight(value: number, text: number): void {
  if (value === 0 || value === 1) return
  throw new AppError('input-invalid', 'A text was classified rightly or not.', {
    expected: '1 or 0',
    found: `${value} at text ${text}`,
  })
}
