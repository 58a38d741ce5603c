import type { ContrastAnswer } from '../../core/statistics/questions/answer.ts'
import type { Contrast } from '../../shared/contract/results.ts'

/** A contrast of runs against runs as it leaves the host; it lies at no place of a grid. */
export function contrastOf(answer: ContrastAnswer, sentence: string): Contrast {
  const { value, against, difference, interval, statistic, p, pCorrected, pairs, detectable, verdict } = answer
  const figures = { difference, interval, statistic, p, pCorrected, pairs, detectable }
  return { within: {}, value, against, ...figures, verdict, sentence }
}
