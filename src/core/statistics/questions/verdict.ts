import { alphaOf } from '../intervals/level.ts'
import type { ContrastAnswer, ContrastVerdict, Verdict } from './answer.ts'
import type { CompleteQuestion } from './question.ts'

export interface CorrectedP {
  /** of the question's test */
  p: number | null
  /** that the difference is smaller than the smallest of interest */
  within: number | null
  /** that it is larger */
  beyond: number | null
}

/** @param met whether there are as many pairs as a verdict needs */
export function contrastVerdict(
  { test, level }: CompleteQuestion,
  corrected: CorrectedP,
  met: boolean,
): ContrastVerdict {
  const { p, within, beyond } = corrected
  const shown = (value: number | null): boolean => value !== null && value < alphaOf(level)
  if (p === null && within === null) return 'not-testable'
  if (!met) return 'undecided'
  if (test === 'tost') return shown(within) ? 'held' : shown(beyond) ? 'not-held' : 'undecided'
  return shown(p) ? 'held' : shown(within) ? 'not-held' : 'undecided'
}

/**
 * The verdict of all contrasts. They contradict each other (`depends`) where the claim is shown in one and its contrary in another, or
 * where changes are shown in both directions; that one is shown and another undecided is no contradiction, and leaves the whole
 * undecided. What is not testable has no say. The same model on both sides is no change, for certain.
 */
export function familyVerdict({ test }: Pick<CompleteQuestion, 'test'>, contrasts: readonly ContrastAnswer[]): Verdict {
  const kinds = new Set(contrasts.map((contrast) => kindOf(contrast, test)))
  kinds.delete('not-testable')
  if (kinds.size === 0) return 'not-testable'
  const decided = [...kinds].filter((kind) => kind !== 'undecided')
  if (decided.length > 1) return 'depends'
  if (kinds.size > 1 || decided.length === 0) return 'undecided'
  return decided[0] === 'not-held' ? 'not-held' : 'held'
}

/** The axes that alone tell contrasts of one verdict from those of another; all that differ where no single one does. */
export function dependsOn(
  contrasts: readonly ContrastAnswer[],
  question: Pick<CompleteQuestion, 'test' | 'compare'>,
): string[] {
  const decided = contrasts
    .map((contrast) => ({ kind: kindOf(contrast, question.test), place: placeOf(contrast, question.compare) }))
    .filter(({ kind }) => kind !== 'not-testable' && kind !== 'undecided')
  const axes = [...new Set(decided.flatMap(({ place }) => Object.keys(place)))]
  const varying = axes.filter((axis) => new Set(decided.map(({ place }) => place[axis])).size > 1)
  const alone = varying.filter((axis) => {
    const byValue = Map.groupBy(decided, ({ place }) => place[axis])
    return [...byValue.values()].every((group) => new Set(group.map(({ kind }) => kind)).size === 1)
  })
  return alone.length > 0 ? alone : varying
}

function placeOf({ within, value }: ContrastAnswer, compare: string): Record<string, string> {
  return { ...within, [compare]: value }
}

/** The verdict, with the direction of a change that was shown. */
function kindOf({ verdict, difference }: ContrastAnswer, test: CompleteQuestion['test']): string {
  if (verdict === 'identical') return test === 'tost' ? 'held' : 'not-held'
  if (verdict === 'held' && test !== 'tost') return (difference ?? 0) < 0 ? 'lowers' : 'raises'
  return verdict
}
