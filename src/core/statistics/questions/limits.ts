import type { Evidence } from './evidence.ts'
import type { Pairs } from './pairing.ts'
import { whole } from './phrases.ts'
import type { CompleteQuestion } from './question.ts'

/** Fewer paired draws than this decide nothing; five cannot even reach p < 0.05. */
export const leastDraws = 12
/** With fewer training seeds than this a claim is one about these models. */
export const leastSeeds = 6

/** Whom a verdict speaks of. */
export function scopeOf({ unit, compare }: Pick<CompleteQuestion, 'unit' | 'compare'>, pairs: number): string {
  if (unit === 'text')
    return compare === 'seed' || compare === 'draw' ? 'for these models' : 'for this model and this draw'
  return unit === 'seed' && pairs >= leastSeeds ? 'for models trained in this way' : 'for these models'
}

/** What is missing for a verdict. */
export function missingFor({ unit }: Pick<CompleteQuestion, 'unit'>, pairs: number): string[] {
  if (unit !== 'draw' || pairs >= leastDraws) return []
  return [`${pairs} paired draws, at least ${leastDraws} are needed`]
}

/**
 * What a verdict is limited to, a sentence each.
 *
 * @param alpha level of the first step of the correction
 */
export function limitsOf(question: CompleteQuestion, pairs: Pairs, evidence: Evidence, alpha: number): string[] {
  const { pairs: count, leastP, test } = evidence
  const seeds = question.unit === 'seed' && count < leastSeeds
  const half = pairs.matched.some(([one, other]) => (one.draw === null) !== (other.draw === null))
  const bounded = test.testable && leastP >= alpha
  return [
    scopeOf(question, count),
    ...missingFor(question, count),
    ...(seeds ? [`${count} training seeds, at least ${leastSeeds} are needed for a claim over training`] : []),
    ...(bounded ? [`${count} pairs cannot show a change: p cannot fall below ${Number(leastP.toPrecision(2))}`] : []),
    ...(half && question.unit === 'draw'
      ? ['one side was not calibrated: the test assumes symmetric differences']
      : []),
    ...(pairs.alone > 0 ? [`observations without a partner, left out: ${pairs.alone.toLocaleString('en')}`] : []),
  ].map(whole)
}
