import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { parseRow, type Row } from '../../../core/dataset/rowsFile.ts'
import { readTokenFile } from '../../../core/dataset/tokenFile.ts'
import { vocabularyFileSchema, vocabularyOf, type Vocabulary } from '../../../core/text/vocabulary.ts'
import type { FileOfHome } from '../../../shared/contract/computeFiles.ts'
import { AppError } from '../../../shared/errors.ts'

/** Of a split's rows, unpacked; Node cannot hold a longer text in one piece. */
const largestRows_bytes = 500_000_000

/** A split as word ids. Errors: `store-damaged`. */
export async function readTokens(file: FileOfHome): Promise<ReturnType<typeof readTokenFile>> {
  return readTokenFile(await readVerified(file))
}

/** A split's texts with their labels. Errors: `store-damaged`, `too-large`. */
export async function readRows(file: FileOfHome, classes: number): Promise<Row[]> {
  const packed = await read(file)
  const bytes = await promisify(gunzip)(packed, { maxOutputLength: largestRows_bytes }).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw damaged(file, 'no gzip', cause)
    throw new AppError('too-large', 'The texts of a split are too large to hold in memory.', {
      expected: `at most ${largestRows_bytes} bytes`,
    })
  })
  verify(file, bytes)
  const lines = bytes.toString('utf8').split('\n')
  return lines.slice(0, -1).map((line) => parseRow(line, classes))
}

/** Errors: `store-damaged`. */
export async function readVocabulary(file: { path: string; fingerprint: string }): Promise<Vocabulary> {
  const vocabulary = parseVocabulary(await read(file), file)
  if (vocabulary.fingerprint !== file.fingerprint) throw damaged(file, 'other words than were written')
  return vocabulary
}

function parseVocabulary(bytes: Buffer, file: { path: string }): Vocabulary {
  try {
    return vocabularyOf(vocabularyFileSchema.parse(JSON.parse(bytes.toString('utf8'))).words)
  } catch (cause) {
    throw damaged(file, 'no vocabulary', cause)
  }
}

/** Errors: `store-damaged`. */
export async function readVerified(file: FileOfHome): Promise<Buffer> {
  const bytes = await read(file)
  verify(file, bytes)
  return bytes
}

function read(file: { path: string }): Promise<Buffer> {
  return readFile(file.path).catch((cause: unknown) => {
    throw damaged(file, (cause as NodeJS.ErrnoException).code ?? 'unreadable', cause)
  })
}

function verify(file: FileOfHome, content: Uint8Array): void {
  if (sha256Of(content) !== file.sha256) throw damaged(file, 'other content than was written')
}

export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function damaged(file: { path: string }, found: string, cause?: unknown): AppError {
  return new AppError('store-damaged', `The file ${file.path} is not as it was written.`, {
    found,
    hint: 'Remove what it belongs to, and make it again.',
    cause,
  })
}
