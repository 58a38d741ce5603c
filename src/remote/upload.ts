import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { AppError } from '../shared/errors.ts'
import type { CommandLine } from './channel.ts'
import type { UploadOptions } from './connection.ts'
import { runCommand } from './runCommand.ts'
import { runShell } from './shell.ts'

export interface WriteOptions {
  bytes: number
  signal: AbortSignal | undefined
  onProgress: (bytes: number) => void
}

/** Writes a local file into one that is not there yet. */
export type WriteFile = (localPath: string, remotePath: string, options: WriteOptions) => Promise<void>

interface UploadTo {
  line: CommandLine
  cacheFolder: string
  writeFile?: WriteFile | undefined
}

/** Kept free besides what is written: a board whose disk is full to the last byte is in trouble. */
const spareBytes = 1_048_576
/** Slower than this no line is that one measures over. */
const slowest_bytesPerSecond = 10_000

/** `BoardConnection.upload` for a path that is known to lie below the cache folder. */
export async function uploadFile(
  { line, writeFile, cacheFolder }: UploadTo,
  localPath: string,
  path: string,
  { mode, sha256, signal, onProgress = () => {} }: UploadOptions,
): Promise<void> {
  const bytes = await sizeOf(localPath)
  await makeRoom(line, cacheFolder, path, bytes, signal)
  const part = `${path}.part-${randomBytes(8).toString('hex')}`
  try {
    await writeVerified(line, { localPath, part, sha256 }, { bytes, signal, onProgress }, writeFile)
    await settle(line, part, path, mode, signal)
  } catch (error) {
    await runShell(line, 'rm -f "$1"', [part]).catch(() => {})
    throw error
  }
}

interface Sending {
  localPath: string
  part: string
  sha256: string
}

/** Where SFTP is not there, or shows other folders than the shell does, the file goes through a command. */
async function writeVerified(
  line: CommandLine,
  sending: Sending,
  options: WriteOptions,
  writeFile?: WriteFile,
): Promise<void> {
  const { localPath, part, sha256 } = sending
  if (writeFile !== undefined) {
    try {
      await writeFile(localPath, part, options)
      return await verify(line, part, sha256, options.signal)
    } catch (error) {
      if (error instanceof AppError && !['permission-denied', 'disk-full'].includes(error.code)) throw error
      // A mistake of ours is none of the server's.
      if (error instanceof RangeError || error instanceof TypeError) throw error
      await runShell(line, 'rm -f "$1"', [part], options.signal)
    }
  }
  await writeThrough(line)(localPath, part, options)
  await verify(line, part, sha256, options.signal)
}

