import { AppError } from '../../../shared/errors.ts'
import { normalTail, pOf } from '../distributions.ts'
import { midranks } from '../ranks.ts'
import { notTestable, type Alternative, type TestResult } from '../testResult.ts'
import { assertSample, type Sample } from '../units.ts'
import { subsetSums, tailsAt } from './subsetSums.ts'

export interface WilcoxonOptions {
  method: 'exact' | 'asymptotic'
  /** `greater`: differences tend to be above 0 */
  alternative: Alternative
  /** `wilcox` drops differences of 0 before ranking, `pratt` after it */
  zeros: 'wilcox' | 'pratt'
  /** half a rank towards the mean; only with `asymptotic` */
  continuity: boolean
}

interface RankSums {
  plus: number
  minus: number
  /** ranks of the differences that are not 0 */
  ranks: number[]
  /** sum of t^3 - t over their ties */
  tieTerm: number
  zeros: number
}

const largestExact = 200

/**
 * Wilcoxon's signed-rank test of paired differences. The statistic is the sum of the ranks of positive differences; equal sizes share the
 * mean of their ranks. `exact` is the distribution over all signs of the ranks as they are, ties included; without ties and zeros it is
 * the tabled one.
 *
 * @throws AppError `input-invalid` for more than 200 differences with `exact`, `shape-mismatch`, `non-finite-value`
 * @see F. Wilcoxon, Biometrics Bull. 1 (1945); J. Pratt, JASA 54 (1959); E. Cureton, JASA 62 (1967) for the variance with zeros
 */
export function wilcoxon(differences: Sample, options: WilcoxonOptions): TestResult {
  assertSample(differences)
  assertMethod(options, differences.values.length)
  const { unit, values } = differences
  const sums = rankSums(values, options.zeros)
  if (values.length < 2) return notTestable('wilcoxon', unit, [values.length], 'too-few')
  if (sums.ranks.length === 0) return notTestable('wilcoxon', unit, [values.length], 'no-differences')
  return {
    testable: true,
    test: 'wilcoxon',
    method: options.method,
    alternative: options.alternative,
    continuity: options.method === 'exact' ? null : options.continuity,
    zeros: options.zeros,
    ties: 'midranks',
    unit,
    n: [values.length],
    statistic: sums.plus,
    p: options.method === 'exact' ? exactP(sums, options.alternative) : asymptoticP(sums, options),
    details: { plus: sums.plus, minus: sums.minus, nonzero: sums.ranks.length },
    assumes: 'independent differences that are symmetric about their centre.',
  }
}

function assertMethod({ method, continuity }: WilcoxonOptions, n: number): void {
  if (method === 'exact' && (continuity || n > largestExact)) {
    throw new AppError(
      'input-invalid',
      'The exact signed-rank test takes few differences and no continuity correction.',
      {
        expected: `at most ${largestExact} differences, continuity false`,
        found: `${n}, continuity ${continuity}`,
        hint: 'Use the method asymptotic.',
      },
    )
  }
}

function rankSums(values: ArrayLike<number>, zeroMethod: WilcoxonOptions['zeros']): RankSums {
  const kept = Array.from(values).filter((value) => zeroMethod === 'pratt' || value !== 0)
  const zeros = kept.filter((value) => value === 0).length
  const { ranks, tieTerm } = midranks(kept.map(Math.abs))
  const sum = (sign: number): number => kept.reduce((total, value, k) => total + (value * sign > 0 ? ranks[k]! : 0), 0)
  return {
    plus: sum(1),
    minus: sum(-1),
    ranks: kept.flatMap((value, k) => (value === 0 ? [] : [ranks[k]!])),
    tieTerm: tieTerm - (zeros ** 3 - zeros),
    zeros,
  }
}

function exactP({ plus, ranks }: RankSums, alternative: Alternative): number {
  // Midranks are whole or half numbers.
  const { below, above } = tailsAt(subsetSums(ranks.map((rank) => 2 * rank)), 2 * plus)
  if (alternative === 'greater') return above
  return alternative === 'less' ? below : Math.min(1, 2 * Math.min(below, above))
}

function asymptoticP({ plus, ranks, tieTerm, zeros }: RankSums, options: WilcoxonOptions): number {
  const count = ranks.length + zeros
  const mean = (count * (count + 1) - zeros * (zeros + 1)) / 4
  const squares = count * (count + 1) * (2 * count + 1) - zeros * (zeros + 1) * (2 * zeros + 1)
  const deviation = Math.sqrt((squares - tieTerm / 2) / 24)
  const distance = plus - mean
  const towards = { greater: 1, less: -1, 'two-sided': Math.sign(distance) }[options.alternative]
  const corrected = distance - (options.continuity ? towards / 2 : 0)
  return pOf(corrected / deviation, options.alternative, normalTail)
}
