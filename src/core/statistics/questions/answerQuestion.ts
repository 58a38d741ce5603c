import { stream } from '../../random/randomStream.ts'
import { correctP } from '../corrections.ts'
import { alphaOf } from '../intervals/level.ts'
import { notTestable } from '../testResult.ts'
import type { ContrastAnswer, Verdict } from './answer.ts'
import { contrastsOf, type Contrast } from './contrasts.ts'
import { evidenceOfMeans, evidenceOfTexts, type Evidence } from './evidence.ts'
import { limitsOf, missingFor } from './limits.ts'
import type { Observation } from './observation.ts'
import { drawDifferences, pairsOf, seedDifferences, tableOf, type Pairs } from './pairing.ts'
import { completeQuestion, type CompleteQuestion, type Question } from './question.ts'
import { contrastSentence, familySentence, type Families } from './sentences.ts'
import { contrastVerdict, dependsOn, familyVerdict } from './verdict.ts'

export interface Answer {
  /** with its defaults filled in */
  question: CompleteQuestion
  verdict: Verdict
  /** axes on which the verdict depends, for `depends` */
  dependsOn: string[]
  /** for people */
  sentence: string
  /** what the verdict is limited to, of all contrasts, a sentence each */
  limits: string[]
  contrasts: ContrastAnswer[]
}

interface Measured {
  contrast: Contrast
  pairs: Pairs
  identical: boolean
  evidence: Evidence
}

/**
 * Answers a question from observations: makes its contrasts, pairs them as the unit asks, tests each, corrects over those that are
 * testable, and says what is shown, what is not, and what stays open.
 *
 * @throws AppError `input-invalid`, `shape-mismatch`, `non-finite-value`
 */
export function answerQuestion(asked: Question, observations: readonly Observation[]): Answer {
  const question = completeQuestion(asked)
  const measured = contrastsOf(question, observations).map((contrast) => measure(question, contrast))
  const tests = measured.map(({ identical, evidence }) => (identical ? null : evidence))
  const p = corrected(question, tests, ({ test }) => (test.testable ? test.p : null))
  const within = corrected(question, tests, (evidence) => (evidence.within.testable ? evidence.within.p : null))
  const beyond = corrected(question, tests, (evidence) => evidence.beyond)
  const family = { p: tested(p), within: tested(within), beyond: tested(beyond) }
  const contrasts = measured.map((one, k) =>
    answerContrast(question, one, { p: p[k]!, within: within[k]!, beyond: beyond[k]! }, family),
  )
  const verdict = familyVerdict(question, contrasts)
  const axes = verdict === 'depends' ? dependsOn(contrasts, question) : []
  return {
    question,
    verdict,
    dependsOn: axes,
    sentence: familySentence(question, verdict, contrasts, axes),
    limits: [...new Set(contrasts.flatMap(({ limits }) => limits))],
    contrasts,
  }
}

function measure(question: CompleteQuestion, contrast: Contrast): Measured {
  const pairs = pairsOf(contrast, question.compare)
  const identical =
    pairs.matched.length > 0 &&
    pairs.matched.every(([one, other]) => one.fingerprint !== undefined && one.fingerprint === other.fingerprint)
  return { contrast, pairs, identical, evidence: evidenceOf(question, contrast, pairs) }
}

function evidenceOf(question: CompleteQuestion, contrast: Contrast, pairs: Pairs): Evidence {
  const { unit, seed, name } = question
  if (pairs.matched.length === 0) return noEvidence(question)
  if (unit === 'text') return evidenceOfTexts(question, tableOf(pairs.matched[0]!))
  const differences = unit === 'draw' ? drawDifferences(pairs, question.draws) : seedDifferences(pairs)
  if (differences.values.length === 0) return noEvidence(question)
  const labels = [...Object.entries(contrast.within).flat(), contrast.value]
  return evidenceOfMeans(question, differences, stream(seed, 'question', name, ...labels))
}

function noEvidence({ test, unit }: CompleteQuestion): Evidence {
  const none = notTestable(test, unit, [0], 'no-pairs')
  return {
    pairs: 0,
    difference: null,
    interval: null,
    test: none,
    within: { ...none, test: 'tost' },
    beyond: null,
    effect: null,
    leastP: 0,
    detectableAt: () => null,
  }
}

/** One kind of p of all contrasts, corrected over those that have it. */
function corrected(
  { correct }: CompleteQuestion,
  tests: readonly (Evidence | null)[],
  pOf: (evidence: Evidence) => number | null,
): (number | null)[] {
  const all = tests.map((evidence) => (evidence === null ? null : pOf(evidence)))
  const values = correctP(
    all.filter((value) => value !== null),
    correct,
  )
  let next = 0
  return all.map((value) => (value === null ? null : values[next++]!))
}

/** Contrasts of one family. */
function tested(corrected: readonly (number | null)[]): number {
  return corrected.filter((value) => value !== null).length
}

function answerContrast(
  question: CompleteQuestion,
  { contrast, pairs, identical, evidence }: Measured,
  p: { p: number | null; within: number | null; beyond: number | null },
  family: Families,
): ContrastAnswer {
  const { within, value, against } = contrast
  const { test } = evidence
  const missing = missingFor(question, evidence.pairs)
  const alpha = alphaOf(question.level) / (question.correct === 'none' ? 1 : Math.max(1, family.p))
  const answer = {
    within,
    value,
    against,
    unit: question.unit,
    pairs: evidence.pairs,
    difference: evidence.difference,
    interval: evidence.interval,
    test,
    statistic: test.testable ? test.statistic : null,
    p: test.testable ? test.p : null,
    pCorrected: p.p,
    equivalence: evidence.within,
    equivalenceCorrected: p.within,
    beyondCorrected: p.beyond,
    effect: evidence.effect,
    detectable: evidence.detectableAt(alpha),
    requirements: { met: missing.length === 0, missing },
    limits: limitsOf(question, pairs, evidence, alpha),
    verdict: identical ? ('identical' as const) : contrastVerdict(question, p, missing.length === 0),
  }
  return { ...answer, sentence: contrastSentence(question, answer, family) }
}
