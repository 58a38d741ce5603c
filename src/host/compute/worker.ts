import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { computeEventSchema, type ComputeClient, type ComputeEvent } from '../../shared/contract/compute.ts'
import { jobKinds } from '../../shared/contract/jobKinds.ts'
import type { JobKind } from '../../shared/contract/jobs.ts'
import { AppError } from '../../shared/errors.ts'
import type { ComputeEnd, ComputeLauncher, ComputeProcess } from '../launcher.ts'
import { cancelled, crashError, startError } from './crash.ts'

export interface ComputeTask {
  id: string
  kind: JobKind
  params: unknown
}

export type Told = Extract<ComputeEvent, { type: 'progress' | 'warning' }>

export interface RunOptions {
  signal: AbortSignal
  onEvent: (event: Told) => void
}

const startLimit_ms = 30_000
/** How long a job may take to come to its next step after it was cancelled; then its process is killed. */
export const cancelLimit_ms = 3_000

/** One compute process and the contract's client to it. Runs one task at a time. */
export class ComputeWorker {
  readonly #process: ComputeProcess
  readonly #client: ComputeClient

  private constructor(process: ComputeProcess) {
    this.#process = process
    this.#client = createORPCClient(new RPCLink({ port: process.port }))
  }

  /**
   * Aborting the signal ends a process that is not up yet: on a busy machine that may take long, and whoever stops has nothing to wait for.
   *
   * @throws AppError `compute-unavailable` where the process does not come up, `cancelled`
   */
  static async start(
    launcher: ComputeLauncher,
    environment: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ComputeWorker> {
    if (signal.aborted) throw cancelled()
    const process = await launcher.launch(environment)
    const worker = new ComputeWorker(process)
    const kill = (): void => process.kill()
    const limit = setTimeout(kill, startLimit_ms)
    const died = process.ended.then((end) => Promise.reject(signal.aborted ? cancelled() : startError(end)))
    signal.addEventListener('abort', kill, { once: true })
    if (signal.aborted) kill()
    try {
      await Promise.race([worker.#client.hello({}).catch(() => died), died])
    } finally {
      clearTimeout(limit)
      signal.removeEventListener('abort', kill)
    }
    return worker
  }

  get pid(): number {
    return this.#process.pid
  }

  get ended(): Promise<ComputeEnd> {
    return this.#process.ended
  }

  kill(): void {
    this.#process.kill()
  }

  /**
   * Runs a task and gives its result, parsed by the schema of its kind. Aborting the signal asks the job to stop, and kills the
   * process where it does not within three seconds. Throws the job's own AppError, `cancelled`, or `compute-crashed`.
   */
  async run(task: ComputeTask, options: RunOptions): Promise<unknown> {
    if (options.signal.aborted) throw cancelled()
    const stop = this.#stopOnAbort(task.id, options.signal)
    const ended = this.#process.ended.then(() => Promise.reject(new BrokenStream()))
    try {
      return await Promise.race([this.#follow(task, options.onEvent), ended])
    } catch (thrown) {
      throw thrown instanceof BrokenStream ? await this.#explain(options.signal) : thrown
    } finally {
      stop()
    }
  }

  #stopOnAbort(id: string, signal: AbortSignal): () => void {
    let limit: NodeJS.Timeout | undefined
    let again: NodeJS.Timeout | undefined
    const ask = (): void => void this.#client.cancel({ id }).catch(() => {})
    const stop = (): void => {
      limit = setTimeout(() => this.kill(), cancelLimit_ms)
      // More than once: the first may arrive before the job itself does, and would find nothing to stop.
      again = setInterval(ask, 200)
      ask()
    }
    signal.addEventListener('abort', stop, { once: true })
    return () => {
      clearTimeout(limit)
      clearInterval(again)
      signal.removeEventListener('abort', stop)
    }
  }

  async #follow(task: ComputeTask, onEvent: (event: Told) => void): Promise<unknown> {
    for await (const raw of await this.#stream(task)) {
      const event = computeEventSchema.parse(raw)
      if (event.type === 'result') return jobKinds[task.kind].result.parse(event.result)
      if (event.type === 'failed') throw AppError.fromRecord(event.error)
      onEvent(event)
    }
    throw new BrokenStream()
  }

  async *#stream(task: ComputeTask): AsyncGenerator<ComputeEvent> {
    try {
      yield* await this.#client.run(task)
    } catch (cause) {
      throw new BrokenStream(cause)
    }
  }

  /** A stream that ended without a last event leaves a process in an unknown state: it is ended, and its end is the answer. */
  async #explain(signal: AbortSignal): Promise<AppError> {
    this.kill()
    const end = await this.#process.ended
    return signal.aborted ? cancelled() : crashError(end)
  }
}

class BrokenStream extends Error {
  constructor(cause?: unknown) {
    super('the stream of a job ended without a result', { cause })
  }
}
