import { decodeModel } from '../../core/model/modelFile.ts'
import type {
  ModelExport,
  ModelExported,
  ModelImport,
  ModelList,
  ModelMade,
  ModelRecord,
  ModelRemoved,
} from '../../shared/contract/model.ts'
import { withFileFailures } from '../../store/datasets/index.ts'
import type { ModelStore } from '../../store/models/index.ts'
import type { AllowPath } from '../models/allowPath.ts'
import { exportedFiles } from '../models/exportedFiles.ts'
import { importModel } from '../models/importModel.ts'
import { writeNewFile } from '../models/userFiles.ts'

export interface ModelServiceOptions {
  home: string
  models: ModelStore
  allowPath: AllowPath
  allowTarget: AllowPath
}

/** The stage `model` of the contract. */
export class ModelService {
  readonly #options: ModelServiceOptions

  constructor(options: ModelServiceOptions) {
    this.#options = options
  }

  async list(): Promise<ModelList> {
    const { models, damaged } = await this.#options.models.list()
    return { models: models.map(({ record }) => record), damaged }
  }

  async show(reference: string): Promise<ModelRecord> {
    return (await this.#options.models.find(reference)).record
  }

  remove(reference: string): Promise<ModelRemoved> {
    return withFileFailures('The home folder', () => this.#options.models.remove(reference))
  }

  async import(input: ModelImport): Promise<ModelMade> {
    const { allowPath } = this.#options
    const file = await allowPath(input.file)
    const vocabulary = input.vocabulary === undefined ? undefined : await allowPath(input.vocabulary)
    return importModel({ ...input, file, vocabulary }, this.#options)
  }

  /** Writes the files of a layout; what is there already is refused before anything is written. */
  async export({ model, layout, file, overwrite }: ModelExport): Promise<ModelExported> {
    const path = await this.#options.allowTarget(file)
    const stored = await this.#options.models.find(model)
    const bytes = await this.#options.models.read(stored)
    const planned = exportedFiles(decodeModel(bytes), bytes, layout, path)
    return { files: await writeNewFile(planned, overwrite) }
  }
}
