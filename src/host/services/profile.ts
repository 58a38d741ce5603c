import { createHash } from 'node:crypto'
import { ulid } from 'ulid'
import { boardWarnings, factDifferences, measuredWarnings } from '../../core/profile/profileWarnings.ts'
import { profileEntryOf } from '../../core/profile/profileEntry.ts'
import { runKey } from '../../core/run/runKey.ts'
import { decodeQuantizedModel } from '../../core/quantization/file/decodeQuantizedModel.ts'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import type { Job } from '../../shared/contract/jobs.ts'
import {
  profileSettingsSchema,
  type Profiled,
  type ProfileEntry,
  type ProfileExport,
  type ProfileList,
  type ProfileListInput,
  type ProfileResult,
  type ProfileSamples,
  type ProfileSettings,
  type ProfileStartInput,
} from '../../shared/contract/profile.ts'
import type { Exported } from '../../shared/contract/results.ts'
import { AppError, toErrorRecord } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { Warning } from '../../shared/units.ts'
import type { BoardConnection } from '../../remote/index.ts'
import type { DatasetStore, StoredDataset } from '../../store/datasets/index.ts'
import type { ProfileRepository, RunRepository, TestOpeningRepository } from '../../store/index.ts'
import type { QuantizedStore, StoredQuantized } from '../../store/quantization/index.ts'
import type { TaskControl } from '../compute/runTask.ts'
import { lockBoard } from '../boards/boardLock.ts'
import { localName, type Boards } from '../boards/boards.ts'
import { testTexts } from '../boards/boardTexts.ts'
import type { BoardPatience } from '../boards/patience.ts'
import { LiveTracker } from '../boards/liveTracker.ts'
import { BoardMeasurement } from '../boards/measure/boardMeasurement.ts'
import type { HostProgram } from '../boards/measure/compareWithHost.ts'
import type { BoardSession } from '../boards/measure/steadySession.ts'
import { fullWindows, quickWindows } from '../boards/measure/timedWindows.ts'
import type { Measured, Variant } from '../boards/measure/variant.ts'
import { prepareProgram } from '../boards/program/boardProgram.ts'
import type { Cells } from '../quantization/cells.ts'
import { exportProfiles, newestOf, newestProfiles } from '../export/exportProfiles.ts'
import type { AllowPath } from '../models/allowPath.ts'
import { logTestOpening } from '../quantization/logTestOpening.ts'
import type { Quantizations } from '../quantization/quantizations.ts'
import type { JobsService } from './jobs.ts'

export interface ProfileServiceOptions {
  boards: Boards
  patience: Pick<BoardPatience, 'silence_ms' | 'pauses_ms'>
  jobs: JobsService
  profiles: ProfileRepository
  runs: RunRepository
  testOpenings: TestOpeningRepository
  datasets: DatasetStore
  quantized: QuantizedStore
  quantizations: Quantizations
  cells: Cells
  allowTarget: AllowPath
}

/** A model to be measured, its names resolved. */
interface Chosen {
  stored: StoredQuantized
  dataset: StoredDataset
}

interface Session {
  id: string
  settings: ProfileSettings
  secrets: ProfileStartInput['secrets']
  chosen: readonly Chosen[]
}

/** The stage `profile` of the contract. */
export class ProfileService {
  readonly #options: ProfileServiceOptions

  constructor(options: ProfileServiceOptions) {
    this.#options = options
  }

  /** Names are resolved before the job begins. */
  async start(input: ProfileStartInput): Promise<{ job: Job }> {
    const { boards, models, dataset, secrets, ...rest } = input
    for (const name of boards) this.#options.boards.get(name)
    const chosen: Chosen[] = []
    for (const model of models) chosen.push(await this.#choose(model, dataset))
    const session = { id: ulid(), settings: profileSettingsSchema.parse(rest), secrets, chosen }
    const named = { boards, models: chosen.map(({ stored }) => stored.record.name) }
    const params = { ...named, ...(dataset === undefined ? {} : { dataset }), ...session.settings }
    const title = `Profile of ${models.length === 1 ? named.models[0]! : `${models.length} models`} on ${boards.join(', ')}`
    const job = this.#options.jobs.startWork({ kind: 'board-profile', title, params }, (control) =>
      this.#run([...new Set(boards)], session, control),
    )
    return { job }
  }

