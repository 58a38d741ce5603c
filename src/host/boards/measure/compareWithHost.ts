import { boardFailure } from '../../../core/profile/boardFailure.ts'
import { compareResults, exactnessOf, type ComparedResults } from '../../../core/profile/compareResults.ts'
import { firstDifference } from '../../../core/profile/firstDifference.ts'
import { compareWithStored } from '../../../core/profile/storedResults.ts'
import { wilson } from '../../../core/statistics/wilson.ts'
import type { BoardHello, BoardLine, BoardPrediction } from '../../../shared/contract/boardProtocol.ts'
import type { Equality } from '../../../shared/contract/profile.ts'
import type { BoardConnection } from '../../../remote/index.ts'
import type { BoardProgram } from '../program/cachedProgram.ts'
import { runBoardProgram } from '../program/runBoardProgram.ts'
import { inputsOf, placeVariant, window_ms, type MeasuredBoard } from './measuredBoard.ts'
import type { Measured, PlacedVariant } from './variant.ts'

/** This machine's own program, which the words of the results and traces come from. */
export interface HostProgram {
  connection: BoardConnection
  program: BoardProgram
}

const compare_ms = 6 * 3600_000

/**
 * The board's results on the texts that are compared, and how they stand to the host's.
 *
 * @param host null: this machine is what is measured, or it has no program; the host's stored results are compared
 */
export async function compareWithHost(
  board: MeasuredBoard,
  variant: PlacedVariant,
  host: HostProgram | null,
): Promise<Pick<Measured, 'accuracy' | 'equality'>> {
  const { stored, tokens } = variant
  const texts = Math.min(board.options.settings.texts ?? tokens.texts, tokens.texts)
  if (stored === null || texts === 0) return { accuracy: null, equality: null }
  const args = ['--predictions', '--checksum', '--limit', String(texts)]
  const lines = await board.session.do(() => board.say([...board.inputs(variant), ...args], undefined, compare_ms))
  const device = predictionsIn(lines, texts)
  const right = lines.find((line) => line.type === 'checksum')?.right ?? null
  const promised = exactnessOf(variant.model)
  const words = host === null ? null : await sayOnHost(host, variant, args, board.options.signal, compare_ms)
  const found =
    words === null
      ? compareWithStored(device, stored, promised)
      : compareResults(device, predictionsIn(words, texts), promised)
  const { differ, otherClass, broken, largest } = found
  const first = await firstBroken(board, variant, host, { found, device })
  const on = { run: stored.run, kernels: words === null ? stored.kernels : (words[0] as BoardHello).kernels }
  const accuracy = right === null ? null : { n: texts, right, value: right / texts, interval: wilson(right, texts) }
  return { accuracy, equality: { class: promised, texts, differ, otherClass, broken, largest, first, host: on } }
}

/** The first text that breaks the promise, and by the traces of both machines the step and the site. */
async function firstBroken(
  board: MeasuredBoard,
  variant: PlacedVariant,
  host: HostProgram | null,
  { found, device }: { found: ComparedResults; device: readonly BoardPrediction[] },
): Promise<Equality['first']> {
  if (found.firstBroken === null) return null
  const text = found.firstBroken
  const told = { device: String(device[text]!.predicted), host: String(variant.stored!.predicted[text]) }
  const nowhere = { text, step: null, site: null, part: 0, ...told }
  if (host === null) return nowhere
  const args = ['--trace', String(text)]
  const theirs = await board.session.do(() => board.say([...board.inputs(variant), ...args]))
  const ours = await sayOnHost(host, variant, args, board.options.signal, window_ms)
  const traces = (lines: readonly BoardLine[]) => lines.filter((line) => line.type === 'trace')
  const difference = firstDifference(traces(theirs), traces(ours))
  return difference === null ? nowhere : { text, ...difference }
}

async function sayOnHost(
  { connection, program }: HostProgram,
  variant: PlacedVariant,
  args: readonly string[],
  signal: AbortSignal,
  timeout_ms: number,
): Promise<BoardLine[]> {
  const placed = await placeVariant(connection, variant, signal)
  return runBoardProgram(connection, [program.path, ...inputsOf(placed), ...args], { timeout_ms, signal })
}

function predictionsIn(lines: readonly BoardLine[], texts: number): BoardPrediction[] {
  const told = lines.filter((line) => line.type === 'prediction')
  if (told.length === texts && told.every(({ index }, k) => index === k)) return told
  throw boardFailure(`${told.length} predictions of ${texts} texts`)
}
