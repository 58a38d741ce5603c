import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError } from '../../shared/errors.ts'

/** Longer than any line that we write from a record of the usual limit. */
const longestLine_characters = 128 * 1024 * 1024

/**
 * The lines of a file of ours, in batches, without their ends. When the last batch has been taken the hash of what was read is
 * compared.
 *
 * @throws AppError `store-damaged` where the file is missing, cannot be unpacked or is not what was written
 */
export async function* readLines(
  path: string,
  expected: { gzip: boolean; sha256: string | null; name: string },
): AsyncGenerator<string[]> {
  const hash = createHash('sha256')
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const chunk of openFile(path, expected.gzip)) {
      hash.update(chunk)
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > longestLine_characters) throw damagedFile(expected.name, 'a line that never ends')
      if (lines.length > 0) yield lines
    }
  } catch (thrown) {
    throw translate(thrown, expected.name)
  }
  if (rest !== '') throw damagedFile(expected.name, 'a last line without its end')
  if (expected.sha256 !== null && hash.digest('hex') !== expected.sha256)
    throw damagedFile(expected.name, 'other content than was written')
}

function openFile(path: string, gzip: boolean): AsyncIterable<Buffer> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 })
  if (!gzip) return file as AsyncIterable<Buffer>
  // The error, if there is one, is the gunzip's too, where the reader meets it.
  return pipeline(file, createGunzip({ chunkSize: 256 * 1024 }), () => undefined) as AsyncIterable<Buffer>
}

function translate(thrown: unknown, name: string): unknown {
  const code = (thrown as NodeJS.ErrnoException).code ?? ''
  if (code === 'ENOENT' || code.startsWith('Z_') || code === 'EISDIR') return damagedFile(name, code, thrown)
  return thrown
}

export function damagedFile(name: string, found: string, cause?: unknown): AppError {
  return new AppError('store-damaged', `The dataset's file ${name} is not as it was written.`, {
    found,
    hint: 'Remove the dataset and import it again.',
    cause,
  })
}
