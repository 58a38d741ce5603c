import { basename } from 'node:path'
import type { DatasetEvent, DatasetGenerate, DatasetImport, DatasetImported } from '../../shared/contract/dataset.ts'
import type { HostedKind, Job } from '../../shared/contract/jobs.ts'
import type { ModelImport, ModelImported } from '../../shared/contract/model.ts'
import type { TaskControl } from '../compute/runTask.ts'
import type { DatasetService } from '../dataset/datasetService.ts'
import type { AllowPath } from '../models/allowPath.ts'
import type { StudyService } from '../study/studyService.ts'
import type { JobsService } from './jobs.ts'
import type { ModelService } from './models.ts'

export interface ImportServiceOptions {
  jobs: Pick<JobsService, 'startWork'>
  datasets: DatasetService
  models: ModelService
  study: StudyService
  allowPath: AllowPath
}

/** What brings data in, as jobs: a page that began one may be closed or loaded again, and the work goes on. */
export class ImportService {
  readonly #options: ImportServiceOptions

  constructor(options: ImportServiceOptions) {
    this.#options = options
  }

  /** See the contract, as for the others. */
  async dataset(input: DatasetImport): Promise<Job> {
    const title = await this.#titleOf(input.train[0] as string)
    return this.#start('dataset', title, input, (control) => {
      return made(this.#options.datasets.import(input, control.signal), control)
    })
  }

  generated(input: DatasetGenerate): Job {
    return this.#start('dataset', `Generation of ${input.options.generator}`, input, (control) => {
      return made(this.#options.datasets.generate(input, control.signal), control)
    })
  }

  async model(input: ModelImport): Promise<Job> {
    const title = await this.#titleOf(input.file)
    return this.#start('model', title, input, async (): Promise<ModelImported> => {
      const { model, reused } = await this.#options.models.import(input)
      return { model: model.id, name: model.name, reused }
    })
  }

  async bundle(input: { file: string }): Promise<Job> {
    const title = await this.#titleOf(input.file)
    return this.#start('bundle', title, input, async ({ signal, onWarning }) => {
      const imported = await this.#options.study.importBundle(input, signal)
      for (const warning of imported.warnings) onWarning?.(warning)
      return imported
    })
  }

  /** An upload is called what its file is called. */
  async #titleOf(path: string): Promise<string> {
    return `Import of ${basename(await this.#options.allowPath(path))}`
  }

  #start(kind: HostedKind, title: string, params: unknown, work: (control: TaskControl) => Promise<unknown>): Job {
    return this.#options.jobs.startWork({ kind, title, params }, work)
  }
}

async function made(
  events: AsyncIterable<DatasetEvent>,
  { onProgress, onWarning }: TaskControl,
): Promise<DatasetImported> {
  for await (const event of events) {
    if (event.type === 'progress') {
      onProgress?.(event.progress)
      continue
    }
    const { dataset, reused, drops, warnings } = event.made
    for (const warning of warnings) onWarning?.(warning)
    const texts = dataset.splits.reduce((sum, { rows }) => sum + rows, 0)
    return { dataset: dataset.id, name: dataset.name, reused, texts, dropped: drops.total }
  }
  throw new Error('the events of a dataset ended without the last one')
}
