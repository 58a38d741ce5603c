import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../src/shared/errors.ts'
import { hashFile } from './hashFile.ts'
import { locateTensorflow, type LocateOptions } from './locate.ts'
import { readManifest, type ManifestFile } from './manifest.ts'

export interface Verification {
  ok: boolean
  /** one sentence a file */
  problems: string[]
}

/**
 * Hashes every file of the library against the manifest: seconds, for `doctor --full`.
 * @throws AppError `cancelled`
 */
export async function verifyTensorflow(options: LocateOptions & { signal?: AbortSignal }): Promise<Verification> {
  const located = locateTensorflow(options)
  if (located.directory === '') return { ok: false, problems: [located.problem ?? ''] }
  return verifyLibrary(located.directory, options.signal)
}

/** The same for any library's folder. */
export async function verifyLibrary(directory: string, signal?: AbortSignal): Promise<Verification> {
  const manifest = readManifest(directory)
  if (manifest === 'missing') return { ok: false, problems: ['The TensorFlow library has not been set up.'] }
  if (manifest === 'invalid') return { ok: false, problems: ['The manifest of the TensorFlow library cannot be read.'] }
  const problems: string[] = []
  for (const file of manifest.files) {
    const problem = await contentProblem(directory, file, signal)
    if (problem !== undefined) problems.push(problem)
  }
  return { ok: problems.length === 0, problems }
}

async function contentProblem(
  directory: string,
  file: ManifestFile,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const path = join(directory, file.path)
  try {
    const { size } = await stat(path)
    if (size !== file.bytes) return `${file.path} has ${size} bytes instead of ${file.bytes}.`
    const sha256 = await hashFile(path, signal)
    return sha256 === file.sha256 ? undefined : `The content of ${file.path} is not what set-up left.`
  } catch (error) {
    if (signal?.aborted === true) throw new AppError('cancelled', 'The check of the library was cancelled.')
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ENOENT' ? `${file.path} is missing.` : `${file.path} cannot be read (${code ?? 'unknown'}).`
  }
}
