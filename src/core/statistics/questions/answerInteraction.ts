import { digitsApart, digitsBeside } from '../../../shared/charts/figures.ts'
import { correctP } from '../corrections.ts'
import { alphaOf } from '../intervals/level.ts'
import { pText } from '../testResult.ts'
import { countOf } from '../units.ts'
import type { ContrastVerdict } from './answer.ts'
import {
  interactionsOf,
  type CompleteInteraction,
  type InteractionEvidence,
  type InteractionQuestion,
} from './interaction.ts'
import type { Observation } from './observation.ts'
import { capital, correctionText, levelText, placeText, points, whole } from './phrases.ts'

export interface InteractionContrast extends InteractionEvidence {
  /** after the correction over the question's testable contrasts */
  pCorrected: number | null
  smallerCorrected: number | null
  /** `not-held`: less sensitive, or as sensitive within the smallest difference of interest */
  verdict: Exclude<ContrastVerdict, 'identical'>
  sentence: string
}

export interface InteractionAnswer {
  question: CompleteInteraction
  limits: string[]
  contrasts: InteractionContrast[]
}

const scope = 'for these models and draws'

/**
 * Answers whether one model, or one value of another axis, is more sensitive than another.
 *
 * @throws AppError `input-invalid`, `shape-mismatch`, `non-finite-value`
 */
export function answerInteraction(asked: InteractionQuestion, observations: readonly Observation[]): InteractionAnswer {
  const question = { correct: 'holm', smallest: 0.005, level: 0.95, resamples: 9999, seed: 0, ...asked } as const
  const evidence = interactionsOf(question, observations)
  const testable = evidence.filter(({ p }) => p !== null)
  const correct = (p: (one: InteractionEvidence) => number | null): Map<InteractionEvidence, number> => {
    const values = correctP(
      testable.map((one) => p(one)!),
      question.correct,
    )
    return new Map(testable.map((one, k) => [one, values[k]!]))
  }
  const [p, smaller] = [correct((one) => one.p), correct((one) => one.smaller)]
  const contrasts = evidence.map((one) => {
    const pCorrected = p.get(one) ?? null
    const smallerCorrected = smaller.get(one) ?? null
    const contrast = {
      ...one,
      pCorrected,
      smallerCorrected,
      verdict: verdictOf(question, one, pCorrected, smallerCorrected),
    }
    return { ...contrast, sentence: sentenceOf(question, contrast, testable.length) }
  })
  return { question, limits: [whole(scope)], contrasts }
}

function verdictOf(
  { level }: CompleteInteraction,
  { difference }: InteractionEvidence,
  p: number | null,
  smaller: number | null,
): InteractionContrast['verdict'] {
  if (p === null || smaller === null) return 'not-testable'
  if (p < alphaOf(level)) return difference < 0 ? 'held' : 'not-held'
  return smaller < alphaOf(level) ? 'not-held' : 'undecided'
}

function sentenceOf(
  question: CompleteInteraction,
  contrast: Omit<InteractionContrast, 'sentence'>,
  family: number,
): string {
  const { compare, against, by, than, smallest } = question
  const { value, sensitive, texts, interval, pCorrected, verdict, difference } = contrast
  const change = `${compare} ${value} instead of ${against}`
  const [more, less] = [`${by} ${sensitive}`, `${by} ${than}`]
  const start = placeText(contrast.within)
  if (verdict === 'not-testable' || interval === null || pCorrected === null) {
    return capital(
      `${start}whether ${change} costs ${more} more than ${less} is not testable: all ${countOf(texts, 'text')} say the same.`,
    )
  }
  const ends = [100 * interval.low, 100 * interval.high] as const
  const digits = digitsBeside(ends, [0, 100 * smallest, -100 * smallest], digitsApart(...ends), 4)
  const range = `${levelText(interval)} ${points(interval.low, digits)} to ${points(interval.high, digits)}`
  const tested = `cluster bootstrap over ${countOf(texts, 'text')}, ${pText(pCorrected)}${correctionText(question.correct, family)}`
  const figures = `(difference of changes ${points(difference, digits)} points, ${range}; ${tested})`
  if (verdict === 'undecided')
    return capital(`${start}it is undecided whether ${change} costs ${more} more than ${less} ${figures}.`)
  if (verdict === 'not-held' && pCorrected >= alphaOf(question.level)) {
    return capital(
      `${start}${change} costs ${more} as much as ${less}, within ${points(smallest, 3)} points ${figures}: ${scope}.`,
    )
  }
  const amount = `${points(Math.abs(difference), 1)} points ${difference < 0 ? 'more' : 'less'}`
  return capital(`${start}${change} costs ${more} ${amount} than ${less} ${figures}: ${scope}.`)
}
