import { computed, shallowRef, type ComputedRef } from 'vue'
import { datasetImportedSchema, datasetImportSchema, type DatasetImported } from '../../../shared/contract/dataset.ts'
import type { Job, Progress } from '../../../shared/contract/jobs.ts'
import type { ErrorRecord } from '../../../shared/errors.ts'
import { recordOf } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { useOwnJob } from '../../app/ownJob.ts'

/** An import or a generation, of which this window has one at a time; it goes on whatever this window shows. */
export interface DatasetWork {
  /** of its job; null until that is known */
  readonly id: string | null
  readonly title: string
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  readonly progress: Progress | null
  readonly made: DatasetImported | null
  readonly problem: ErrorRecord | null
  /** paths that it reads; none of a generation */
  readonly files: readonly string[]
}

/** What was refused before it was a job. */
const refused = shallowRef<{ title: string; problem: ErrorRecord } | null>(null)
const asking = shallowRef(false)

export function useDatasetWork(): {
  work: ComputedRef<DatasetWork | null>
  start: (title: string, ask: () => Promise<Job>) => Promise<void>
  cancel: () => void
  forget: () => void
} {
  const { client } = useEngine()
  const own = useOwnJob('dataset')
  const work = computed(() => {
    if (refused.value !== null) return workOf({ ...refused.value, state: 'failed' })
    if (asking.value) return workOf({ title: 'Import', state: 'running' })
    return own.job.value === null ? null : ofJob(own.job.value)
  })
  async function start(title: string, ask: () => Promise<Job>): Promise<void> {
    forget()
    asking.value = true
    own.expect()
    try {
      own.follow(await ask())
    } catch (thrown) {
      own.forget()
      refused.value = { title, problem: recordOf(thrown) }
    } finally {
      asking.value = false
    }
  }
  function forget(): void {
    refused.value = null
    own.forget()
  }
  const cancel = (): void => {
    const id = own.job.value?.id
    // One that has ended meanwhile says so itself.
    if (id !== undefined) void client.jobs.cancel({ id }).catch(() => undefined)
  }
  return { work, start, cancel, forget }
}

function ofJob({ id, title, state, progress, result, error, params }: Job): DatasetWork {
  const given = datasetImportSchema.pick({ train: true, dev: true, test: true }).strip().safeParse(params)
  const files = given.success ? [...given.data.train, ...given.data.dev, ...given.data.test] : []
  if (state === 'queued' || state === 'running') return workOf({ id, title, state: 'running', progress, files })
  if (state === 'cancelled') return workOf({ id, title, state, files })
  const made = datasetImportedSchema.safeParse(result)
  if (state === 'done' && made.success) return workOf({ id, title, state, made: made.data, files })
  return workOf({ id, title, state: 'failed', problem: error, files })
}

function workOf(part: Pick<DatasetWork, 'title' | 'state'> & Partial<DatasetWork>): DatasetWork {
  return { id: null, progress: null, made: null, problem: null, files: [], ...part }
}