  list({ board, model, session, newest, limit }: ProfileListInput): ProfileList {
    const all = this.#options.profiles.list({ board, session, limit: 10_000 })
    const wanted = all.filter((one) => model === undefined || isOf(one, model))
    const shown = newest ? newestOf(wanted) : wanted
    return { profiles: shown.slice(0, limit), more: shown.length > limit }
  }

  show(id: string): ProfileResult {
    const found = this.#options.profiles.get(id)
    if (found !== undefined) return found
    throw new AppError('not-found', 'There is no such profile.', {
      found: id,
      hint: nextStep('list-profiles'),
    })
  }

  samples({ profile, offset, limit }: { profile: string; offset: number; limit: number }): ProfileSamples {
    const { samples, windows } = this.#options.profiles.arrays(this.show(profile).id)
    return {
      id: profile,
      samples_us: Array.from(samples.subarray(offset, offset + limit), (ns) => ns / 1000),
      windows: Array.from(windows.subarray(offset, offset + limit)),
      total: samples.length,
    }
  }

  async export(input: ProfileExport): Promise<Exported> {
    const { profiles, allowTarget } = this.#options
    return exportProfiles(newestProfiles(profiles, input.boards), input, await allowTarget(input.out))
  }

  remove(ids: readonly string[]): { removed: string[] } {
    for (const id of ids) this.show(id)
    return { removed: ids.filter((id) => this.#options.profiles.remove(id)) }
  }

  async #choose(reference: string, dataset: string | undefined): Promise<Chosen> {
    const stored = await this.#options.quantized.find(reference)
    const name = dataset ?? stored.record.dataset?.fingerprint
    if (name === undefined) {
      throw new AppError(
        'input-invalid',
        `The model ${stored.record.model.name} was not trained here, so it has no texts.`,
        {
          hint: nextStep('name-dataset'),
        },
      )
    }
    return { stored, dataset: await this.#options.datasets.find(name) }
  }

  async #run(boards: readonly string[], session: Session, control: TaskControl): Promise<Profiled> {
    const variants = await this.#variants(session, control)
    const done: Profiled = { session: session.id, profiles: [], failed: [] }
    const errors: unknown[] = []
    for (const board of boards) {
      try {
        done.profiles.push(...(await this.#measure(board, variants, session, control)))
      } catch (thrown) {
        if (control.signal?.aborted === true) throw thrown
        errors.push(thrown)
        done.failed.push({ board, model: null, error: toErrorRecord(thrown) })
      }
    }
    // One board's fault leaves what the others gave; where nothing came of it, it is the job's.
    if (done.profiles.length === 0) throw errors[0]
    return done
  }

  async #variants({ chosen, settings }: Session, control: TaskControl): Promise<Variant[]> {
    const { quantized, testOpenings } = this.#options
    const found: Variant[] = []
    for (const [index, { stored, dataset }] of chosen.entries()) {
      const { record } = stored
      const bytes = await quantized.read(stored)
      const { model, description } = decodeQuantizedModel(bytes)
      const key = runKey({
        ...{ stage: 'profile', stageVersion: 1, recipe: { ...settings }, seed: settings.seed },
        inputs: { model: record.fingerprint, dataset: dataset.record.fingerprint },
      })
      logTestOpening(testOpenings, dataset.record.fingerprint, key)
      const texts = await testTexts(dataset, description, model.spec.words, model.spec.classes)
      const tokens = { ...texts, sha256: createHash('sha256').update(texts.bytes).digest('hex') }
      const live = { name: record.name, family: record.family, bits: record.bits, index, of: chosen.length }
      const evaluated = settings.texts === 0 ? null : await this.#evaluated(record.fingerprint, dataset, control)
      found.push({ sha256: record.fingerprint.slice('sha256:'.length), bytes, model, tokens, live, stored: evaluated })
    }
    return found
  }

  /** The host's evaluation of the clean test split, made where it is not there. */
  async #evaluated(fingerprint: string, dataset: StoredDataset, control: TaskControl): Promise<Variant['stored']> {
    const { quantizations, cells, runs } = this.#options
    const planned = await quantizations.planStored(fingerprint)
    if (planned === undefined) throw new AppError('not-found', 'The quantized model is not in the home any more.')
    const quantization = await quantizations.make(planned, control)
    const input = { noise: { kind: 'none', level: 0 } as const, shift: null, seed: 1 }
    const cell = { ...quantization, dataset, split: 'test' as const, inputs: [input] }
    const { evaluations } = await cells.evaluate(cell, { ...control, device: 'cpu', engine: 'runtime' })
    const { id, on } = evaluations[0] as EvaluationResult
    return {
      run: id,
      kernels: on.runtime?.kernels ?? null,
      predicted: runs.array(id, 'predicted').data,
      logPosteriors: runs.array(id, 'log-posteriors').data,
    }
  }

  async #measure(
    board: string,
    variants: readonly Variant[],
    session: Session,
    control: TaskControl,
  ): Promise<ProfileEntry[]> {
    const { settings } = session
    const { count } = settings.quick ? quickWindows : fullWindows
    const total = variants.length * count * (settings.batch === 1 ? 1 : 2)
    const live = new LiveTracker(board, count, total, (progress) => control.onProgress?.(progress))
    const open = new OpenBoard(board, session, this.#options, control.signal ?? new AbortController().signal)
    const before = this.#options.boards.entry(board, new Map()).description
    try {
      live.phase('connecting')
      const first = await open.connect()
      const warnings: Warning[] = [...first.connection.warnings]
      const onWarning = (warning: Warning): void =>
        void warnings.push({ ...warning, subject: warning.subject || board })
      const host = board === localName || settings.texts === 0 ? null : await open.host()
      const measurement = new BoardMeasurement(first, variants, {
        ...{ settings, live, onWarning, host, signal: open.signal, silence_ms: this.#options.patience.silence_ms },
        reconnect: () => {
          live.phase('reconnecting')
          return open.reconnect()
        },
        describe: (connection) => this.#options.boards.describe(board, connection),
      })
      const measured = await measurement.run()
      live.phase('storing')
      return this.#store(board, { measured, warnings, before, description: measurement.description }, session, control)
    } finally {
      await open.close()
    }
  }

  #store(
    board: string,
    found: {
      measured: readonly Measured[]
      warnings: readonly Warning[]
      before: BoardSession['description'] | null
      description: BoardSession['description']
    },
    { id: session, settings, chosen }: Session,
    control: TaskControl,
  ): ProfileEntry[] {
    const { description, before } = found
    // What holds for all models of the call is told once.
    const told = new Set<string>()
    const tell = (warning: Warning, model: string): void => {
      const ofModel = warning.subject === model && warning.code !== 'quick'
      const message = ofModel ? `${model}: ${warning.message}` : warning.message
      if (!told.has(message)) control.onWarning?.({ ...warning, message })
      told.add(message)
    }
    return found.measured.map(({ samples, ...figures }, k) => {
      const { stored, dataset } = chosen[k]!
      const { record } = stored
      const about = { ...figures, quick: settings.quick }
      const warnings = [
        ...found.warnings,
        ...boardWarnings(description, board, figures.core),
        ...measuredWarnings(about, record.name),
      ]
      const result: ProfileResult = {
        ...{ id: ulid(), created: new Date().toISOString(), session },
        board: { name: board, kind: board === localName ? 'local' : 'ssh' },
        ...{ emulated: description.facts.emulated, quick: settings.quick },
        model: { name: record.name, fingerprint: record.fingerprint },
        float: { name: record.model.name, fingerprint: record.model.fingerprint },
        ...{ family: record.family, bits: record.bits, split: 'test', settings },
        dataset: { name: dataset.record.name, fingerprint: dataset.record.fingerprint },
        ...figures,
        description,
        differences: factDifferences(before?.facts, description.facts),
        warnings,
      }
      const ns = samples.samples.map((us) => Math.round(us * 1000))
      const fits = ns.every((one) => one < 2 ** 32)
      this.#options.profiles.put(result, { samples: fits ? Uint32Array.from(ns) : ns, windows: samples.windows })
      for (const warning of warnings) tell(warning, record.name)
      return profileEntryOf(result)
    })
  }
}

/** What passes with time: a board that starts, a network that is away, a session that measures. */
const passing = ['host-unreachable', 'connection-lost', 'timed-out', 'board-busy']

/** A board that is held by this session: its connection, its lock, and the host's own program beside it. */
class OpenBoard {
  readonly #name: string
  readonly #session: Session
  readonly #boards: Boards
  readonly #pauses_ms: readonly number[]
  readonly signal: AbortSignal
  #connection: BoardConnection | null = null
  #host: BoardConnection | null = null
  #unlock: (() => Promise<void>) | null = null

