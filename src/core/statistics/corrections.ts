import { AppError } from '../../shared/errors.ts'

export const correctionMethods = ['holm', 'benjamini-hochberg', 'benjamini-yekutieli', 'none'] as const
export type CorrectionMethod = (typeof correctionMethods)[number]

/**
 * p-values of one family, corrected, in the order given. What was not testable belongs to no family: leave it out.
 *
 * - `holm` bounds the chance of one or more false rejections, whatever the dependence.
 * - `benjamini-hochberg` bounds the expected share of false rejections where the tests are independent or positively dependent.
 * - `benjamini-yekutieli` bounds it under any dependence.
 *
 * @throws AppError `input-invalid` for a value outside [0, 1]
 * @see S. Holm, Scand. J. Statist. 6 (1979); Y. Benjamini and Y. Hochberg, J. R. Statist. Soc. B 57 (1995); Y. Benjamini and
 *      D. Yekutieli, Ann. Statist. 29 (2001), theorem 1.3
 */
export function correctP(p: readonly number[], method: CorrectionMethod): number[] {
  const wrong = p.find((value) => !(value >= 0 && value <= 1))
  if (wrong !== undefined) {
    throw new AppError('input-invalid', 'A p-value lies between 0 and 1.', { expected: '0 to 1', found: String(wrong) })
  }
  if (method === 'none') return [...p]
  const order = p.map((_, k) => k).sort((a, b) => p[a]! - p[b]!)
  const sorted = order.map((k) => p[k]!)
  const corrected =
    method === 'holm' ? stepDown(sorted) : stepUp(sorted, method === 'benjamini-hochberg' ? 1 : harmonic(p.length))
  const result = new Array<number>(p.length)
  order.forEach((k, rank) => (result[k] = corrected[rank]!))
  return result
}

function stepDown(sorted: readonly number[]): number[] {
  let largest = 0
  return sorted.map((p, rank) => (largest = Math.max(largest, Math.min(1, p * (sorted.length - rank)))))
}

function stepUp(sorted: readonly number[], factor: number): number[] {
  const result = new Array<number>(sorted.length)
  let smallest = 1
  for (let rank = sorted.length - 1; rank >= 0; rank -= 1) {
    smallest = Math.min(smallest, (sorted[rank]! * sorted.length * factor) / (rank + 1))
    result[rank] = smallest
  }
  return result
}

function harmonic(count: number): number {
  let sum = 0
  for (let k = 1; k <= count; k += 1) sum += 1 / k
  return sum
}
