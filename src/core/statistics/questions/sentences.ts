import { counted, digitsApart, digitsBeside } from '../../../shared/charts/figures.ts'
import { alphaOf } from '../intervals/level.ts'
import { pText } from '../testResult.ts'
import { countOf } from '../units.ts'
import type { ContrastAnswer, Verdict } from './answer.ts'
import { scopeOf } from './limits.ts'
import { capital, correctionText, levelText, placeText, points } from './phrases.ts'
import type { CompleteQuestion } from './question.ts'

/** A contrast that has everything but its sentence. */
type Unsaid = Omit<ContrastAnswer, 'sentence'>

const testNames: Readonly<Record<CompleteQuestion['test'], string>> = {
  mcnemar: 'McNemar mid-p',
  'mcnemar-exact': 'McNemar exact',
  'sign-flip': 'sign-flip',
  wilcoxon: 'Wilcoxon signed-rank',
  tost: 'two one-sided tests',
}

/** Contrasts that were corrected together: by the question's test, of equivalence, and of a change beyond the margin. */
export interface Families {
  p: number
  within: number
  beyond: number
}

/** One contrast's verdict with the figures that it rests on. Differences are in points, hundredths of all texts. */
export function contrastSentence(question: CompleteQuestion, contrast: Unsaid, family: Families): string {
  return capital(`${placeText(contrast.within)}${claimText(question, contrast, family)}.`)
}

function claimText(question: CompleteQuestion, contrast: Unsaid, family: Families): string {
  const { verdict, difference, pairs } = contrast
  const subject = subjectText(question, contrast.value)
  if (verdict === 'identical') return `${subject} changes nothing: the models are identical by construction`
  if (verdict === 'not-testable' || difference === null) return notTestableText(subject, contrast)
  if (verdict === 'undecided') return undecidedText(question, contrast, subject, family)
  const figures = `(${figuresText(question, contrast, family)}): ${scopeOf(question, pairs)}`
  const limit = `${points(question.smallest, 3)} points`
  // Held equivalence and refuted change are one finding; so are refuted equivalence and held change.
  if ((verdict === 'held') === (question.test === 'tost'))
    return `${subject} changes accuracy by less than ${limit} ${figures}`
  const change = `${subject} ${difference < 0 ? 'lowers' : 'raises'} accuracy by ${points(Math.abs(difference), digitsFor(question, contrast))} points`
  if (verdict === 'not-held') return `${change}, which is more than ${limit} ${figures}`
  const small = contrast.equivalenceCorrected !== null && contrast.equivalenceCorrected < alphaOf(question.level)
  return `${change}${small ? `, though by less than ${limit}` : ''} ${figures}`
}

function subjectText({ compare, against, words }: CompleteQuestion, value: string): string {
  return words !== undefined && Object.hasOwn(words, value)
    ? words[value]!
    : `${compare} ${value} instead of ${against}`
}

function notTestableText(subject: string, { test, pairs, unit }: Unsaid): string {
  if (pairs === 0) return `${subject} is not testable: no ${unit} has both sides`
  const reason = test.testable ? 'there is no spread to compare with' : test.message.replace(/^Not testable: |\.$/g, '')
  return `${subject} is not testable over ${pairsText({ pairs, unit })}: ${reason}`
}

/** What is known, and what the figures leave open: that nothing was shown is not that nothing is there. */
function undecidedText(question: CompleteQuestion, contrast: Unsaid, subject: string, family: Families): string {
  const { detectable, requirements } = contrast
  const equivalence = question.test === 'tost'
  const claim = equivalence
    ? `changes accuracy by less than ${points(question.smallest, 3)} points`
    : 'changes accuracy'
  const found = `${points(detectable ?? 0, digitsBeside([100 * (detectable ?? 0)], [0], digitsFor(question, contrast)))} points would be found with a power of 0.8`
  const rest = [
    ...openTexts(question, contrast, !equivalence && (contrast.pCorrected ?? 1) >= alphaOf(question.level)),
    ...requirements.missing,
    ...(detectable === null || equivalence ? [] : [found]),
  ]
  const figures = figuresText(question, contrast, family)
  return `it is undecided whether ${subject} ${claim} (${figures})${rest.length === 0 ? '' : `: ${rest.join('; ')}`}`
}

/** @param none whether no change is possible too, even where the interval of this contrast alone is on one side */
function openTexts(question: CompleteQuestion, contrast: Unsaid, none: boolean): string[] {
  if (contrast.interval === null) return []
  const { low, high } = contrast.interval
  const digits = digitsFor(question, contrast)
  const loss = low < 0 ? [`a loss of up to ${points(-low, digits)} points`] : []
  const gain = high > 0 ? [`a gain of up to ${points(high, digits)} points`] : []
  const parts = [...(none && (low > 0 || high < 0) ? ['no change'] : []), ...loss, ...gain]
  return [`${parts.join(' and ')} ${parts.length > 1 ? 'remain' : 'remains'} possible`]
}