  constructor(
    name: string,
    session: Session,
    { boards, patience }: Pick<ProfileServiceOptions, 'boards' | 'patience'>,
    signal: AbortSignal,
  ) {
    this.#name = name
    this.#session = session
    this.#boards = boards
    this.#pauses_ms = patience.pauses_ms
    this.signal = signal
  }

  async connect(): Promise<BoardSession> {
    const connection = await this.#boards.connect(this.#name, { secrets: this.#session.secrets, signal: this.signal })
    this.#connection = connection
    this.#unlock = await lockBoard(connection, {
      name: `bitgauge profile, session ${this.#session.id}`,
      session: this.#session.id,
    })
    return { connection, description: await this.#boards.describe(this.#name, connection) }
  }

  /** After a line was lost: again and again for about a minute, unless the board answers and is not to be had. */
  async reconnect(): Promise<BoardSession> {
    for (let k = 0; ; k += 1) {
      await this.#leave()
      await pause(this.#pauses_ms[k]!, this.signal)
      try {
        return await this.connect()
      } catch (thrown) {
        const again = thrown instanceof AppError && passing.includes(thrown.code) && k + 1 < this.#pauses_ms.length
        if (!again || this.signal.aborted) throw thrown
      }
    }
  }

  /** This machine's own program; null where it can have none. */
  async host(): Promise<HostProgram | null> {
    try {
      this.#host = await this.#boards.connect(localName)
      const { facts } = await this.#boards.describe(localName, this.#host)
      return { connection: this.#host, program: await prepareProgram(this.#host, facts, this.signal) }
    } catch (thrown) {
      if (this.signal.aborted) throw thrown
      return null
    }
  }

  async close(): Promise<void> {
    await this.#leave()
    await this.#host?.close()
  }

  async #leave(): Promise<void> {
    await this.#unlock?.().catch(() => {})
    await this.#connection?.close().catch(() => {})
    this.#unlock = null
    this.#connection = null
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(new AppError('cancelled', 'The profile was cancelled.'))
    }
    // While the lost line was left, somebody may have asked for the end.
    if (signal.aborted) return reject(new AppError('cancelled', 'The profile was cancelled.'))
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}

function isOf({ model, float }: ProfileEntry, reference: string): boolean {
  return [model.name, model.fingerprint, float.name, float.fingerprint].includes(reference)
}
