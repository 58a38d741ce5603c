import type { Logger } from 'pino'
import type { ComputeState } from '../../shared/contract/jobs.ts'
import { AppError } from '../../shared/errors.ts'
import type { ComputeLauncher } from '../launcher.ts'
import { cancelled } from './crash.ts'
import { ComputeWorker, type ComputeTask, type RunOptions } from './worker.ts'

export interface SupervisorOptions {
  launcher: ComputeLauncher
  /** The environment for a process started now. Throws `library-missing` or `library-damaged`. */
  environment: () => Readonly<Record<string, string>>
  log: Logger
  onState: (state: ComputeState) => void
}

export interface QueuedRun extends RunOptions {
  /** called when the task's turn has come */
  onStart: () => void
  /** variables over those that every task has; another set of them is another process */
  environment?: Readonly<Record<string, string>>
}

interface Waiting {
  task: ComputeTask
  options: QueuedRun
  settle: PromiseWithResolvers<unknown>
}

/**
 * Runs tasks one after another in one compute process that is kept warm between them. A process that ends under a task fails that
 * task alone; the next one starts a new process.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #queue: Waiting[] = []
  #worker: { process: ComputeWorker; environment: string } | null = null
  #state: ComputeState = 'idle'
  #pumping = false
  #closed = false

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  get state(): ComputeState {
    return this.#state
  }

  /** Pid of the warm process, for the log and for tests; null where there is none. */
  get pid(): number | null {
    return this.#worker?.process.pid ?? null
  }

  /** The task's result, after the tasks before it. Aborting the signal takes a waiting task out of the queue at once. */
  run(task: ComputeTask, options: QueuedRun): Promise<unknown> {
    if (this.#closed) return Promise.reject(cancelled())
    const waiting: Waiting = { task, options, settle: Promise.withResolvers() }
    this.#queue.push(waiting)
    options.signal.addEventListener('abort', () => this.#leave(waiting), { once: true })
    if (options.signal.aborted) this.#leave(waiting)
    void this.#pump()
    return waiting.settle.promise
  }

  /** Ends the process at once; tasks that still wait are cancelled. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiting of this.#queue.splice(0)) waiting.settle.reject(cancelled())
    const worker = this.#worker?.process
    this.#worker = null
    worker?.kill()
    await worker?.ended
  }

  #leave(waiting: Waiting): void {
    const index = this.#queue.indexOf(waiting)
    if (index < 0) return
    this.#queue.splice(index, 1)
    waiting.settle.reject(cancelled())
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return
    this.#pumping = true
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { task, options, settle } = next
      await this.#runOne(task, options).then(settle.resolve, settle.reject)
    }
    this.#pumping = false
  }

  async #runOne(task: ComputeTask, options: QueuedRun): Promise<unknown> {
    options.onStart()
    this.#tell('running')
    try {
      const worker = await this.#warmWorker(options.environment ?? {})
      const result = await worker.run(task, options)
      this.#tell('idle')
      return result
    } catch (thrown) {
      const code = thrown instanceof AppError ? thrown.code : 'internal'
      this.#tell(code === 'compute-crashed' || code === 'compute-unavailable' ? 'crashed' : 'idle')
      throw thrown
    }
  }

  async #warmWorker(own: Readonly<Record<string, string>>): Promise<ComputeWorker> {
    const environment = { ...this.#options.environment(), ...own }
    const key = JSON.stringify(environment)
    if (this.#worker?.environment === key) return this.#worker.process
    this.#worker?.process.kill()
    const process = await ComputeWorker.start(this.#options.launcher, environment)
    if (this.#closed) {
      process.kill()
      throw cancelled()
    }
    this.#worker = { process, environment: key }
    void this.#noteEnd(process)
    return process
  }

  async #noteEnd(process: ComputeWorker): Promise<void> {
    const end = await process.ended
    // Only the process that is still in use has ended by itself; the others were let go.
    if (this.#worker?.process !== process) return
    this.#worker = null
    this.#options.log.warn({ pid: process.pid, ...end }, 'the compute process ended by itself')
    if (this.#state === 'idle') this.#tell('crashed')
  }

  #tell(state: ComputeState): void {
    if (state === this.#state || this.#closed) return
    this.#state = state
    this.#options.onState(state)
  }
}
