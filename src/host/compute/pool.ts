import type { Logger } from 'pino'
import type { ComputeState } from '../../shared/contract/jobs.ts'
import { AppError } from '../../shared/errors.ts'
import type { ComputeLauncher } from '../launcher.ts'
import { cancelled } from './crash.ts'
import { threadVariables } from './environment.ts'
import { ComputeWorker, type ComputeTask, type RunOptions } from './worker.ts'

export interface PoolOptions {
  launcher: ComputeLauncher
  /** The environment of a process for a task. Throws `library-missing` or `library-damaged` where the task needs a library that is not there. */
  environment: (task: ComputeTask) => Readonly<Record<string, string>>
  log: Logger
  onState: (state: ComputeState) => void
}

export interface PooledRun extends RunOptions {
  /** called when the task's turn has come */
  onStart?: (() => void) | undefined
  /** variables over those that every task has; another set of them is another process */
  environment?: Readonly<Record<string, string>> | undefined
  /** of the process that runs the task; left out: as the environment of this program says, else one a core */
  threads?: number | undefined
}

interface Waiting {
  task: ComputeTask
  options: PooledRun
  settle: PromiseWithResolvers<unknown>
}

/** A place for one process; empty until a task needs one. */
interface Slot {
  process: ComputeWorker | null
  /** of the process, as text */
  environment: string
  busy: boolean
}

/**
 * Runs tasks in compute processes that are kept warm between them: in one, until somebody asks for more. Tasks begin in the order in which
 * they came. A process that ends under a task fails that task alone; the next one starts a new process.
 */
export class Pool {
  readonly #options: PoolOptions
  readonly #queue: Waiting[] = []
  readonly #slots: Slot[] = []
  readonly #leases = new Set<{ processes: number }>()
  #busy = 0
  #state: ComputeState = 'idle'
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  get log(): Logger {
    return this.#options.log
  }

  get state(): ComputeState {
    return this.#state
  }

  /** Pids of the processes that are up, for the log and for tests. */
  get pids(): number[] {
    return this.#slots.flatMap(({ process }) => (process === null ? [] : [process.pid]))
  }

  /**
   * Allows so many tasks at once until the lease is given back; of several leases the largest counts.
   *
   * @param processes 1 or more
   * @returns gives the lease back; processes that are then too many end once they are idle
   */
  widen(processes: number): () => void {
    const lease = { processes }
    this.#leases.add(lease)
    this.#pump()
    return () => {
      this.#leases.delete(lease)
      this.#letGo()
    }
  }

  /** The task's result, once its turn has come. Aborting the signal takes a waiting task out of the queue at once. */
  run(task: ComputeTask, options: PooledRun): Promise<unknown> {
    if (this.#closed) return Promise.reject(cancelled())
    const waiting: Waiting = { task, options, settle: Promise.withResolvers() }
    this.#queue.push(waiting)
    const leave = (): void => this.#leave(waiting)
    options.signal.addEventListener('abort', leave, { once: true })
    // One signal may be that of a study's thousands of tasks: what has ended must not hang on it.
    const ended = waiting.settle.promise.finally(() => options.signal.removeEventListener('abort', leave))
    if (options.signal.aborted) leave()
    this.#pump()
    return ended
  }

  /** Ends the processes at once; tasks that still wait are cancelled. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiting of this.#queue.splice(0)) waiting.settle.reject(cancelled())
    await Promise.all(this.#slots.splice(0).map((slot) => endOf(slot)))
  }

  get #width(): number {
    return Math.max(1, ...[...this.#leases].map(({ processes }) => processes))
  }

  #leave(waiting: Waiting): void {
    const index = this.#queue.indexOf(waiting)
    if (index < 0) return
    this.#queue.splice(index, 1)
    waiting.settle.reject(cancelled())
  }

  #pump(): void {
    while (this.#busy < this.#width) {
      const next = this.#queue.shift()
      if (next === undefined) return
      this.#busy += 1
      void this.#serve(next)
    }
  }

  async #serve({ task, options, settle }: Waiting): Promise<void> {
    let crashed = false
    try {
      options.onStart?.()
      this.#tell('running')
      settle.resolve(await this.#runOne(task, options))
    } catch (thrown) {
      crashed = thrown instanceof AppError && ['compute-crashed', 'compute-unavailable'].includes(thrown.code)
      settle.reject(thrown)
    }
    this.#busy -= 1
    if (crashed) this.#tell('crashed')
    if (this.#busy > 0) this.#tell('running')
    else if (!crashed) this.#tell('idle')
    this.#pump()
    this.#letGo()
  }

  async #runOne(task: ComputeTask, options: PooledRun): Promise<unknown> {
    const threads = options.threads === undefined ? {} : threadVariables(options.threads)
    const environment = { ...this.#options.environment(task), ...threads, ...options.environment }
    const slot = this.#takeSlot(JSON.stringify(environment))
    try {
      const process = slot.process ?? (await this.#startIn(slot, environment, options.signal))
      return await process.run(task, options)
    } finally {
      slot.busy = false
    }
  }

  /** A process with this environment that is idle; else an empty place, or one whose process has another environment and is let go. */
  #takeSlot(environment: string): Slot {
    const idle = this.#slots.filter(({ busy }) => !busy)
    const warm = idle.find((slot) => slot.process !== null && slot.environment === environment)
    const slot = warm ?? idle.find(({ process }) => process === null) ?? this.#emptySlot(idle)
    slot.busy = true
    slot.environment = environment
    return slot
  }

  #emptySlot(idle: readonly Slot[]): Slot {
    const oldest = this.#slots.length < this.#width ? undefined : idle[0]
    if (oldest === undefined) {
      const slot: Slot = { process: null, environment: '', busy: false }
      this.#slots.push(slot)
      return slot
    }
    void endOf(oldest)
    return oldest
  }

  async #startIn(
    slot: Slot,
    environment: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ComputeWorker> {
    const process = await ComputeWorker.start(this.#options.launcher, environment, signal)
    if (this.#closed) {
      process.kill()
      throw cancelled()
    }
    slot.process = process
    void this.#noteEnd(slot, process)
    return process
  }

  async #noteEnd(slot: Slot, process: ComputeWorker): Promise<void> {
    const end = await process.ended
    // Only a process that is still in use has ended by itself; the others were let go.
    if (slot.process !== process) return
    slot.process = null
    this.#options.log.warn({ pid: process.pid, ...end }, 'a compute process ended by itself')
    // Of one that was at work, the end of its task tells.
    if (slot.busy) return
    this.#tell('crashed')
    if (this.#busy > 0) this.#tell('running')
  }

  /** Ends idle processes that are more than may work at once. */
  #letGo(): void {
    const idle = this.#slots.filter(({ busy }) => !busy)
    for (const slot of idle.slice(0, Math.max(0, this.#slots.length - this.#width))) {
      this.#slots.splice(this.#slots.indexOf(slot), 1)
      void endOf(slot)
    }
  }

  #tell(state: ComputeState): void {
    if (state === this.#state || this.#closed) return
    this.#state = state
    this.#options.onState(state)
  }
}

/** Empties a place. Its process is let go first, so that nobody takes its end for a crash. */
async function endOf(slot: Slot): Promise<void> {
  const { process } = slot
  slot.process = null
  process?.kill()
  await process?.ended
}
