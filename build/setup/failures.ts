import { AppError } from '../../src/shared/errors.ts'

export function diskFull(folder: string, cause?: unknown): AppError {
  return new AppError('disk-full', `The disk that holds ${folder} is full.`, {
    hint: 'Free some space, or name another folder in BITGAUGE_CACHE, and run the command again.',
    cause,
  })
}

/** Gives errors of the operating system the name they have for a person; everything else stays what it is. */
export function namedFailure(thrown: unknown, folder: string): unknown {
  if (thrown instanceof AppError) return thrown
  const { code, path } = thrown as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder, thrown)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AppError('permission-denied', `The operating system does not let us write to ${path ?? folder}.`, {
      found: code,
      hint: 'Name a folder of your own in BITGAUGE_CACHE.',
      cause: thrown,
    })
  }
  if ((thrown as Error).name === 'AbortError') {
    return new AppError('cancelled', 'Set-up was cancelled; nothing was installed.')
  }
  return thrown
}
