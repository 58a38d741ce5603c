import { ulid } from 'ulid'
import type { JobParams } from '../../shared/contract/jobKinds.ts'
import type { JobKind, Progress } from '../../shared/contract/jobs.ts'
import { AppError } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import type { Pool } from './pool.ts'
import type { Told } from './worker.ts'

export type TaskEnd = 'done' | 'failed' | 'cancelled'

/** One piece of work for a compute process, with what the host does around it. */
export interface PooledTask<K extends JobKind, T> {
  kind: K
  params: JobParams<K>
  /** variables of the process, over those that every task has */
  environment?: Readonly<Record<string, string>> | undefined
  /** Turns what the process gave into the task's result; what it throws is the task's error. */
  finish: (result: unknown, warnings: Warning[]) => Promise<T>
  /** Called when the task has ended, however it did. */
  ended?: ((end: TaskEnd) => Promise<void>) | undefined
}

/** Who waits for a task, and how it is told; a row in the table of jobs is none of this. */
export interface TaskControl {
  signal: AbortSignal
  onStart?: (() => void) | undefined
  onProgress?: ((progress: Progress) => void) | undefined
  onWarning?: ((warning: Warning) => void) | undefined
  /** of the process; left out: as the environment of this program says, else one a core */
  threads?: number | undefined
}

/** Runs a task in the pool, from its place in the queue to its result. Throws the task's own error, `cancelled`, or `compute-crashed`. */
export async function runTask<K extends JobKind, T>(
  pool: Pool,
  task: PooledTask<K, T>,
  { signal, onStart, onProgress, onWarning, threads }: TaskControl,
): Promise<T> {
  const warnings: Warning[] = []
  const onEvent = (event: Told): void => {
    if (event.type === 'progress') return onProgress?.(event.progress)
    warnings.push(event.warning)
    onWarning?.(event.warning)
  }
  const { kind, params, environment } = task
  let end: TaskEnd = 'failed'
  try {
    const result = await pool.run({ id: ulid(), kind, params }, { signal, onEvent, onStart, environment, threads })
    const finished = await task.finish(result, warnings)
    end = 'done'
    return finished
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'cancelled') end = 'cancelled'
    throw thrown
  } finally {
    await task.ended?.(end).catch((err: unknown) => pool.log.error({ err }, 'what a task left could not be tidied up'))
  }
}
