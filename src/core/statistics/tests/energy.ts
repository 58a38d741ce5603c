import { AppError } from '../../../shared/errors.ts'
import type { RandomStream } from '../../random/randomStream.ts'
import { notTestable, type TestResult } from '../testResult.ts'
import { assertFinite, assertUnit, type Unit } from '../units.ts'

/** Things in pairs, two of each (the weight adjustments of two compositions on one draw), known by their distances alone. */
export interface PairedDistances {
  unit: Unit
  pairs: number
  /** [2 pairs, 2 pairs] row-major: the first of every pair, then the second of every pair; symmetric, 0 on the diagonal, from 0 */
  distances: ArrayLike<number>
}

export type EnergyOptions =
  | { method: 'exact' }
  /** `resamples` is 9999 as a rule */
  | { method: 'monte-carlo'; resamples?: number; stream: RandomStream }

const largestExact = 16

/**
 * Energy distance between the firsts and the seconds of pairs, with p by exchanging within pairs. It is how draws are compared that each
 * have a whole distribution for a value: weights and time steps are not samples, draws are.
 *
 *     E = 2 mean d(x_i, y_j) - mean d(x_i, x_j) - mean d(y_i, y_j)
 *       = (sum over i, j of s_i s_j m_ij) / n^2,   m_ij = d(x_i, y_j) + d(y_i, x_j) - d(x_i, x_j) - d(y_i, y_j)
 *
 * with all s = 1; exchanging pair i turns s_i to -1 and leaves m_ii = 2 d(x_i, y_i) as it is.
 *
 * @throws AppError `input-invalid`, also for more than 16 pairs with `exact`; `shape-mismatch`, `non-finite-value`
 * @see G. Szekely, M. Rizzo, J. Stat. Plan. Inference 143 (2013) 1249-1272; M. Anderson, Austral Ecol. 26 (2001) 32-46 on exchange
 *      within blocks
 */
export function energyTest(input: PairedDistances, options: EnergyOptions): TestResult {
  assertDistances(input)
  const { unit, pairs } = input
  const exact = options.method === 'exact'
  if (exact && pairs > largestExact) {
    throw new AppError('input-invalid', 'There are too many exchanges of pairs to count them all.', {
      expected: `at most ${largestExact} pairs`,
      found: String(pairs),
      hint: 'Use the method monte-carlo.',
    })
  }
  if (pairs < 2) return notTestable('energy', unit, [pairs], 'too-few')
  if (Array.from(input.distances).every((distance) => distance === 0)) {
    return notTestable('energy', unit, [pairs], 'no-differences')
  }
  const form = signForm(input)
  const observed = valueOf(form, new Int8Array(pairs).fill(1))
  const resamples = options.method === 'exact' ? 0 : (options.resamples ?? 9999)
  return {
    testable: true,
    test: 'energy',
    method: exact ? 'exact' : `monte-carlo-${resamples}`,
    alternative: 'greater',
    continuity: null,
    zeros: null,
    ties: 'counted as extreme',
    unit,
    n: [pairs],
    statistic: observed,
    p: options.method === 'exact' ? exactP(form, pairs) : chanceP(form, pairs, resamples, options.stream),
    details: {},
    assumes: 'that either of each pair could have been the other if there were no effect.',
  }
}

function assertDistances({ unit, pairs, distances }: PairedDistances): void {
  assertUnit(unit)
  assertFinite(distances)
  const size = 2 * pairs
  if (distances.length !== size * size) {
    throw new AppError('shape-mismatch', 'Distances between paired things form a square.', {
      expected: `${size} x ${size}`,
      found: `${distances.length} numbers`,
    })
  }
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const [there, back] = [distances[i * size + j]!, distances[j * size + i]!]
      if (there !== back || there < 0 || (i === j && there !== 0)) {
        throw new AppError('input-invalid', 'These are no distances.', {
          expected: 'symmetric, from 0, 0 from each thing to itself',
          found: `${there} and ${back} between ${i} and ${j}`,
        })
      }
    }
  }
}

function signForm({ pairs, distances }: PairedDistances): Float64Array {
  const size = 2 * pairs
  const d = (i: number, j: number): number => distances[i * size + j]!
  return Float64Array.from({ length: pairs * pairs }, (_, at) => {
    const [i, j] = [Math.floor(at / pairs), at % pairs]
    return (d(i, pairs + j) + d(pairs + i, j) - d(i, j) - d(pairs + i, pairs + j)) / (pairs * pairs)
  })
}

function valueOf(form: Float64Array, signs: Int8Array): number {
  const n = signs.length
  let sum = 0
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) sum += i === j ? form[i * n + i]! : signs[i]! * signs[j]! * form[i * n + j]!
  }
  return sum
}

/** Exchanging all pairs changes nothing: the first may stay. */
function exactP(form: Float64Array, pairs: number): number {
  const signs = new Int8Array(pairs).fill(1)
  const least = leastOf(form, signs)
  const total = 2 ** (pairs - 1)
  let extreme = 0
  for (let code = 0; code < total; code += 1) {
    for (let k = 1; k < pairs; k += 1) signs[k] = (code >>> (k - 1)) & 1 ? -1 : 1
    if (valueOf(form, signs) >= least) extreme += 1
  }
  return extreme / total
}

function chanceP(form: Float64Array, pairs: number, resamples: number, stream: RandomStream): number {
  const signs = new Int8Array(pairs).fill(1)
  const least = leastOf(form, signs)
  let extreme = 0
  for (let draw = 0; draw < resamples; draw += 1) {
    for (let k = 1; k < pairs; k += 1) signs[k] = stream.below(2) === 0 ? -1 : 1
    if (valueOf(form, signs) >= least) extreme += 1
  }
  return (extreme + 1) / (resamples + 1)
}

function leastOf(form: Float64Array, signs: Int8Array): number {
  return valueOf(form, signs) - 1e-10 * form.reduce((sum, value) => sum + Math.abs(value), 0)
}
