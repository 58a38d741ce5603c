import { watchPlan, type WatchedNumber } from '../../../core/profile/watchPlan.ts'
import type { BoardLine } from '../../../shared/contract/boardProtocol.ts'
import type { ProfileSettings } from '../../../shared/contract/profile.ts'
import { AppError } from '../../../shared/errors.ts'
import type { BoardConnection } from '../../../remote/index.ts'
import { placeFile } from '../program/boardFiles.ts'
import { prepareProgram } from '../program/boardProgram.ts'
import type { BoardProgram } from '../program/cachedProgram.ts'
import { runBoardProgram } from '../program/runBoardProgram.ts'
import type { LiveTracker } from '../liveTracker.ts'
import type { SteadySession } from './steadySession.ts'
import { measuredCore } from './surroundings.ts'
import type { PlacedVariant, Variant } from './variant.ts'

export interface BoardRunOptions {
  settings: ProfileSettings
  live: LiveTracker
  signal: AbortSignal
  /** a program that says nothing for so long hangs */
  silence_ms: number
}

/** How long a program may take in which a window is measured. */
export const window_ms = 30 * 60_000

/** A board that is ready to be measured: the program and the variants' files on it, and the core that the program is kept on. */
export class MeasuredBoard {
  readonly session: SteadySession
  readonly options: BoardRunOptions
  readonly #variants: readonly Variant[]
  #program!: BoardProgram
  #placed: PlacedVariant[] = []
  #core: number | null = null
  #watched: WatchedNumber[] = []

  constructor(session: SteadySession, variants: readonly Variant[], options: BoardRunOptions) {
    this.session = session
    this.options = options
    this.#variants = variants
    session.onRestart = () => this.prepare()
  }

  get program(): BoardProgram {
    return this.#program
  }

  get variants(): readonly PlacedVariant[] {
    return this.#placed
  }

  /** null: the program is kept on none */
  get core(): number | null {
    return this.#core
  }

  get watched(): readonly WatchedNumber[] {
    return this.#watched
  }

  async prepare(): Promise<void> {
    const { live, settings, signal } = this.options
    live.phase('preparing')
    const { facts } = this.session.description
    this.#program = await this.session.do((connection) => prepareProgram(connection, facts, signal))
    this.#core = settings.core ?? measuredCore(facts)
    this.#watched = watchPlan(this.session.description, this.#core)
    this.#placed = []
    for (const variant of this.#variants) {
      live.phase('preparing', variant.live)
      this.#placed.push(await this.session.do((connection) => placeVariant(connection, variant, signal)))
    }
  }

  async each<T>(
    work: (variant: PlacedVariant) => Promise<T>,
    phase: Parameters<LiveTracker['phase']>[0],
  ): Promise<T[]> {
    const found: T[] = []
    for (const variant of this.#placed) {
      this.options.live.phase(phase, variant.live)
      found.push(await work(variant))
    }
    return found
  }

  /** What the board program says; errors: those of `runBoardProgram`. */
  say(args: readonly string[], onLine?: (line: string) => void, timeout_ms = window_ms): Promise<BoardLine[]> {
    const { signal, silence_ms } = this.options
    const run = { timeout_ms, silence_ms, signal, ...(onLine === undefined ? {} : { onLine }) }
    return runBoardProgram(this.session.connection, [this.#program.path, ...args], run)
  }

  /** On the measured core where the board lets a program stay on one. */
  async sayPinned(
    variant: PlacedVariant,
    args: readonly string[],
    onLine?: (line: string) => void,
  ): Promise<BoardLine[]> {
    const own = [...this.inputs(variant), ...args]
    if (this.#core === null) return this.say(own, onLine)
    try {
      return await this.say([...own, '--core', String(this.#core)], onLine)
    } catch (thrown) {
      if (!(thrown instanceof AppError) || !/cannot be kept on core/.test(thrown.found ?? '')) throw thrown
      if (this.options.settings.core !== null) throw thrown
      this.#core = null
      return this.say(own, onLine)
    }
  }

  inputs(variant: PlacedVariant): string[] {
    const { kernels } = this.options.settings
    return [...inputsOf(variant), ...(kernels === null ? [] : ['--kernels', kernels])]
  }
}

export const inputsOf = ({ modelPath, tokensPath }: PlacedVariant): string[] => [
  ...['--model', modelPath],
  ...['--tokens', tokensPath],
]

/** The files of a variant in the cache folder of a machine. */
export async function placeVariant(
  connection: BoardConnection,
  variant: Variant,
  signal: AbortSignal,
): Promise<PlacedVariant> {
  const { bytes, sha256, tokens } = variant
  return {
    ...variant,
    modelPath: await placeFile(connection, 'models', `${sha256}.bgq`, bytes, sha256, signal),
    tokensPath: await placeFile(connection, 'tokens', `${tokens.sha256}.bgt`, tokens.bytes, tokens.sha256, signal),
  }
}
