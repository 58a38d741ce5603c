import { AppError, type ErrorCode } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'

/** What ends a whole study: every other cell would end by it too. Its cells stay to be done. */
const fatal: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'cancelled',
  'disk-full',
  'permission-denied',
  'platform-unsupported',
  'library-missing',
  'library-damaged',
  'compute-unavailable',
  'device-unavailable',
  'store-newer',
  'store-busy',
  'migration-failed',
])

/** What says nothing of the cell: another attempt may go well. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['compute-crashed', 'job-interrupted', 'conflict'])

/** Attempts at a cell whose process ended under it, or before it began. */
const attempts = 3
const again: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['compute-crashed', 'compute-unavailable'])

/** A defect ends a study too: what it leaves is not to be trusted. */
export function isFatal(thrown: unknown): boolean {
  return !(thrown instanceof AppError) || fatal.has(thrown.code)
}

/** Whether the next run tries a cell again that ended so. */
export function isPassing({ code }: { code: ErrorCode }): boolean {
  return passing.has(code)
}

/** Does the work again where its process ended under it. */
export async function withAttempts<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (thrown) {
      const worthIt = thrown instanceof AppError && again.has(thrown.code) && attempt < attempts
      if (!worthIt || signal.aborted) throw thrown
    }
  }
}

export function paused(name: string): AppError {
  return new AppError('cancelled', `The study ${name} is paused; everything that was finished is kept.`, {
    hint: nextStep('resume-study', name),
  })
}
