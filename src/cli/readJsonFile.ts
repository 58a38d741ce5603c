import { readFile, stat } from 'node:fs/promises'
import { AppError } from '../shared/errors.ts'

const limit_bytes = 64 * 1024 * 1024

/**
 * What a JSON file that a command names holds.
 *
 * @param what with its article, for the message: `The recipe file`
 * @param hint where a person gets one
 * @throws AppError `not-found`, `too-large`, `input-invalid`
 */
export async function readJsonFile(path: string, what: string, hint: string): Promise<unknown> {
  const text = await readText(path, what)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('input-invalid', `${what} ${path} is no JSON.`, {
      found: cause instanceof Error ? cause.message : undefined,
      hint,
      cause,
    })
  }
}

async function readText(path: string, what: string): Promise<string> {
  try {
    const file = await stat(path)
    if (file.isFile() && file.size <= limit_bytes) return await readFile(path, 'utf8')
    throw new AppError('too-large', `${what} ${path} is no file of a size that it could have.`, {
      expected: `at most ${limit_bytes} bytes`,
      found: file.isFile() ? `${file.size} bytes` : 'no regular file',
    })
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    const found = (thrown as NodeJS.ErrnoException).code
    throw new AppError('not-found', `${what} ${path} cannot be read.`, { found, cause: thrown })
  }
}
