import { AppError } from '../../../shared/errors.ts'

/**
 * What is given for one server on the way: `gate=FILE`.
 *
 * @param what is given, for the error
 * @throws AppError `usage-invalid`
 */
export function ofServer(given: string, what: string): { name: string; file: string } {
  const at = given.indexOf('=')
  if (at > 0 && at < given.length - 1) return { name: given.slice(0, at), file: given.slice(at + 1) }
  throw new AppError('usage-invalid', `It is not said which server ${what} is for.`, {
    expected: 'the name of the server on the way, = and a file: gate=FILE',
  })
}
