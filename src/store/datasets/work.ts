import type { Progress } from '../../shared/contract/jobs.ts'
import { AppError } from '../../shared/errors.ts'

/** How long work tells where it is, and how it hears that it shall stop. */
export interface Work {
  progress: (progress: Progress) => void
  /** @throws AppError `cancelled` where somebody asked for the work to stop */
  check: () => void
}

export function workOf(
  signal: AbortSignal | undefined,
  progress: (progress: Progress) => void = () => undefined,
): Work {
  return {
    progress,
    check: () => {
      if (signal?.aborted === true) throw new AppError('cancelled', 'The work was cancelled; nothing of it is kept.')
    },
  }
}
