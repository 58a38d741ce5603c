import { performance } from 'node:perf_hooks'
import { boardFailure } from '../../core/profile/boardFailure.ts'
import { compareResults, exactnessOf, type ComparedResults } from '../../core/profile/compareResults.ts'
import { firstDifference } from '../../core/profile/firstDifference.ts'
import { compareWithStored, type StoredResults } from '../../core/profile/storedResults.ts'
import { summarizeWindows, throughputOf, type PlacedWindow, type Summary } from '../../core/profile/summarizeWindows.ts'
import { timeSharesOf } from '../../core/profile/timeShares.ts'
import { variantOrder } from '../../core/profile/variantOrder.ts'
import { watchPlan, type WatchedNumber } from '../../core/profile/watchPlan.ts'
import { windowOf, type MeasuredWindow } from '../../core/profile/windowStream.ts'
import { wilson } from '../../core/statistics/wilson.ts'
import type { QuantizedModel } from '../../core/quantization/quantizedModel.ts'
import type { BoardDescription, BoardFacts } from '../../shared/contract/board.ts'
import type { BoardHello, BoardLine, BoardPrediction } from '../../shared/contract/boardProtocol.ts'
import type { LiveProfile } from '../../shared/contract/liveProfile.ts'
import type { Equality, ProfileResult, ProfileSettings } from '../../shared/contract/profile.ts'
import type { BoardConnection } from '../../remote/index.ts'
import { AppError } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import { prepareProgram, send, type BoardProgram } from './boardProgram.ts'
import type { LiveTracker } from './liveTracker.ts'
import { runBoardProgram } from './runBoardProgram.ts'

/** A quantized model with what it is measured on. */
export interface Variant {
  /** of the file, 64 hexadecimal digits */
  sha256: string
  bytes: Uint8Array
  model: QuantizedModel
  tokens: { bytes: Uint8Array; sha256: string; texts: number }
  live: NonNullable<LiveProfile['variant']>
  /** the host's evaluation; null where no text is compared */
  stored: (StoredResults & { run: string; kernels: string | null }) | null
}

/** What of a profile was measured on the board. */
export type Measured = Pick<
  ProfileResult,
  | 'program'
  | 'core'
  | 'latency'
  | 'throughput'
  | 'memory'
  | 'sizes'
  | 'energy'
  | 'before'
  | 'after'
  | 'conditions'
  | 'accuracy'
  | 'equality'
  | 'shares'
  | 'duration_s'
> & { samples: Summary['samples'] }

export interface BoardSession {
  connection: BoardConnection
  description: BoardDescription
}

export interface MeasureOptions {
  settings: ProfileSettings
  live: LiveTracker
  signal: AbortSignal
  /** connects anew, with the lock; throws where the board is another one */
  reconnect: () => Promise<BoardSession>
  describe: (connection: BoardConnection) => Promise<BoardDescription>
  onWarning: (warning: Warning) => void
  /** this machine's own program, which the words of the results and traces come from; null: this machine is what is measured, or has none */
  host: { connection: BoardConnection; program: BoardProgram } | null
}

/** MLPerf Tiny: five windows of at least ten seconds. */
export const fullWindows = { count: 5, least_ms: 10_000 } as const
export const quickWindows = { count: 3, least_ms: 1000 } as const
const window_ms = 30 * 60_000
const compare_ms = 6 * 3600_000
const attempts = 3
const retried = ['connection-lost', 'timed-out', 'board-failed']

interface Prepared extends Variant {
  modelPath: string
  tokensPath: string
}

/**
 * Measures variants on one board, window by window, each window all of them in a new order. A window that a lost line, a hanging program or rubbish spoiled is measured again, twice at
 * most; a board that was started anew begins again from the first window, once. What is given back is whole.
 *
 * @throws AppError those of the connection and of the board program, once trying again did not help
 */
export class BoardMeasurement {
  #session: BoardSession
  readonly #variants: readonly Variant[]
  readonly #options: MeasureOptions
  #program!: BoardProgram
  #prepared: Prepared[] = []
  #core: number | null = null
  #watched: WatchedNumber[] = []
  #restarts = 0

  constructor(session: BoardSession, variants: readonly Variant[], options: MeasureOptions) {
    this.#session = session
    this.#variants = variants
    this.#options = options
  }

