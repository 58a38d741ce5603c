import { posix } from 'node:path'
import { AppError } from '../shared/errors.ts'
import type { Warning } from '../shared/units.ts'
import { prepareCacheFolder } from './cacheFolder.ts'
import type { CommandLine } from './channel.ts'
import type { BoardConnection, RunOptions, RunResult, SeenHostKey } from './connection.ts'
import { lineSplitter } from './lines.ts'
import { runCommand, type CommandOptions } from './runCommand.ts'
import { runShell } from './shell.ts'
import { uploadFile, type WriteFile } from './upload.ts'

export interface BoardParts {
  kind: 'ssh' | 'local'
  line: CommandLine
  /** null: in the user's cache folder there */
  cacheFolder: string | null
  hostKeys: readonly SeenHostKey[]
  warnings: readonly Warning[]
  /** writes a new file some other way than through a command */
  writeFile?: WriteFile | undefined
  roundTrip_ms(): Promise<number>
  close(): Promise<void>
}

/** What every board can do, over a line that runs commands. Makes the cache folder. */
export async function openBoard(parts: BoardParts): Promise<BoardConnection> {
  const { kind, line, hostKeys, warnings } = parts
  const cacheFolder = await prepareCacheFolder(line, parts.cacheFolder)
  const inside = (path: string) => insideOf(cacheFolder, path)
  return {
    kind,
    cacheFolder,
    hostKeys,
    warnings,
    run: (argv, options) => runProgram(line, argv, options),
    upload: async (localPath, remotePath, options) =>
      uploadFile({ line, cacheFolder, writeFile: parts.writeFile }, localPath, inside(remotePath), options),
    readFile: (path, maxBytes) => readFile(line, path, maxBytes),
    exists: async (path) => (await runShell(line, '[ -e "$1" ]', [path])).code === 0,
    removeTree: async (path) => removeTree(line, cacheFolder, path === cacheFolder ? path : inside(path)),
    roundTrip_ms: () => parts.roundTrip_ms(),
    close: () => parts.close(),
  }
}

async function runProgram(line: CommandLine, argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const { stdin, onLine, maxBytes, timeout_ms, silence_ms, signal } = options
  const lines = onLine === undefined ? undefined : lineSplitter(onLine)
  const kept: Uint8Array[] = []
  const command: CommandOptions = {
    maxBytes,
    timeout_ms,
    silence_ms,
    signal,
    ...(stdin === undefined ? {} : { stdin: { bytes: stdin.byteLength, content: stdin } }),
    onStdout: (bytes) => {
      kept.push(bytes)
      lines?.add(bytes)
    },
  }
  const { code, signal: by, stderr } = await runCommand(line, argv, command)
  lines?.finish()
  return { code, signal: by, stdout: decode(Buffer.concat(kept)), stderr: decode(stderr) }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** @throws AppError `forbidden` for a path that is not below the folder */
function insideOf(folder: string, path: string): string {
  const plain = posix.normalize(path)
  if (plain.startsWith(`${folder}/`) && !plain.endsWith('/')) return plain
  throw new AppError('forbidden', 'Bitgauge writes and removes nothing on a board outside of its own folder.', {
    expected: `a path below ${folder}`,
    found: path,
  })
}

async function readFile(line: CommandLine, path: string, maxBytes: number): Promise<Uint8Array> {
  const reading = `[ -e "$1" ] || exit 3; [ -f "$1" ] && [ -r "$1" ] || exit 4; exec head -c "$2" -- "$1"`
  const { code, stdout, stderr } = await runCommand(line, ['sh', '-c', reading, 'read', path, String(maxBytes + 1)], {
    maxBytes: maxBytes + 4096,
    timeout_ms: 120_000,
  })
  if (code === 3) throw new AppError('not-found', `The board has no file ${path}.`)
  if (code !== 0)
    throw new AppError('permission-denied', `The board cannot read ${path}.`, { found: decode(stderr).slice(0, 500) })
  if (stdout.byteLength <= maxBytes) return stdout
  throw new AppError('too-large', `The file ${path} on the board is too large.`, {
    expected: `at most ${maxBytes} bytes`,
  })
}

/** No part of the way may be a link: it would lead out of the folder. */
const removing = `
cd "$1" 2>/dev/null || exit 0
[ "$(pwd -P)" = "$1" ] || exit 3
case $2 in "$1") way=$1;; *) way=$(cd "$(dirname "$2")" 2>/dev/null && pwd -P) || exit 0; case $way/ in "$1"/*) ;; *) exit 3;; esac;; esac
above=
[ "$1" = "$2" ] && [ -e "$1/.made-the-folder-above" ] && above=\${1%/*}
cd / && rm -rf "$2" || exit 4
[ -z "$above" ] || rmdir "$above" 2>/dev/null || :
`

async function removeTree(line: CommandLine, folder: string, path: string): Promise<void> {
  const { code, stderr } = await runShell(line, removing, [folder, path])
  if (code === 0) return
  if (code === 3) {
    throw new AppError('forbidden', `${path} on the board is reached through a link, and is left alone.`, {
      hint: 'Look at the folder on the board, and remove it there.',
    })
  }
  throw new AppError('permission-denied', `${path} could not be removed from the board.`, {
    found: stderr.slice(0, 500),
  })
}
