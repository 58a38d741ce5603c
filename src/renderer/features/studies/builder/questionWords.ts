import type { Axis } from '../../../../shared/contract/studyRules.ts'
import { axisNames, axisWords, listAt, numberAt, recordAt, textAt, type Raw } from './studyForm.ts'

const tests: Readonly<Record<string, string>> = {
  mcnemar: 'McNemar’s test with mid-p',
  'mcnemar-exact': 'McNemar’s exact test',
  'sign-flip': 'a sign-flip permutation test',
  wilcoxon: 'Wilcoxon’s signed-rank test',
  tost: 'two one-sided tests',
}

const corrections: Readonly<Record<string, string>> = {
  holm: 'corrected by Holm over its contrasts',
  'benjamini-hochberg': 'with the share of false claims held by Benjamini and Hochberg',
  'benjamini-yekutieli': 'with the share of false claims held by Benjamini and Yekutieli',
  none: 'without a correction',
}

const units: Readonly<Record<string, string>> = {
  text: 'over the texts, for these models and draws',
  draw: 'over paired calibration draws',
  seed: 'over training seeds',
}

/** One value of an axis. */
const onesWords: Readonly<Record<Axis, string>> = { ...axisWords, bits: 'width', noise: 'noise level' }

/** Tests that speak of a unit; the host says the same. */
export const testsOfUnit: Readonly<Record<string, readonly string[]>> = {
  text: ['mcnemar', 'mcnemar-exact', 'tost'],
  draw: ['sign-flip', 'wilcoxon', 'tost'],
  seed: ['sign-flip', 'wilcoxon', 'tost'],
}

/** How many contrasts a question has in a study, as far as its text says. */
export function contrastsOf(study: Raw, question: unknown): number {
  const compare = textAt(question, '', 'compare') as Axis
  const valuesOf = (axis: Axis): string[] => {
    const only = listAt(question, 'only', axis).map(String)
    return only.length > 0 ? only : axisNames(study, axis)
  }
  const against = textAt(question, '', 'against')
  const compared = valuesOf(compare).filter((name) => name !== against).length
  const fixed = listAt(question, 'within').map(String) as Axis[]
  return fixed.reduce((product, axis) => product * Math.max(1, valuesOf(axis).length), compared)
}

/** What a question will decide, in a sentence. */
export function decisionWords(study: Raw, question: unknown): string {
  const compare = textAt(question, '', 'compare') as Axis
  if (!(compare in axisWords)) return 'Say what is to be compared.'
  const against = textAt(question, '…', 'against')
  const others = axisNames(study, compare).filter((name) => name !== against)
  const test = textAt(question, '', 'test')
  const points = Number((numberAt(question, 0.005, 'smallest') * 100).toPrecision(3))
  const subject = others.length === 1 ? `${onesWords[compare]} ${others[0]}` : `each other ${onesWords[compare]}`
  const margin = `${points} ${points === 1 ? 'point' : 'points'}`
  const claim =
    test === 'tost'
      ? `is within ${margin} of that with ${against}`
      : `differs from that with ${against}, and by ${margin} or more`
  const within = listAt(question, 'within').map((axis) => axisWords[String(axis) as Axis] ?? String(axis))
  const apart = within.length === 0 ? '' : `, for each ${listed(within)} by itself`
  const only = Object.entries(recordAt(question, 'only')).map(([axis, values]) => {
    return `${axisWords[axis as Axis] ?? axis} ${(Array.isArray(values) ? values : [values]).map(String).join(' or ')}`
  })
  const narrowed = only.length === 0 ? '' : `, looking at ${listed(only)} alone`
  const how = [
    tests[test] ?? test,
    units[textAt(question, '', 'unit')] ?? '',
    corrections[textAt(question, 'holm', 'correct')] ?? '',
  ]
  return `Decides whether accuracy with ${subject} ${claim}${apart}${narrowed}: ${how.filter((part) => part !== '').join(', ')}.`
}

function listed(words: readonly string[]): string {
  const [last, ...before] = [...words].reverse()
  return before.length === 0 ? (last ?? '') : `${before.reverse().join(', ')} and ${last}`
}