  async run(): Promise<Measured[]> {
    const begun = performance.now()
    await this.#prepare()
    const compared = await this.#each((variant) => this.#compare(variant), 'comparing')
    const before = surroundingsOf(this.#session.description, this.#core)
    const windows = await this.#windows()
    const wide = await this.#throughput()
    const shares = this.#options.settings.shares
      ? await this.#each((variant) => this.#shares(variant), 'sharing-out')
      : []
    const empty = await this.#steady(() => this.#say(['--probe']))
    const after = surroundingsOf(await this.#steady(({ connection }) => this.#options.describe(connection)), this.#core)
    const wraps_at = await this.#wrapsAt()
    const duration_s = (performance.now() - begun) / 1000
    return this.#prepared.map((variant, k) => {
      const { samples, ...figures } = summarizeWindows(windows[k]!, this.#watched, wraps_at)
      const first = windows[k]![0]!.measured
      return {
        ...figures,
        ...compared[k]!,
        program: { ...pick(this.#program), version: first.hello.version, kernels: first.hello.kernels },
        core: first.hello.options!.core,
        throughput: throughputOf(wide[k] ?? []),
        memory: memoryOf(first, empty),
        sizes: sizesOf(variant, this.#program),
        shares: shares[k] ?? null,
        ...{ before, after, duration_s, samples },
      }
    })
  }

  get description(): BoardDescription {
    return this.#session.description
  }

  async #prepare(): Promise<void> {
    const { live, settings, signal } = this.#options
    live.phase('preparing')
    const { facts } = this.#session.description
    this.#program = await this.#steady(({ connection }) => prepareProgram(connection, facts, signal))
    this.#core = settings.core ?? measuredCore(facts)
    this.#watched = watchPlan(facts, this.#core)
    this.#prepared = []
    for (const variant of this.#variants) {
      live.phase('preparing', variant.live)
      const modelPath = await this.#steady(({ connection }) =>
        place(connection, 'models', `${variant.sha256}.bgq`, variant.bytes, variant.sha256, signal),
      )
      const { bytes, sha256 } = variant.tokens
      const tokensPath = await this.#steady(({ connection }) =>
        place(connection, 'tokens', `${sha256}.bgt`, bytes, sha256, signal),
      )
      this.#prepared.push({ ...variant, modelPath, tokensPath })
    }
  }

  async #each<T>(work: (variant: Prepared) => Promise<T>, phase: LiveProfile['phase']): Promise<T[]> {
    const found: T[] = []
    for (const variant of this.#prepared) {
      this.#options.live.phase(phase, variant.live)
      found.push(await work(variant))
    }
    return found
  }

  /** All windows of all variants: [variant][window]. */
  async #windows(): Promise<PlacedWindow[][]> {
    const { settings, live } = this.#options
    const { count } = settings.quick ? quickWindows : fullWindows
    const order = variantOrder(this.#prepared.length, count, settings.seed)
    const found: PlacedWindow[][] = this.#prepared.map(() => [])
    const shown: number[][] = this.#prepared.map(() => [])
    const begun = new Map<number, number>()
    for (const [window, places] of order.entries()) {
      for (const [turn, k] of places.entries()) {
        const variant = this.#prepared[k]!
        const restarts = this.#restarts
        const measured = await this.#steady(async () => {
          live.window(variant.live, window, { samples_us: shown[k]!, marks: found[k]!.map(() => []) })
          if (!begun.has(k)) begun.set(k, performance.now())
          return { begin_s: (performance.now() - begun.get(k)!) / 1000, window: await this.#window(variant, 1) }
        })
        if (this.#restarts !== restarts) return this.#windows()
        shown[k] = [...live.samples()]
        found[k]!.push({ measured: measured.window, order: window * places.length + turn, begin_s: measured.begin_s })
        live.windowEnded()
      }
    }
    return found
  }

