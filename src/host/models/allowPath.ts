import { resolve } from 'node:path'
import { AppError } from '../../shared/errors.ts'

/** Says which file a path of a call means, or throws `forbidden`. */
export type AllowPath = (path: string) => Promise<string>

/** For callers who are the machine's own user: every path, relative ones from the working folder. */
export const anyPath: AllowPath = (path) => Promise.resolve(resolve(path))

/** For callers from elsewhere, where nothing else was said. */
export const noPath: AllowPath = () =>
  Promise.reject(
    new AppError('forbidden', 'This program opens no files by their path.', {
      hint: 'Use the command line on that machine.',
    }),
  )
