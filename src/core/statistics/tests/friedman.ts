import { AppError } from '../../../shared/errors.ts'
import { chiSquareTail, rangeTail } from '../distributions.ts'
import { midranks } from '../ranks.ts'
import { notTestable, type NotTestable, type TestResult } from '../testResult.ts'
import { assertFinite, assertUnit, type Unit } from '../units.ts'

/** One row a block (a draw, a seed), one column a treatment. */
export interface Blocks {
  unit: Unit
  rows: readonly ArrayLike<number>[]
}

/**
 * Friedman's test of three or more treatments that every block saw, with the correction for ties: chi-squared with k - 1 degrees of
 * freedom.
 *
 * @throws AppError `input-invalid`, `shape-mismatch`, `non-finite-value`
 * @see M. Friedman, JASA 32 (1937) 675-701
 */
export function friedman(blocks: Blocks): TestResult {
  const ranked = rankRows(blocks)
  if ('testable' in ranked) return ranked
  const { n, k, means, tieTerm } = ranked
  const between = means.reduce((sum, mean) => sum + (mean - (k + 1) / 2) ** 2, 0)
  const statistic = ((12 * n) / (k * (k + 1))) * (between / (1 - tieTerm / (n * k * (k * k - 1))))
  return {
    testable: true,
    test: 'friedman',
    method: 'asymptotic',
    alternative: 'two-sided',
    continuity: null,
    zeros: null,
    ties: 'midranks within a block, statistic divided by its correction',
    unit: blocks.unit,
    n: [n],
    statistic,
    p: chiSquareTail(statistic, k - 1),
    details: { df: k - 1, treatments: k },
    assumes: 'independent blocks, and 10 or more of them for its approximation.',
  }
}

export interface Nemenyi {
  testable: true
  test: 'nemenyi'
  unit: Unit
  /** blocks */
  n: number
  /** of each treatment, 1 the smallest value */
  meanRanks: number[]
  /** [treatments][treatments], corrected for all pairs; 1 on the diagonal */
  p: number[][]
}

/**
 * Nemenyi's comparison of all pairs of treatments after Friedman's test: the difference of mean ranks over `sqrt(k (k + 1) / 12 n)` is a
 * studentized range. It corrects for all pairs by itself.
 *
 * @throws AppError `input-invalid`, `shape-mismatch`, `non-finite-value`
 * @see J. Demsar, J. Mach. Learn. Res. 7 (2006), section 3.2.2
 */
export function nemenyi(blocks: Blocks): Nemenyi | NotTestable {
  const ranked = rankRows(blocks)
  if ('testable' in ranked) return { ...ranked, test: 'nemenyi' }
  const { n, k, means } = ranked
  const unit = Math.sqrt((k * (k + 1)) / (12 * n))
  const p = means.map((one, i) => means.map((other, j) => (i === j ? 1 : rangeTail(Math.abs(one - other) / unit, k))))
  return { testable: true, test: 'nemenyi', unit: blocks.unit, n, meanRanks: means, p }
}

interface RankedRows {
  n: number
  k: number
  means: number[]
  tieTerm: number
}

function rankRows({ unit, rows }: Blocks): RankedRows | NotTestable {
  assertUnit(unit)
  const [n, k] = [rows.length, rows[0]?.length ?? 0]
  rows.forEach(assertFinite)
  const ragged = rows.find((row) => row.length !== k)
  if (ragged !== undefined) {
    throw new AppError('shape-mismatch', 'Every block has seen every treatment.', {
      expected: `${k} values a block`,
      found: String(ragged.length),
    })
  }
  if (n < 2 || k < 3) return notTestable('friedman', unit, [n], 'too-few')
  const ranked = rows.map(midranks)
  const tieTerm = ranked.reduce((sum, row) => sum + row.tieTerm, 0)
  if (tieTerm === n * (k ** 3 - k)) return notTestable('friedman', unit, [n], 'no-differences')
  const means = Array.from({ length: k }, (_, j) => ranked.reduce((sum, { ranks }) => sum + ranks[j]!, 0) / n)
  return { n, k, means, tieTerm }
}