  async #throughput(): Promise<MeasuredWindow[][]> {
    const { settings, live } = this.#options
    if (settings.batch === 1) return []
    const { count } = settings.quick ? quickWindows : fullWindows
    const found: MeasuredWindow[][] = this.#prepared.map(() => [])
    for (const places of variantOrder(this.#prepared.length, count, settings.seed + 1)) {
      for (const k of places) {
        const variant = this.#prepared[k]!
        live.phase('measuring', variant.live)
        found[k]!.push(await this.#steady(() => this.#window(variant, settings.batch)))
        live.windowEnded()
      }
    }
    return found
  }

  async #window(variant: Prepared, batch: number): Promise<MeasuredWindow> {
    const { settings, live } = this.#options
    const { least_ms } = settings.quick ? quickWindows : fullWindows
    // Throughput is a mean over whole passes, which come soon: a tenth of the time is as steady.
    const least = batch === 1 ? least_ms : Math.ceil(least_ms / 5)
    const limit = Math.min(settings.timedTexts, variant.tokens.texts)
    const watch = this.#watched.flatMap(({ path }) => ['--watch', path])
    const args = [
      '--time',
      '--batch',
      String(batch),
      '--limit',
      String(limit),
      '--least-ms',
      String(least),
      '--warmup',
      '2',
      ...watch,
    ]
    const lines = await this.#pinned(variant, args, (line) => {
      if (batch === 1) live.line(line, this.#watched)
    })
    return windowOf(lines)
  }

  /** On the measured core where the board lets a program stay on one. */
  async #pinned(variant: Prepared, args: readonly string[], onLine?: (line: string) => void): Promise<BoardLine[]> {
    const own = [...this.#inputs(variant), ...args]
    if (this.#core === null) return this.#say(own, onLine)
    try {
      return await this.#say([...own, '--core', String(this.#core)], onLine)
    } catch (thrown) {
      if (!(thrown instanceof AppError) || !/cannot be kept on core/.test(thrown.found ?? '')) throw thrown
      if (this.#options.settings.core !== null) throw thrown
      this.#core = null
      return this.#say(own, onLine)
    }
  }

  #inputs({ modelPath, tokensPath }: Prepared): string[] {
    const { kernels } = this.#options.settings
    return ['--model', modelPath, '--tokens', tokensPath, ...(kernels === null ? [] : ['--kernels', kernels])]
  }

  #say(args: readonly string[], onLine?: (line: string) => void, timeout_ms = window_ms): Promise<BoardLine[]> {
    const { connection } = this.#session
    const run = { timeout_ms, signal: this.#options.signal, ...(onLine === undefined ? {} : { onLine }) }
    return runBoardProgram(connection, [this.#program.path, ...args], run)
  }

  async #shares(variant: Prepared): Promise<ProfileResult['shares']> {
    const limit = Math.min(this.#options.settings.timedTexts, variant.tokens.texts)
    const lines = await this.#steady(() => this.#pinned(variant, ['--shares', '--limit', String(limit)]))
    const told = lines.find((line) => line.type === 'shares')
    return told === undefined ? null : timeSharesOf(told)
  }

  async #compare(variant: Prepared): Promise<Pick<Measured, 'accuracy' | 'equality'>> {
    const { stored, tokens } = variant
    const texts = Math.min(this.#options.settings.texts ?? tokens.texts, tokens.texts)
    if (stored === null || texts === 0) return { accuracy: null, equality: null }
    const args = [...this.#inputs(variant), '--predictions', '--checksum', '--limit', String(texts)]
    const lines = await this.#steady(() => this.#say(args, undefined, compare_ms))
    const device = predictionsIn(lines, texts)
    const right = lines.find((line) => line.type === 'checksum')?.right ?? null
    const promised = exactnessOf(variant.model)
    const words = await this.#hostWords(variant, args)
    const found =
      words === null
        ? compareWithStored(device, stored, promised)
        : compareResults(device, predictionsIn(words, texts), promised)
    const { differ, otherClass, broken, largest } = found
    const first = await this.#locate(variant, found, device, stored)
    const host = { run: stored.run, kernels: words === null ? stored.kernels : (words[0] as BoardHello).kernels }
    const accuracy = right === null ? null : { n: texts, right, value: right / texts, interval: wilson(right, texts) }
    return { accuracy, equality: { class: promised, texts, differ, otherClass, broken, largest, first, host } }
  }

  async #hostWords(variant: Prepared, args: readonly string[]): Promise<BoardLine[] | null> {
    const { host, signal } = this.#options
    if (host === null) return null
    const paths = await placeBoth(host.connection, variant, signal)
    const own = [...inputsOf(paths), ...args.slice(this.#inputs(variant).length)]
    return runBoardProgram(host.connection, [host.program.path, ...own], { timeout_ms: compare_ms, signal })
  }

  /** The first text that breaks the promise, and by the traces of both machines the step and the site. */
  async #locate(
    variant: Prepared,
    { firstBroken }: ComparedResults,
    device: readonly BoardPrediction[],
    stored: StoredResults,
  ): Promise<Equality['first']> {
    if (firstBroken === null) return null
    const text = firstBroken
    const nowhere = {
      text,
      step: null,
      site: null,
      part: 0,
      device: String(device[text]!.predicted),
      host: String(stored.predicted[text]),
    }
    const { host, signal } = this.#options
    if (host === null) return nowhere
    const theirs = await this.#steady(() => this.#say([...this.#inputs(variant), '--trace', String(text)]))
    const paths = await placeBoth(host.connection, variant, signal)
    const ours = await runBoardProgram(
      host.connection,
      [host.program.path, ...inputsOf(paths), '--trace', String(text)],
      { timeout_ms: window_ms, signal },
    )
    const found = firstDifference(
      theirs.filter((line) => line.type === 'trace'),
      ours.filter((line) => line.type === 'trace'),
    )
    return found === null ? nowhere : { text, ...found }
  }

  async #wrapsAt(): Promise<number | null> {
    const counter = this.#watched.find(({ what }) => what === 'energy')
    if (counter === undefined) return null
    const path = counter.path.replace(/[^/]*$/, 'max_energy_range_uj')
    const bytes = await this.#session.connection.readFile(path, 64).catch(() => new Uint8Array())
    const value = Number.parseInt(new TextDecoder().decode(bytes), 10)
    return Number.isFinite(value) ? value : null
  }

  /** Work that is done again after a lost line, a hanging program or rubbish. */
  async #steady<T>(work: (session: BoardSession) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work(this.#session)
      } catch (thrown) {
        const again = thrown instanceof AppError && retried.includes(thrown.code) && attempt < attempts
        if (!again || this.#options.signal.aborted) throw thrown
        this.#options.onWarning({
          ...{ code: 'tried-again', subject: this.#prepared[0]?.live.name ?? '' },
          message: `A part of the measurement was spoiled and measured again: ${thrown.message}${thrown.found === undefined ? '' : ` Found: ${thrown.found}.`}`,
        })
        if (thrown.code === 'connection-lost') await this.#connectAgain()
      }
    }
  }

  async #connectAgain(): Promise<void> {
    const before = this.#session.description.state.boot
    this.#session = await this.#options.reconnect()
    if (before === this.#session.description.state.boot) return
    this.#restarts += 1
    if (this.#restarts > 1) throw boardFailure('a board that was started anew twice while it was measured')
    this.#options.onWarning({
      code: 'board-restarted',
      message: 'The board was started anew: its windows are measured again.',
      subject: '',
    })
    await this.#prepare()
  }
}