async function sizeOf(localPath: string): Promise<number> {
  try {
    const file = await open(localPath)
    try {
      return (await file.stat()).size
    } finally {
      await file.close()
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const told = code === 'ENOENT' ? 'not-found' : 'permission-denied'
    throw new AppError(told, `The file ${localPath} cannot be read.`, { found: code, cause })
  }
}

/** Prints the free kibibytes of the file system that holds the folder: field 4 of `df -P`, counted from the end of the name. */
const roomScript = `
mkdir -p "$(dirname "$1")" || exit 5
cd "$(dirname "$1")" || exit 5
case $(pwd -P)/ in "$2"/*) ;; *) exit 3;; esac
df -Pk . | tail -n 1
`

async function makeRoom(
  line: CommandLine,
  folder: string,
  path: string,
  bytes: number,
  signal?: AbortSignal,
): Promise<void> {
  const { code, stdout, stderr } = await runShell(line, roomScript, [path, folder], signal)
  if (code === 3) throw new AppError('forbidden', `${path} on the board is reached through a link, and is not written.`)
  if (code === 5) throw writeFailure(path, stderr)
  const free = /\s(\d+)\s+\d+%\s+\//.exec(stdout)?.[1]
  if (free === undefined || Number(free) * 1024 >= bytes + spareBytes) return
  throw new AppError('disk-full', 'The board has too little room for a file.', {
    expected: `${bytes + spareBytes} bytes free`,
    found: `${Number(free) * 1024} bytes free where ${folder} lies`,
    hint: 'Make room on the board, or name another folder.',
  })
}

/** Through the standard input of a command: for this machine, and for boards without SFTP. */
function writeThrough(line: CommandLine): WriteFile {
  return async (localPath, remotePath, { bytes, signal, onProgress }) => {
    let sent = 0
    const counted = new Transform({
      transform: (piece: Buffer, _encoding, done) => {
        onProgress((sent += piece.length))
        done(null, piece)
      },
    })
    // Not more than was announced, should the file grow meanwhile: a byte too many ends the program.
    const source = createReadStream(localPath, bytes === 0 ? { end: 0 } : { end: bytes - 1 })
    source.on('error', (error) => counted.destroy(error))
    const { code, stderr } = await runCommand(line, ['sh', '-c', 'set -C; cat >"$1"', 'write', remotePath], {
      maxBytes: 65_536,
      timeout_ms: timeFor(bytes),
      signal,
      ...(bytes === 0 ? {} : { stdin: { bytes, content: source.pipe(counted) } }),
    })
    source.destroy()
    if (code !== 0) throw writeFailure(remotePath, Buffer.from(stderr).toString('utf8'))
  }
}

/** Whole milliseconds after which an upload is given up. */
export function timeFor(bytes: number): number {
  return 60_000 + Math.ceil((bytes / slowest_bytesPerSecond) * 1000)
}

/** By the first program there is; 7: there is none. */
const hashing = `
if command -v sha256sum >/dev/null 2>&1; then sha256sum <"$1"
elif busybox sha256sum </dev/null >/dev/null 2>&1; then busybox sha256sum <"$1"
elif command -v shasum >/dev/null 2>&1; then shasum -a 256 <"$1"
elif command -v openssl >/dev/null 2>&1; then openssl dgst -sha256 -r <"$1"
else exit 7; fi
`

async function verify(line: CommandLine, part: string, sha256: string, signal?: AbortSignal): Promise<void> {
  const { code, stdout, stderr } = await runShell(line, hashing, [part], signal)
  if (code !== 0 && code !== 7) throw writeFailure(part, stderr)
  const found = code === 7 ? await readBack(line, part, signal) : /^\\?([0-9a-f]{64})\b/m.exec(stdout)?.[1]
  if (found === sha256) return
  throw new AppError('hash-mismatch', 'A file did not come to the board as it was sent, and was removed there.', {
    expected: `sha256 ${sha256}`,
    found: found === undefined ? 'no sum' : `sha256 ${found}`,
    hint: 'Try again; where it happens again, look at the board’s storage and line.',
  })
}

async function readBack(line: CommandLine, part: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await runCommand(line, ['cat', part], {
    maxBytes: Number.MAX_SAFE_INTEGER,
    timeout_ms: 600_000,
    signal,
    onStdout: (bytes) => hash.update(bytes),
  })
  return hash.digest('hex')
}

/** On the disk before it has its name: a board may lose its power at any time. */
const settling = `
chmod "$3" "$1" || exit 5
sync "$1" 2>/dev/null || sync
mv -f "$1" "$2"
`

async function settle(
  line: CommandLine,
  part: string,
  path: string,
  mode: number,
  signal?: AbortSignal,
): Promise<void> {
  const { code, stderr } = await runShell(line, settling, [part, path, mode.toString(8)], signal)
  if (code !== 0) throw writeFailure(path, stderr)
}

/** What a board said of a file that could not be written, by its words, which are English: the launcher sets LC_ALL=C. */
export function writeFailure(path: string, said: string): AppError {
  const found = said.trim().slice(0, 500)
  if (/no space left|quota exceeded/i.test(said)) {
    return new AppError('disk-full', `The board has no room for ${path}.`, { found, hint: 'Make room on the board.' })
  }
  return new AppError('permission-denied', `The board cannot write ${path}.`, { found })
}
