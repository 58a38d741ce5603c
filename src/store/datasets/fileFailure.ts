import { AppError, type ErrorCode } from '../../shared/errors.ts'
import { nextStep, type NextStep } from '../../shared/nextSteps.ts'

const room = 'Make room, then do it again; nothing half-written is left.'
const right = 'Give this user the right to it.'
const otherDisk = nextStep('other-disk')

/** What is wrong with the subject, which begins the sentence. */
const known: Readonly<Record<string, [code: ErrorCode, message: string, hint: string | NextStep]>> = {
  ENOSPC: ['disk-full', 'cannot be written: there is no room left on the disk.', room],
  EDQUOT: ['disk-full', 'cannot be written: the disk quota is used up.', room],
  EFBIG: ['disk-full', 'cannot be written: the file system takes no file of this size.', otherDisk],
  EACCES: ['permission-denied', 'may not be used.', right],
  EPERM: ['permission-denied', 'may not be used.', right],
  EROFS: ['permission-denied', 'lies on a disk that is read-only.', otherDisk],
  ENOENT: ['not-found', 'is not there.', 'Look at the name and the folder.'],
  ENOTDIR: ['not-found', 'is not there: a part of its path is no folder.', 'Look at the name and the folder.'],
  ENAMETOOLONG: ['input-invalid', 'has a name that is too long.', 'Look at the name.'],
  EISDIR: ['input-invalid', 'is a folder where a file is needed.', 'Name a file.'],
  ELOOP: ['input-invalid', 'is a link that leads back to itself.', 'Name a file.'],
}

/**
 * The AppError of what the file system threw; anything else comes back as it is.
 *
 * @param subject the file's name, or words for it; begins the message
 */
export function fileFailure(thrown: unknown, subject: string): unknown {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return thrown
  const name = (thrown as NodeJS.ErrnoException).code
  const entry = name === undefined ? undefined : known[name]
  if (entry === undefined) return thrown
  const [code, message, hint] = entry
  return new AppError(code, `${subject} ${message}`, { found: name, hint, cause: thrown })
}

/** Does file work and turns its failures into AppErrors. */
export async function withFileFailures<T>(subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw fileFailure(thrown, subject)
  }
}