/** `95 % interval 2.6 to 3.6; sign-flip over 12 paired draws, p = 0.0005 after Holm over 6 contrasts`. */
function figuresText(question: CompleteQuestion, contrast: Unsaid, family: Families): string {
  const { equivalence, equivalenceCorrected, beyondCorrected, pCorrected, interval } = contrast
  const basis = basisOf(question, contrast)
  const over = `over ${pairsText(contrast)}`
  const tested = (name: string, p: number | null, kind: keyof Families): string =>
    `${name} ${over}, ${p === null ? 'not testable' : `${pText(p)}${correctionText(question.correct, family[kind])}`}`
  switch (basis) {
    case 'equivalence':
      return `${signedText(question, contrast, equivalence.testable ? equivalence.interval : null)}; ${tested(testNames.tost, equivalenceCorrected, 'within')}`
    case 'beyond':
      return [...sizeTexts(question, contrast), tested('test beyond that margin', beyondCorrected, 'beyond')].join('; ')
    case 'change':
      return [...sizeTexts(question, contrast), tested(testNames[question.test], pCorrected, 'p')].join('; ')
    case 'open':
      return `${signedText(question, contrast, interval)}; ${tested(testNames[question.test], pCorrected, 'p')}`
  }
}

/** What the verdict rests on: the test of a change, of equivalence, of a change beyond the margin, or none of them. */
function basisOf({ test }: CompleteQuestion, { verdict }: Unsaid): 'change' | 'equivalence' | 'beyond' | 'open' {
  if (verdict === 'held') return test === 'tost' ? 'equivalence' : 'change'
  if (verdict === 'not-held') return test === 'tost' ? 'beyond' : 'equivalence'
  return 'open'
}

/** The interval of the size of a change whose direction was said. */
function sizeTexts(question: CompleteQuestion, contrast: Unsaid): string[] {
  const { interval, difference } = contrast
  if (interval === null) return []
  const digits = digitsFor(question, contrast)
  const [low, high] = difference! < 0 ? [-interval.high, -interval.low] : [interval.low, interval.high]
  return [`${levelText(interval)} ${points(low, digits)} to ${points(high, digits)}`]
}

function signedText(question: CompleteQuestion, contrast: Unsaid, interval: ContrastAnswer['interval']): string {
  const digits = digitsFor(question, contrast)
  const estimate = `difference ${points(contrast.difference!, digits)} points`
  if (interval === null) return estimate
  return `${estimate}, ${levelText(interval)} ${points(interval.low, digits)} to ${points(interval.high, digits)}`
}

function pairsText({ pairs, unit }: Pick<Unsaid, 'pairs' | 'unit'>): string {
  return unit === 'text' ? countOf(pairs, unit) : counted(pairs, `paired ${unit}`)
}

/**
 * Two digits where the interval is narrower than half a point, else one; more where an end would read as 0, as the margin, or as the other
 * end. The sentence must not contradict what it rests on.
 */
function digitsFor({ smallest }: CompleteQuestion, { interval, difference, equivalence }: Unsaid): number {
  const width = interval === null ? Math.abs(difference ?? 0) : interval.high - interval.low
  const least = width < 0.005 ? 2 : 1
  const ends = [interval, equivalence.testable ? equivalence.interval : null].flatMap((one) =>
    one === null ? [] : [100 * one.low, 100 * one.high],
  )
  const apart = interval === null ? least : digitsApart(100 * interval.low, 100 * interval.high, least)
  return digitsBeside(ends, [0, 100 * smallest, -100 * smallest], apart, 4)
}

const verdictWords = {
  held: 'held',
  'not-held': 'not held',
  undecided: 'undecided',
  'not-testable': 'not testable',
  identical: 'identical by construction',
} as const

/** The verdict of all contrasts of a question. */
export function familySentence(
  question: CompleteQuestion,
  verdict: Verdict,
  contrasts: readonly ContrastAnswer[],
  axes: readonly string[],
): string {
  if (contrasts.length === 0) return `Not testable: nothing but ${question.compare} ${question.against} was observed.`
  if (contrasts.length === 1) return contrasts[0]!.sentence
  const counts = Object.entries(verdictWords).flatMap(([kind, word]) => {
    const some = contrasts.filter((contrast) => contrast.verdict === kind)
    const direction = kind === 'held' && question.test !== 'tost' ? directionText(some) : ''
    return some.length === 0 ? [] : [`${word} in ${some.length}${direction}`]
  })
  const start = verdict === 'depends' ? `It depends on ${axes.join(', ')}` : capital(verdictWords[verdict])
  return `${start}: of ${contrasts.length} contrasts, ${counts.join(', ')}.`
}

function directionText(held: readonly ContrastAnswer[]): string {
  const down = held.filter(({ difference }) => difference! < 0).length
  if (down > 0 && down < held.length) return ` (accuracy lowered in ${down}, raised in ${held.length - down})`
  return down === 0 ? ' (accuracy raised)' : ' (accuracy lowered)'
}
