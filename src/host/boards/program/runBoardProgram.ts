import { readBoardStream } from '../../../core/profile/boardStream.ts'
import { boardFailure } from '../../../core/profile/boardFailure.ts'
import type { BoardLine } from '../../../shared/contract/boardProtocol.ts'
import type { BoardConnection, RunResult } from '../../../remote/index.ts'
import { AppError } from '../../../shared/errors.ts'

export interface ProgramRun {
  timeout_ms: number
  silence_ms?: number
  signal?: AbortSignal | undefined
  onLine?: (line: string) => void
}

/** Of what the board program may say at once: a window of ten seconds of a very small model says about 10 MB. */
const most_bytes = 128 * 1024 * 1024
/** How each of its lines begins. */
const beginning = '{"type":"'

/**
 * Runs the board program and gives what it said, whole.
 *
 * @throws AppError `board-failed` where it ended otherwise than by its own end or said anything that it does not say; `timed-out`, `too-large`, `connection-lost`, `cancelled`
 */
export async function runBoardProgram(
  connection: BoardConnection,
  argv: readonly string[],
  run: ProgramRun,
): Promise<BoardLine[]> {
  const { code, signal: by, stdout, stderr } = await whileItIsOurs(connection, argv, run)
  if (code === 0) return whole(stdout)
  if (by !== null) throw boardFailure(`a program that was ended by ${by}: the board may lack memory`)
  throw boardFailure(`exit code ${code}: ${(stderr.trim() || stdout.trim()).split('\n').at(-1)!.slice(0, 300)}`)
}

/** Ends a program at its first line that is none of the board program's: it may have no end. */
async function whileItIsOurs(
  connection: BoardConnection,
  argv: readonly string[],
  run: ProgramRun,
): Promise<RunResult> {
  const stop = new AbortController()
  const signal = run.signal === undefined ? stop.signal : AbortSignal.any([run.signal, stop.signal])
  const onLine = (line: string): void => {
    if (line.startsWith(beginning)) run.onLine?.(line)
    else stop.abort(boardFailure(`a line that is none of its own: ${line.slice(0, 100)}`))
  }
  try {
    return await connection.run(argv, { maxBytes: most_bytes, ...run, signal, onLine })
  } catch (thrown) {
    if (stop.signal.aborted && run.signal?.aborted !== true) throw stop.signal.reason as AppError
    throw thrown
  }
}

function whole(stdout: string): BoardLine[] {
  try {
    return readBoardStream(stdout)
  } catch (thrown) {
    if (thrown instanceof AppError) throw boardFailure(thrown.found ?? thrown.message)
    throw thrown
  }
}
