import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { StudyFile } from '../../../shared/contract/study.ts'
import { AppError } from '../../../shared/errors.ts'

const largest_bytes = 4_000_000

/** A study's file as calls take it. Errors: `not-found`, `input-invalid`, `too-large`, `permission-denied`. */
export async function readStudyFile(path: string): Promise<StudyFile> {
  const size = await sizeOf(path)
  if (size > largest_bytes) {
    throw new AppError('too-large', `${path} is too large for a study.`, {
      expected: `at most ${largest_bytes} bytes`,
      found: `${size} bytes`,
    })
  }
  return { text: decode(path, await readFile(path)), file: path, folder: dirname(resolve(path)) }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (found.isFile()) return found.size
    throw new AppError('input-invalid', `${path} is no file.`, { expected: 'a study in YAML or JSON' })
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new AppError('not-found', `There is no file ${path}.`, { cause: thrown })
    if (code === 'EACCES' || code === 'EPERM') {
      throw new AppError('permission-denied', `${path} may not be read.`, { cause: thrown })
    }
    throw thrown
  }
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new AppError('input-invalid', `${path} is not UTF-8.`, { expected: 'a study in YAML or JSON' })
  }
}
