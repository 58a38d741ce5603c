import { shallowReadonly, shallowRef, type ShallowRef } from 'vue'
import type { DatasetEvent, DatasetMade } from '../../../shared/contract/dataset.ts'
import type { Progress } from '../../../shared/contract/jobs.ts'
import type { ErrorRecord } from '../../../shared/errors.ts'
import { recordOf } from '../../app/ask.ts'

/** An import or a generation, of which this window has one at a time; it goes on while other pages are shown. */
export interface DatasetWork {
  readonly title: string
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  readonly progress: Progress | null
  readonly made: DatasetMade | null
  readonly problem: ErrorRecord | null
}

const work = shallowRef<DatasetWork | null>(null)
let control = new AbortController()

export function useDatasetWork(): {
  work: Readonly<ShallowRef<DatasetWork | null>>
  start: typeof start
  cancel: () => void
  forget: () => void
} {
  return { work: shallowReadonly(work), start, cancel: () => control.abort(), forget }
}

/** Follows the events until the last; gives what was made, or undefined where it failed or was cancelled. */
async function start(
  title: string,
  ask: (signal: AbortSignal) => Promise<AsyncIterable<DatasetEvent>>,
): Promise<DatasetMade | undefined> {
  control.abort()
  const own = new AbortController()
  control = own
  let now: DatasetWork = { title, state: 'running', progress: null, made: null, problem: null }
  const tell = (part: Partial<DatasetWork>): void => {
    now = { ...now, ...part }
    if (control === own) work.value = now
  }
  tell({})
  try {
    for await (const event of await ask(own.signal)) {
      if (event.type === 'progress') tell({ progress: event.progress })
      else tell({ state: 'done', made: event.made })
    }
  } catch (thrown) {
    const problem = recordOf(thrown)
    if (own.signal.aborted || problem.code === 'cancelled') tell({ state: 'cancelled' })
    else tell({ state: 'failed', problem })
  }
  return now.made ?? undefined
}

function forget(): void {
  if (work.value?.state !== 'running') work.value = null
}
