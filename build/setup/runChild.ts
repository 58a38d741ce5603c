import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { AppError } from '../../src/shared/errors.ts'

export interface ChildRun {
  command: string
  args: readonly string[]
  cwd: string
  environment: Record<string, string>
  signal?: AbortSignal | undefined
  /** file that its output is added to */
  log?: string
  /** written to its standard input, which then ends; without it the input stays open and empty for as long as we live */
  input?: string
  timeout_s?: number
}

export interface ChildOutcome {
  /** null where it could not be started or was ended by a signal */
  code: number | null
  /** the end of its output, both streams mixed */
  output: string
}

const keptCharacters = 64 * 1024

/**
 * Runs a program in a process group of its own and waits for its end. A failure is an outcome, not an error.
 * @throws AppError `cancelled` after the whole group was killed
 */
export async function runChild(run: ChildRun): Promise<ChildOutcome> {
  throwIfCancelled(run.signal)
  const child = spawn(run.command, run.args, { cwd: run.cwd, env: run.environment, detached: true, stdio: 'pipe' })
  const stop = (): void => killGroup(child)
  const timer = run.timeout_s === undefined ? undefined : setTimeout(stop, run.timeout_s * 1000)
  run.signal?.addEventListener('abort', stop, { once: true })
  try {
    const outcome = await outcomeOf(child, run)
    throwIfCancelled(run.signal)
    return outcome
  } finally {
    clearTimeout(timer)
    run.signal?.removeEventListener('abort', stop)
  }
}

/** @throws AppError `cancelled` where the signal says so */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  if (signal.reason instanceof AppError) throw signal.reason
  throw new AppError('cancelled', 'Set-up was cancelled; nothing was installed.')
}

function outcomeOf(child: ChildProcess, run: ChildRun): Promise<ChildOutcome> {
  const log = openLog(run)
  let output = ''
  const add = (chunk: Buffer): void => {
    log?.write(chunk)
    output = (output + chunk.toString('utf8')).slice(-keptCharacters)
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  child.stdin?.on('error', () => {})
  if (run.input !== undefined) child.stdin?.end(run.input)
  return new Promise((resolve) => {
    const end = (code: number | null): void => {
      log?.end()
      resolve({ code, output })
    }
    child.on('error', (error) => {
      output += error.message
      end(null)
    })
    child.on('close', end)
  })
}

/** A log that cannot be written (a full disk) must not end the work. */
function openLog(run: ChildRun): WriteStream | undefined {
  if (run.log === undefined) return undefined
  const log = createWriteStream(run.log, { flags: 'a', mode: 0o600 })
  log.on('error', () => {})
  log.write(`$ ${[run.command, ...run.args].map((part) => JSON.stringify(part)).join(' ')}\n`)
  return log
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}