/** A core of the fastest cluster: its last, because interrupts go to the first ones. */
export function measuredCore({ clusters, cores }: Pick<BoardFacts, 'clusters' | 'cores'>): number {
  const fastest = clusters.reduce<BoardFacts['clusters'][number] | null>(
    (best, one) =>
      best === null || (one.capacity ?? one.max_hz ?? 0) > (best.capacity ?? best.max_hz ?? 0) ? one : best,
    null,
  )
  return fastest?.cpus.at(-1) ?? cores - 1
}

export function surroundingsOf({ facts, state }: BoardDescription, core: number | null): ProfileResult['before'] {
  const clock = state.clocks.find(({ cpu }) => cpu === (core ?? 0))
  return {
    clock_hz: clock?.hz || null,
    temperature_c: state.temperatures[0]?.celsius ?? null,
    governor: clock?.governor ?? null,
    busy: state.load === null ? null : Math.min(1, state.load / facts.cores),
    free_bytes: state.available_bytes,
  }
}

function predictionsIn(lines: readonly BoardLine[], texts: number): BoardPrediction[] {
  const told = lines.filter((line) => line.type === 'prediction')
  if (told.length === texts && told.every(({ index }, k) => index === k)) return told
  throw boardFailure(`${told.length} predictions of ${texts} texts`)
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

function pick({ how, compiler, sha256 }: BoardProgram) {
  return { how, compiler, sha256 }
}

interface Paths {
  modelPath: string
  tokensPath: string
}

const inputsOf = ({ modelPath, tokensPath }: Paths): string[] => ['--model', modelPath, '--tokens', tokensPath]

async function placeBoth(
  connection: BoardConnection,
  { bytes, sha256, tokens }: Variant,
  signal: AbortSignal,
): Promise<Paths> {
  return {
    modelPath: await place(connection, 'models', `${sha256}.bgq`, bytes, sha256, signal),
    tokensPath: await place(connection, 'tokens', `${tokens.sha256}.bgt`, tokens.bytes, tokens.sha256, signal),
  }
}

/** A file of the cache folder under its content's hash, sent where it is not there. */
async function place(
  connection: BoardConnection,
  folder: string,
  name: string,
  bytes: Uint8Array,
  sha256: string,
  signal: AbortSignal,
): Promise<string> {
  const path = `${connection.cacheFolder}/${folder}/${name}`
  if (await connection.exists(path)) {
    const { stdout } = await connection.run(['sha256sum', path], { maxBytes: 8192, timeout_ms: 120_000, signal })
    if (stdout.includes(sha256) && stdout.replace(/^\\/, '').startsWith(sha256)) return path
  }
  await send(connection, bytes, path, 0o600, signal)
  return path
}
