import type { BoardHello, BoardLine } from '../../shared/contract/boardProtocol.ts'
import { boardFailure } from './boardFailure.ts'

/** What one run of the board program measured: a window. */
export interface MeasuredWindow {
  hello: BoardHello
  /** nanoseconds of each batch, the clock's own subtracted, in the order of measurement */
  samples_ns: Float64Array
  /** texts of each batch but the last of a pass */
  batch: number
  passes: number
  /** of all passes */
  texts: number
  words: number
  ns: number
  cpu_ns: number
  /** that every pass had */
  checksum: string
  watched: readonly { ns: number; values: readonly (number | null)[] }[]
  memory: Extract<BoardLine, { type: 'memory' }>
}

/**
 * The window that a whole stream tells.
 *
 * @param lines of a stream that `readBoardStream` found whole
 * @throws AppError `board-failed` where it is none: no pass, passes with different results, samples that do not fit their pass, a clock that stood still
 */
export function windowOf(lines: readonly BoardLine[]): MeasuredWindow {
  const hello = lines[0] as BoardHello
  const passes = lines.filter((line) => line.type === 'pass')
  const memory = lines.find((line) => line.type === 'memory')
  const { options, timer_ns } = hello
  const first = passes[0]
  if (first === undefined || memory === undefined || options === null) throw boardFailure('no timed pass')
  if (passes.some(({ checksum }) => checksum !== first.checksum)) throw boardFailure('passes with different results')
  const samples_ns = samplesOf(lines, timer_ns)
  const batches = passes.reduce((sum, { texts }) => sum + Math.ceil(texts / options.batch), 0)
  if (samples_ns.length !== batches) throw boardFailure(`${samples_ns.length} samples of ${batches} batches`)
  const sum = (of: (pass: (typeof passes)[number]) => number): number =>
    passes.reduce((total, pass) => total + of(pass), 0)
  const ns = sum((pass) => pass.ns)
  if (ns === 0) throw boardFailure('a clock that stood still')
  return {
    ...{ hello, samples_ns, batch: options.batch, passes: passes.length, ns, checksum: first.checksum, memory },
    ...{ texts: sum(({ texts }) => texts), words: sum(({ words }) => words), cpu_ns: sum(({ cpu_ns }) => cpu_ns) },
    watched: lines.flatMap((line) => (line.type === 'watch' ? [{ ns: line.ns, values: line.values }] : [])),
  }
}

function samplesOf(lines: readonly BoardLine[], timer_ns: number): Float64Array {
  const told = lines.filter((line) => line.type === 'samples')
  const all = new Float64Array(told.reduce((sum, { ns }) => sum + ns.length, 0))
  let at = 0
  for (const { ns } of told) for (const one of ns) all[at++] = Math.max(0, one - timer_ns)
  return all
}
