import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { Logger } from 'pino'
import { fromTransportError } from '../../shared/contract/failure.ts'
import type { StoreCheck } from '../../shared/contract/store.ts'
import type { StoreKeeperClient } from '../../shared/contract/storeKeeper.ts'
import { AppError } from '../../shared/errors.ts'
import { beginBackup, discardBackup, type CheckOptions, type FileRecord } from '../../store/index.ts'
import { cancelled, keeperCrashError } from '../compute/crash.ts'
import { childEnvironment } from '../compute/environment.ts'
import { KeptProof } from '../doctor/keptProof.ts'
import { KeyedLock } from '../jobs/keyedLock.ts'
import type { ComputeLauncher } from '../launcher.ts'

export interface StoreKeeperOptions {
  home: string
  launcher: ComputeLauncher
  log: Logger
  /** after which a check or a copy is given up, milliseconds; left out: an hour */
  limit_ms?: number
}

const usualLimit_ms = 3_600_000

/**
 * Does what takes long with all of a store, its check and its copies, in a process of its own each, so that the host answers meanwhile.
 *
 * A process and not a thread: one statement of SQLite runs for seconds, a thread inside it cannot be ended, and closing the host would wait for it; a
 * process is killed. A file that leads SQLite into a fault then ends a check and not the host. And a process closes descriptors of its own alone: closing
 * one here would drop every lock that this process holds on the store.
 */
export class StoreKeeper {
  readonly #options: StoreKeeperOptions
  readonly #closed = new AbortController()
  readonly #under = new Set<Promise<unknown>>()
  readonly #copies = new KeyedLock()
  readonly #full: KeptProof<StoreCheck>
  readonly #quick: KeptProof<StoreCheck>

  constructor(options: StoreKeeperOptions) {
    this.#options = options
    this.#full = this.#checks(false)
    this.#quick = this.#checks(true)
  }

  /**
   * Those who ask while such a check is under way wait for the same one; it is ended when the last of them has gone.
   *
   * @throws AppError `cancelled`, `timed-out`, `compute-crashed`, `compute-unavailable`, and what `checkStore` throws
   */
  check({ quick = false }: CheckOptions, signal?: AbortSignal): Promise<StoreCheck> {
    return (quick ? this.#quick : this.#full).get('', { again: true, signal })
  }

  /**
   * One after another. Nothing is left of one that fails or whose caller has gone.
   *
   * @throws AppError `disk-full`, `permission-denied`, `store-damaged`, and those of {@link check}
   */
  backup(signal?: AbortSignal): Promise<FileRecord> {
    const { home } = this.#options
    const stop = AbortSignal.any([this.#closed.signal, ...(signal === undefined ? [] : [signal])])
    const copied = this.#copies.run('', async () => {
      if (stop.aborted) throw cancelled()
      const draft = beginBackup(home, new Date())
      try {
        return await this.#ask((keeper) => keeper.backup({ home, name: draft.name }), stop)
      } catch (thrown) {
        discardBackup(draft)
        throw thrown
      }
    })
    return this.#follow(copied)
  }

  /** Ends what is under way, and waits until it has ended. */
  async close(): Promise<void> {
    this.#closed.abort()
    await Promise.all(this.#under)
  }

  #checks(quick: boolean): KeptProof<StoreCheck> {
    const { home } = this.#options
    return new KeptProof((signal) => {
      const stop = AbortSignal.any([signal, this.#closed.signal])
      return this.#follow(this.#ask((keeper) => keeper.check({ home, quick }), stop))
    })
  }

  #follow<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = work.then(
      () => this.#under.delete(settled),
      () => this.#under.delete(settled),
    )
    this.#under.add(settled)
    return work
  }

  async #ask<T>(call: (keeper: StoreKeeperClient) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw cancelled()
    const process = await this.#options.launcher.launch(childEnvironment(globalThis.process.env), 'store-keeper')
    const limit = AbortSignal.timeout(this.#options.limit_ms ?? usualLimit_ms)
    const stop = AbortSignal.any([signal, limit])
    const kill = (): void => process.kill()
    stop.addEventListener('abort', kill, { once: true })
    if (stop.aborted) kill()
    try {
      const client: StoreKeeperClient = createORPCClient(new RPCLink({ port: process.port }))
      const ended = process.ended.then((end) => ({ end }))
      const first = await Promise.race([answerOf(call(client)), ended])
      if ('answer' in first) return first.answer
      if (signal.aborted) throw cancelled()
      this.#options.log.warn({ pid: process.pid, ...first.end }, 'a process that looks after the store was ended')
      throw limit.aborted ? tookTooLong() : keeperCrashError(first.end)
    } finally {
      stop.removeEventListener('abort', kill)
      kill()
      await process.ended
    }
  }
}

/** A line that breaks is no answer: the process has ended, and its end is told apart from it. */
async function answerOf<T>(asked: Promise<T>): Promise<{ answer: T }> {
  try {
    return { answer: await asked }
  } catch (thrown) {
    if (thrown instanceof ORPCError) throw fromTransportError(thrown)
    return new Promise(() => {})
  }
}

function tookTooLong(): AppError {
  return new AppError('timed-out', 'Looking through the store took too long and was given up.', {
    hint: 'What is stored is as it was. Try again when the disk has less to do.',
  })
}
