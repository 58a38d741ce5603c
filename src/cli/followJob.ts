import type { Host } from '../host/index.ts'
import { endStates, type Job } from '../shared/contract/jobs.ts'
import { AppError } from '../shared/errors.ts'
import type { Warning } from '../shared/units.ts'
import type { CommandContext } from './command.ts'

/**
 * Follows a job that runs in this program to its end, and gives it as it is then; Ctrl-C cancels it. Throws the error that it ended with.
 *
 * @param see told of every change
 */
export async function followJob(
  { client }: Host,
  context: CommandContext,
  { id }: Job,
  see: (job: Job) => void = () => {},
): Promise<Job> {
  const cancel = (): void => void client.jobs.cancel({ id }).catch(() => {})
  if (context.signal.aborted) cancel()
  context.signal.addEventListener('abort', cancel, { once: true })
  for await (const event of await client.events.watch({})) {
    const job = event.type === 'snapshot' ? event.jobs.find((one) => one.id === id) : jobOf(event)
    if (job?.id !== id) continue
    see(job)
    if (job.progress !== null) context.progress(job.progress)
    if (endStates.includes(job.state)) return finished(job)
  }
  throw new AppError('connection-lost', 'The job was lost from sight before it ended.')
}

function jobOf(event: { type: string; job?: Job }): Job | undefined {
  return event.type === 'job' ? event.job : undefined
}

function finished(job: Job): Job {
  if (job.error !== null) throw AppError.fromRecord(job.error)
  return job
}

/** The warnings of what a job gave and of the job itself, each once. */
export function warningsOf(job: Job, result: readonly Warning[]): Warning[] {
  const all = [...result, ...job.warnings]
  return [...new Map(all.map((warning) => [JSON.stringify(warning), warning])).values()]
}
