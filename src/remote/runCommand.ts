import { randomBytes } from 'node:crypto'
import { constants } from 'node:os'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../shared/errors.ts'
import type { ChannelEnd, CommandChannel, CommandLine } from './channel.ts'
import { launcherArguments } from './launcher.ts'
import { outputAfter } from './outputAfter.ts'

export interface CommandOptions {
  stdin?: { bytes: number; content: Uint8Array | Readable }
  onStdout?: (bytes: Uint8Array) => void
  maxBytes: number
  timeout_ms: number
  silence_ms?: number | undefined
  signal?: AbortSignal | undefined
}

export interface CommandResult {
  code: number | null
  signal: string | null
  /** null where `onStdout` took it */
  stdout: Uint8Array
  stderr: Uint8Array
}

/** What a login script may print before the program begins. */
const noiseBytes = 65_536
/** A board that was told to kill its program has so long to say that it did. */
const grace_ms = 5000

/**
 * Runs a program under the launcher: `BoardConnection.run` in bytes.
 *
 * @throws AppError `timed-out`, `too-large`, `cancelled`, `connection-lost`, `input-invalid`
 */
export async function runCommand(
  line: CommandLine,
  argv: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  if (options.signal?.aborted === true) throw cancelled()
  argv.forEach(refuseNul)
  const word = `bitgauge-${randomBytes(12).toString('hex')}`
  const timeout_s = Math.ceil(options.timeout_ms / 1000) + 1
  const channel = await line.open(launcherArguments(argv, { word, stdinBytes: options.stdin?.bytes ?? 0, timeout_s }))
  const stop = stopper(channel, options)
  const bound = { left: options.maxBytes, passed: () => stop.because(tooMuch(options.maxBytes)) }
  const stdout = outputAfter(channel.stdout, { word, noiseBytes, bound, onBytes: options.onStdout })
  const stderr = outputAfter(channel.stderr, { word, noiseBytes, bound })
  feed(channel, options.stdin?.content)
  try {
    const end = await channel.ended
    stop.throwIfStopped()
    return { ...readEnd(end, stderr.bytes(), word), stdout: stdout.bytes() }
  } catch (error) {
    stop.throwIfStopped()
    throw error
  } finally {
    stop.finish()
  }
}

/** Ends the program for one reason, the first that comes, and gives the channel up where the board does not answer. */
function stopper(channel: CommandChannel, { timeout_ms, silence_ms, signal }: CommandOptions) {
  let reason: AppError | undefined
  let giveUp: NodeJS.Timeout | undefined
  const because = (error: AppError) => {
    if (reason !== undefined) return
    reason = error
    channel.stdin.end()
    giveUp = setTimeout(() => channel.destroy(), grace_ms)
  }
  const abort = () => because(cancelled())
  const timer = setTimeout(() => because(tooLong(timeout_ms)), timeout_ms)
  const silence = silence_ms === undefined ? undefined : setTimeout(() => because(tooSilent(silence_ms)), silence_ms)
  const heard = () => void silence?.refresh()
  if (silence !== undefined) channel.stdout.on('data', heard)
  signal?.addEventListener('abort', abort, { once: true })
  // While the channel was opened, nobody listened.
  if (signal?.aborted === true) abort()
  return {
    because,
    throwIfStopped: () => {
      if (reason !== undefined) throw reason
    },
    finish: () => {
      clearTimeout(timer)
      channel.stdout.off('data', heard)
      clearTimeout(silence)
      clearTimeout(giveUp)
      signal?.removeEventListener('abort', abort)
      channel.stdin.end()
    },
  }
}

/** A program that does not read its input is no failure: what it says and how it ends tell. */
function feed({ stdin }: CommandChannel, content: Uint8Array | Readable | undefined): void {
  stdin.on('error', () => {})
  if (content === undefined) return
  const source = content instanceof Readable ? content : Readable.from([content])
  pipeline(source, stdin, { end: false }).catch(() => stdin.end())
}

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number as number, name]))

/**
 * How the program ended, by the launcher's last word.
 *
 * @throws AppError `connection-lost` where neither the launcher nor the server tells
 */
function readEnd({ signal }: ChannelEnd, stderr: Buffer, word: string): Omit<CommandResult, 'stdout'> {
  const at = stderr.lastIndexOf(`${word} `)
  const status = Number(/^\d+(?=\n)/.exec(stderr.subarray(at + word.length + 1).toString('latin1'))?.[0])
  if (at < 0 || Number.isNaN(status)) {
    if (signal !== null) return { code: null, signal, stderr }
    throw new AppError('connection-lost', 'A program on the board ended, and nothing tells how.', {
      found: stderr.toString('utf8').trim().slice(-500) || 'the end of the line',
      hint: 'Look whether the board was started anew, then try again.',
    })
  }
  const told = signalNames.get(status - 128)
  const said = stderr.subarray(0, at)
  return told === undefined ? { code: status, signal: null, stderr: said } : { code: null, signal: told, stderr: said }
}

function refuseNul(argument: string): void {
  if (!argument.includes('\0')) return
  throw new AppError('input-invalid', 'An argument of a program holds a NUL.', { hint: 'Name files without it.' })
}

function cancelled(): AppError {
  return new AppError('cancelled', 'The command on the board was cancelled; what it had started is ended.')
}

function tooLong(timeout_ms: number): AppError {
  return new AppError('timed-out', 'A program on the board took too long, and was killed there.', {
    expected: `its end within ${timeout_ms / 1000} s`,
    hint: 'Look at the load of the board, or give it more time.',
  })
}

function tooSilent(silence_ms: number): AppError {
  return new AppError('timed-out', 'A program on the board hung, and was killed there.', {
    expected: 'its next words',
    found: `nothing for ${silence_ms / 1000} s`,
    hint: 'Look at the load of the board and at its log.',
  })
}

function tooMuch(maxBytes: number): AppError {
  return new AppError('too-large', 'A program on the board said too much, and was killed there.', {
    expected: `at most ${maxBytes} bytes`,
  })
}
