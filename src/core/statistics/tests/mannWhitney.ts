import { AppError } from '../../../shared/errors.ts'
import { normalTail } from '../distributions.ts'
import { isConstant } from '../moments.ts'
import { midranks, type Ranks } from '../ranks.ts'
import { notTestable, type Alternative, type TestResult } from '../testResult.ts'
import { assertNotNested, type Sample } from '../units.ts'
import { subsetSumsOfSize, tailsAt } from './subsetSums.ts'

export interface MannWhitneyOptions {
  method: 'exact' | 'asymptotic'
  /** `greater`: values of the first group tend to be larger */
  alternative: Alternative
  /** half a pair towards the mean; only with `asymptotic` */
  continuity: boolean
}

const largestExact = 100

/**
 * Mann-Whitney U of two independent groups: the pairs in which the first's value is larger, ties half. `exact` is the distribution over
 * all ways of dealing the values to the groups, ties included; `asymptotic` is the normal one with the variance for ties.
 *
 * @throws AppError `input-invalid` for nested values, and for more than 100 of them with `exact`; `shape-mismatch`, `non-finite-value`
 * @see H. Mann, D. Whitney, Ann. Math. Statist. 18 (1947); E. Lehmann, Nonparametrics, 1975, sections 1.2 to 1.4
 */
export function mannWhitney(first: Sample, second: Sample, options: MannWhitneyOptions): TestResult {
  assertNotNested('Mann-Whitney U', [first, second])
  const [n1, n2] = [first.values.length, second.values.length]
  assertMethod(options, n1 + n2)
  const pooled = Float64Array.from([...Array.from(first.values), ...Array.from(second.values)])
  if (Math.min(n1, n2) < 2) return notTestable('mann-whitney', first.unit, [n1, n2], 'too-few')
  if (isConstant(pooled)) return notTestable('mann-whitney', first.unit, [n1, n2], 'constant')
  const ranked = midranks(pooled)
  const u = ranked.ranks.subarray(0, n1).reduce((sum, rank) => sum + rank, 0) - (n1 * (n1 + 1)) / 2
  return {
    testable: true,
    test: 'mann-whitney',
    method: options.method,
    alternative: options.alternative,
    continuity: options.method === 'exact' ? null : options.continuity,
    zeros: null,
    ties: 'midranks',
    unit: first.unit,
    n: [n1, n2],
    statistic: u,
    p: options.method === 'exact' ? exactP(ranked, n1, options.alternative) : asymptoticP(u, n1, n2, ranked, options),
    details: { u, other: n1 * n2 - u },
    assumes: 'independent values; that it speaks of a shift assumes distributions of one shape.',
  }
}

function assertMethod({ method, continuity }: MannWhitneyOptions, n: number): void {
  if (method === 'exact' && (continuity || n > largestExact)) {
    throw new AppError('input-invalid', 'The exact U test takes few values and no continuity correction.', {
      expected: `at most ${largestExact} values in both groups, continuity false`,
      found: `${n}, continuity ${continuity}`,
      hint: 'Use the method asymptotic.',
    })
  }
}

function exactP({ ranks }: Ranks, n1: number, alternative: Alternative): number {
  // Midranks are whole or half numbers; the smaller group is the quicker one to count.
  const doubled = Array.from(ranks, (rank) => 2 * rank)
  const small = 2 * n1 <= ranks.length
  const dealt = small ? doubled.slice(0, n1) : doubled.slice(n1)
  const ways = subsetSumsOfSize(doubled, dealt.length)
  const tails = tailsAt(
    ways,
    dealt.reduce((sum, rank) => sum + rank, 0),
  )
  const [below, above] = small ? [tails.below, tails.above] : [tails.above, tails.below]
  if (alternative === 'greater') return above
  return alternative === 'less' ? below : Math.min(1, 2 * Math.min(below, above))
}

function asymptoticP(u: number, n1: number, n2: number, { tieTerm }: Ranks, options: MannWhitneyOptions): number {
  const n = n1 + n2
  const deviation = Math.sqrt(((n1 * n2) / 12) * (n + 1 - tieTerm / (n * (n - 1))))
  const larger = { greater: u, less: n1 * n2 - u, 'two-sided': Math.max(u, n1 * n2 - u) }[options.alternative]
  const tail = normalTail((larger - (n1 * n2) / 2 - (options.continuity ? 0.5 : 0)) / deviation)
  return options.alternative === 'two-sided' ? Math.min(1, 2 * tail) : tail
}
