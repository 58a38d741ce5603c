import { chiSquareTail } from '../distributions.ts'
import { isConstant } from '../moments.ts'
import { midranks } from '../ranks.ts'
import { notTestable, type TestResult } from '../testResult.ts'
import { assertNotNested, type Sample } from '../units.ts'

/**
 * Kruskal and Wallis' test of two or more independent groups: H with the correction for ties, chi-squared with k - 1 degrees of freedom.
 *
 * @throws AppError `input-invalid` for nested values, `shape-mismatch`, `non-finite-value`
 * @see W. Kruskal, W. Wallis, JASA 47 (1952) 583-621
 */
export function kruskalWallis(groups: readonly Sample[]): TestResult {
  assertNotNested('Kruskal-Wallis', groups)
  const sizes = groups.map(({ values }) => values.length)
  const unit = groups[0]?.unit ?? 'text'
  if (groups.length < 2 || sizes.some((n) => n < 2)) return notTestable('kruskal-wallis', unit, sizes, 'too-few')
  const pooled = groups.flatMap(({ values }) => Array.from(values))
  if (isConstant(pooled)) return notTestable('kruskal-wallis', unit, sizes, 'constant')
  const n = pooled.length
  const { ranks, tieTerm } = midranks(pooled)
  let start = 0
  const between = sizes.reduce((sum, size) => {
    const rankSum = ranks.subarray(start, (start += size)).reduce((total, rank) => total + rank, 0)
    return sum + rankSum ** 2 / size
  }, 0)
  const statistic = ((12 / (n * (n + 1))) * between - 3 * (n + 1)) / (1 - tieTerm / (n ** 3 - n))
  return {
    testable: true,
    test: 'kruskal-wallis',
    method: 'asymptotic',
    alternative: 'two-sided',
    continuity: null,
    zeros: null,
    ties: 'midranks, H divided by its correction',
    unit,
    n: sizes,
    statistic,
    p: chiSquareTail(statistic, groups.length - 1),
    details: { df: groups.length - 1 },
    assumes: 'independent values, and groups of 5 or more for its approximation.',
  }
}
