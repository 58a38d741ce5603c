import type { Interval } from '../../../shared/units.ts'
import type { RandomStream } from '../../random/randomStream.ts'
import { normalTail, studentTail } from '../distributions.ts'
import { mcnemarEffect } from '../effects/mcnemarEffect.ts'
import { rankBiserial } from '../effects/rankBiserial.ts'
import { alphaOf } from '../intervals/level.ts'
import { meanError, pairedMean, type MeanMethod } from '../intervals/pairedMean.ts'
import { tango, tangoScore } from '../intervals/tango.ts'
import { meanOf } from '../moments.ts'
import { textsIn, type PairedTable } from '../pairedTable.ts'
import type { NotTestable, TestResult } from '../testResult.ts'
import { mcnemar } from '../tests/mcnemar.ts'
import { signFlip, signFlipMethod } from '../tests/signFlip.ts'
import { tostPairedMean, tostPairedProportions, type Equivalence } from '../tests/tost.ts'
import { wilcoxon } from '../tests/wilcoxon.ts'
import type { Sample } from '../units.ts'
import { detectableOfMean, detectableOfTexts } from './detectable.ts'
import type { CompleteQuestion } from './question.ts'

/** What one contrast's pairs say, before any correction. */
export interface Evidence {
  /** pairs of the unit */
  pairs: number
  /** null where there are no pairs */
  difference: number | null
  /** null where there is no spread to make one of */
  interval: Interval | null
  /** the test that the question asks for */
  test: TestResult
  /** that the difference is smaller than the smallest of interest */
  within: Equivalence | NotTestable
  /** p against "it is not larger than the smallest of interest", two-sided; null where there is no spread */
  beyond: number | null
  effect: { name: 'cohens-g' | 'rank-biserial'; value: number } | null
  /** smallest p that so many pairs can give, before any correction; 0 where the number of pairs sets no bound */
  leastP: number
  /** smallest difference found with a power of 0.8 at the level `alpha`; null where none can be */
  detectableAt: (alpha: number) => number | null
}

/** Chance resamples of the sign-flip test where there are too many arrangements to count. */
const resamples = 99_999

export function evidenceOfTexts(question: CompleteQuestion, table: PairedTable): Evidence {
  const { test, smallest, level } = question
  const within = tostPairedProportions(table, { unit: 'text', margin: smallest, alpha: alphaOf(level) })
  const method = test === 'mcnemar-exact' ? 'exact' : 'mid-p'
  const effect = mcnemarEffect(table)
  const n = textsIn(table)
  return {
    pairs: n,
    difference: (table.firstOnly - table.secondOnly) / n,
    interval: tango(table, level),
    test: test === 'tost' ? within : mcnemar(table, { unit: 'text', method, alternative: 'two-sided' }),
    within,
    beyond: twice(normalTail(tangoScore(table, smallest) ?? 0), normalTail(-(tangoScore(table, -smallest) ?? 0))),
    effect: effect === null ? null : { name: 'cohens-g', value: effect.g },
    leastP: 0,
    detectableAt: (alpha) => detectableOfTexts(table, alpha),
  }
}

export function evidenceOfMeans(question: CompleteQuestion, differences: Sample, stream: RandomStream): Evidence {
  const { test, smallest, level } = question
  const { values } = differences
  const method = meanMethodOf(question, differences)
  const within = tostPairedMean(differences, { margin: smallest, alpha: alphaOf(level), method })
  const interval = pairedMean(differences, method, level)
  const error = meanError(differences, method)
  const effect = rankBiserial(values)
  const spread = 'testable' in error ? null : error
  // The rarest arrangement of n signs and its mirror are 2 of 2^n.
  const leastP = test === 'tost' ? 0 : 2 ** (1 - values.length)
  return {
    pairs: values.length,
    difference: values.length === 0 ? null : meanOf(values),
    interval: 'testable' in interval ? null : interval,
    test: test === 'tost' ? within : testOf(test, differences, stream),
    within,
    beyond: spread && beyondMean(spread.mean, spread.error, spread.df, smallest),
    effect: effect === null ? null : { name: 'rank-biserial', value: effect },
    leastP,
    detectableAt: (alpha) => (spread === null || leastP >= alpha ? null : detectableOfMean(spread, alpha)),
  }
}

/** Within seeds where each has draws of its own, and two or more of them. */
function meanMethodOf({ unit, draws }: CompleteQuestion, { nest }: Sample): MeanMethod {
  if (unit !== 'draw' || draws === 'shared' || nest === null) return 'paired-t'
  const sizes = [...Map.groupBy(nest, (seed) => seed).values()].map((group) => group.length)
  return sizes.every((size) => size >= 2) ? 'stratified-t' : 'paired-t'
}

function testOf(test: CompleteQuestion['test'], differences: Sample, stream: RandomStream): TestResult {
  if (test === 'wilcoxon') {
    const method = differences.values.length <= 200 ? 'exact' : 'asymptotic'
    return wilcoxon(differences, { method, alternative: 'two-sided', zeros: 'wilcox', continuity: false })
  }
  return signFlipMethod(differences.values) === 'exact'
    ? signFlip(differences, { method: 'exact', alternative: 'two-sided' })
    : signFlip(differences, { method: 'monte-carlo', alternative: 'two-sided', resamples, stream })
}

function beyondMean(mean: number, error: number, df: number, smallest: number): number {
  return twice(studentTail((mean - smallest) / error, df), studentTail((-smallest - mean) / error, df))
}

function twice(above: number, below: number): number {
  return Math.min(1, 2 * Math.min(above, below))
}
