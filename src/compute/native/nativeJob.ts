import { AppError } from '../../shared/errors.ts'
import type { JobHandle, RuntimeAddon } from './addon.ts'
import { appErrorOf, asAppError } from './failures.ts'

export interface NativeControl {
  /** ends the work between two groups of texts */
  signal?: AbortSignal
  /** told of the texts done, some times a second at most */
  tell?: (done: number) => void
}

/**
 * Starts a job of the addon, and waits until it has ended; aborting the signal asks it to end.
 *
 * @param cancelled what is said where that was asked before it began
 * @throws AppError `cancelled`, and those of the job
 */
export async function runNativeJob<T>(
  addon: Pick<RuntimeAddon, 'cancel'>,
  start: () => { job: JobHandle; result: Promise<T> },
  { signal }: NativeControl,
  cancelled: string,
): Promise<T> {
  if (signal?.aborted === true) throw new AppError('cancelled', cancelled)
  const { job, result } = asAppError(start)
  const cancel = (): void => addon.cancel(job)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    return await result
  } catch (thrown) {
    throw appErrorOf(thrown)
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}
