import { AppError } from '../../../shared/errors.ts'
import { kolmogorovTail } from '../distributions.ts'
import { isConstant } from '../moments.ts'
import { notTestable, type TestResult } from '../testResult.ts'
import { assertFinite, assertNotNested, type Sample } from '../units.ts'

/**
 * Largest distance between the distribution functions of two sets of values, 0 to 1: an effect size, which needs no unit and gives
 * no p. Null where a set is empty.
 *
 * @throws AppError `non-finite-value`
 */
export function ksDistance(first: ArrayLike<number>, second: ArrayLike<number>): number | null {
  if (first.length === 0 || second.length === 0) return null
  return steps(first, second) / (first.length * second.length)
}

/** The distance in steps of 1 / (n1 n2), a whole number. */
function steps(first: ArrayLike<number>, second: ArrayLike<number>): number {
  assertFinite(first)
  assertFinite(second)
  const [a, b] = [Float64Array.from(first).sort(), Float64Array.from(second).sort()]
  let [i, j, largest] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!)
    while (i < a.length && a[i] === value) i += 1
    while (j < b.length && b[j] === value) j += 1
    largest = Math.max(largest, Math.abs(i * b.length - j * a.length))
  }
  return largest
}

const largestExact = 25_000_000

/**
 * Kolmogorov and Smirnov's test of two independent groups. `exact` counts the orders of the values that reach the distance as if there
 * were no ties (with ties its p is too large, never too small); `asymptotic` is Kolmogorov's limit at `sqrt(n1 n2 / (n1 + n2)) D`.
 *
 * @throws AppError `input-invalid` for nested values, and where `exact` would need too many steps; `shape-mismatch`, `non-finite-value`
 * @see J. Hodges, Ark. Mat. 3 (1957) 469-486
 */
export function kolmogorovSmirnov(first: Sample, second: Sample, method: 'exact' | 'asymptotic'): TestResult {
  assertNotNested('Kolmogorov-Smirnov', [first, second])
  const [n1, n2] = [first.values.length, second.values.length]
  const pooled = [...Array.from(first.values), ...Array.from(second.values)]
  if (Math.min(n1, n2) < 2) return notTestable('kolmogorov-smirnov', first.unit, [n1, n2], 'too-few')
  if (isConstant(pooled)) return notTestable('kolmogorov-smirnov', first.unit, [n1, n2], 'constant')
  const distance = steps(first.values, second.values)
  const statistic = distance / (n1 * n2)
  return {
    testable: true,
    test: 'kolmogorov-smirnov',
    method,
    alternative: 'two-sided',
    continuity: null,
    zeros: null,
    ties: method === 'exact' ? 'p as if there were none, an upper bound' : 'p as if there were none',
    unit: first.unit,
    n: [n1, n2],
    statistic,
    p: method === 'exact' ? reaching(distance, n1, n2) : kolmogorovTail(Math.sqrt((n1 * n2) / (n1 + n2)) * statistic),
    details: {},
    assumes: 'independent values of continuous distributions.',
  }
}

/**
 * Share of the paths from (0, 0) to (n1, n2) that somewhere have `|i n2 - j n1| >= distance`. A random path to (i, j) came from (i-1, j)
 * with probability i / (i + j): all terms are positive, so that small p keep their digits.
 */
function reaching(distance: number, n1: number, n2: number): number {
  if (n1 * n2 > largestExact) {
    throw new AppError('input-invalid', 'The exact Kolmogorov-Smirnov test takes smaller groups.', {
      expected: `a product of the sizes up to ${largestExact}`,
      found: String(n1 * n2),
      hint: 'Use the method asymptotic.',
    })
  }
  const row = new Float64Array(n2 + 1)
  for (let i = 0; i <= n1; i += 1) {
    for (let j = 0; j <= n2; j += 1) {
      const outside = Math.abs(i * n2 - j * n1) >= distance
      const left = j === 0 ? 0 : row[j - 1]!
      row[j] = outside ? 1 : i + j === 0 ? 0 : (i * row[j]! + j * left) / (i + j)
    }
  }
  return row[n2]!
}
