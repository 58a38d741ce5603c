import { z } from 'zod'
import type { Job } from '../../../shared/contract/jobs.ts'
import { profileStartInputSchema, profiledSchema, type Profiled } from '../../../shared/contract/profile.ts'
import { describeError } from '../../../shared/errors.ts'
import { inWindow } from '../../text/errors.ts'
import { hasEnded } from '../../text/jobs.ts'

const namedSchema = z.object({ boards: z.array(z.string()) })
const askedSchema = profileStartInputSchema.omit({ secrets: true }).strip()

/** The boards that a job of kind `board-profile` was asked to measure; none for another job. */
export function boardsOfJob({ kind, params }: Job): string[] {
  const named = kind === 'board-profile' ? namedSchema.safeParse(params) : undefined
  return named?.success === true ? named.data.boards : []
}

/** The board that a job is at, or waits for. */
export function boardOfJob(job: Job): string | null {
  return job.progress?.profile?.board ?? boardsOfJob(job)[0] ?? null
}

/** The names of the boards that are being measured. */
export function measuredBoards(jobs: readonly Job[]): string[] {
  return jobs.flatMap((job) => (job.kind === 'board-profile' && !hasEnded(job) ? (boardOfJob(job) ?? []) : []))
}

/** The job that measures a board now. */
export function jobOn(jobs: readonly Job[], board: string): Job | undefined {
  return jobs.find((job) => job.kind === 'board-profile' && !hasEnded(job) && boardOfJob(job) === board)
}

/** The newest job that was to measure a board and has ended. */
export function lastJobOn(jobs: readonly Job[], board: string): Job | undefined {
  return jobs.find((job) => hasEnded(job) && boardsOfJob(job).includes(board))
}

/** What a job could not measure on a board. */
export function failuresOf(job: Job, board: string): Profiled['failed'] {
  const profiled = profiledSchema.safeParse(job.result)
  return profiled.success ? profiled.data.failed.filter((one) => one.board === board) : []
}

/** What a job was asked for, to ask for it again; null where that cannot be read. */
export function askedOf(job: Job): z.infer<typeof askedSchema> | null {
  const asked = askedSchema.safeParse(job.params)
  return asked.success ? asked.data : null
}

/**
 * What a job that has ended could not measure on a board, a sentence each; of a job that came to nothing, until there is something newer.
 *
 * @param since when the board's newest profile was made; empty: it has none
 */
export function endWords(job: Job, board: string, since: string): string[] {
  if (job.state === 'done') {
    return failuresOf(job, board).map(
      ({ model, error }) => `${model ?? 'The board'} was not measured: ${describeError(inWindow(error))}`,
    )
  }
  if ((job.ended ?? '') <= since) return []
  if (job.state === 'cancelled') return ['The last profile was stopped. Nothing of it is kept.']
  if (job.state === 'interrupted')
    return ['The last profile was broken off: the program that ran it ended. Nothing of it is kept.']
  return [['The last profile came to nothing.', ...(job.error === null ? [] : [describeError(job.error)])].join(' ')]
}
