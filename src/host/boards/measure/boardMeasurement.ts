import { performance } from 'node:perf_hooks'
import { summarizeWindows, throughputOf } from '../../../core/profile/summarizeWindows.ts'
import type { MeasuredWindow } from '../../../core/profile/windowStream.ts'
import type { BoardDescription } from '../../../shared/contract/board.ts'
import type { BoardHello, BoardLine } from '../../../shared/contract/boardProtocol.ts'
import type { ProfileResult } from '../../../shared/contract/profile.ts'
import type { BoardConnection } from '../../../remote/index.ts'
import type { BoardProgram } from '../program/cachedProgram.ts'
import { compareWithHost, type HostProgram } from './compareWithHost.ts'
import { MeasuredBoard, type BoardRunOptions } from './measuredBoard.ts'
import { SteadySession, type BoardSession, type SteadyOptions } from './steadySession.ts'
import { surroundingsOf } from './surroundings.ts'
import { latencyWindows, throughputWindows } from './timedWindows.ts'
import { measuredShares } from './timeShares.ts'
import type { Measured, Variant } from './variant.ts'

export interface MeasureOptions extends BoardRunOptions, SteadyOptions {
  describe: (connection: BoardConnection) => Promise<BoardDescription>
  /** null: this machine is what is measured, or it has no program */
  host: HostProgram | null
}

/**
 * Measures variants on one board: their results, the windows, and where the time goes. What is given back is whole.
 *
 * @throws AppError those of the connection and of the board program, once trying again did not help
 */
export class BoardMeasurement {
  readonly #session: SteadySession
  readonly #board: MeasuredBoard
  readonly #options: MeasureOptions
  #translated = false

  constructor(session: BoardSession, variants: readonly Variant[], options: MeasureOptions) {
    this.#session = new SteadySession(session, variants[0]?.live.name ?? '', options)
    this.#board = new MeasuredBoard(this.#session, variants, options)
    this.#options = options
  }

  async run(): Promise<Measured[]> {
    const begun = performance.now()
    const board = this.#board
    const { settings, host, describe } = this.#options
    await board.prepare()
    const compared = await board.each((variant) => compareWithHost(board, variant, host), 'comparing')
    const before = surroundingsOf(this.description, board.core)
    const windows = await latencyWindows(board)
    const wide = await throughputWindows(board)
    const shares = settings.shares ? await board.each((variant) => measuredShares(board, variant), 'sharing-out') : []
    const empty = await this.#session.do(() => board.say(['--probe']))
    this.#translated = (empty[0] as BoardHello).translator !== null
    const after = surroundingsOf(await this.#session.do(describe), board.core)
    const wraps_at = await this.#wrapsAt()
    const duration_s = (performance.now() - begun) / 1000
    return board.variants.map((variant, k) => {
      const { samples, ...figures } = summarizeWindows(windows[k]!, board.watched, wraps_at)
      const first = windows[k]![0]!.measured
      return {
        ...figures,
        ...compared[k]!,
        program: programOf(board.program, first),
        core: first.hello.options!.core,
        throughput: throughputOf(wide[k] ?? []),
        memory: memoryOf(first, empty),
        sizes: sizesOf(variant, board.program),
        shares: shares[k] ?? null,
        ...{ before, after, duration_s, samples },
      }
    })
  }

  /** Emulated too where the program found that something else runs in its place, though the board showed no sign of it. */
  get description(): BoardDescription {
    const { facts, state } = this.#session.description
    return { facts: { ...facts, emulated: facts.emulated || this.#translated }, state }
  }

  async #wrapsAt(): Promise<number | null> {
    const counter = this.#board.watched.find(({ what }) => what === 'energy')
    if (counter === undefined) return null
    const path = counter.path.replace(/[^/]*$/, 'max_energy_range_uj')
    const bytes = await this.#session.connection.readFile(path, 64).catch(() => new Uint8Array())
    const value = Number.parseInt(new TextDecoder().decode(bytes), 10)
    return Number.isFinite(value) ? value : null
  }
}

function programOf({ how, compiler, sha256 }: BoardProgram, { hello }: MeasuredWindow): ProfileResult['program'] {
  return { how, compiler, sha256, version: hello.version, kernels: hello.kernels }
}

function memoryOf({ memory, hello }: MeasuredWindow, empty: readonly BoardLine[]): ProfileResult['memory'] {
  const none = empty.find((line) => line.type === 'memory')?.peak_rss_bytes ?? null
  const { peak_rss_bytes: peak, anonymous_bytes } = memory
  return {
    ...{ peak_bytes: peak, empty_bytes: none, anonymous_bytes },
    net_bytes: peak === null || none === null ? null : Math.max(0, peak - none),
    private_bytes: hello.model!.private_bytes,
  }
}

function sizesOf({ bytes }: Variant, { program_bytes, empty_bytes }: BoardProgram): ProfileResult['sizes'] {
  const net_bytes = empty_bytes === null ? null : Math.max(0, program_bytes - empty_bytes)
  return { model_bytes: bytes.length, program_bytes, empty_bytes, net_bytes }
}
