import type { Answer, Contrast } from '../../../shared/contract/results.ts'

/** The answer that a list has room for, and the largest difference that it rests on. */
export interface Headline {
  verdict: Answer['verdict']
  sentence: string
  question: string
  contrast: (Contrast & { difference: number; interval: NonNullable<Contrast['interval']> }) | null
}

/** Of the first question that has an answer; null where there is none. */
export function headlineOf(answers: readonly Answer[]): Headline | null {
  const answer = answers.find(({ verdict }) => verdict !== 'waiting') ?? answers[0]
  if (answer === undefined) return null
  const measured = answer.contrasts.filter((one): one is NonNullable<Headline['contrast']> => {
    return one.difference !== null && one.interval !== null
  })
  const [largest = null] = measured.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
  return { verdict: answer.verdict, sentence: answer.sentence, question: answer.question.name, contrast: largest }
}

/** Ends that all intervals and 0 lie in, with a little room. */
export function commonScale(headlines: readonly (Headline | null)[]): { low: number; high: number } {
  const ends = headlines.flatMap((one) =>
    one?.contrast == null ? [] : [one.contrast.interval.low, one.contrast.interval.high],
  )
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)]
  const room = Math.max(0.002, (high - low) * 0.05)
  return { low: low - room, high: high + room }
}
