import type { StoreCheck, StoreCounts, StoreSummary } from '../../shared/contract/store.ts'
import type { DatasetStore } from '../../store/datasets/index.ts'
import type { CheckOptions, FileRecord, Store } from '../../store/index.ts'
import type { ModelStore } from '../../store/models/index.ts'
import type { StoreKeeper } from '../storeKeeper/storeKeeper.ts'

export interface StoreServiceOptions {
  store: Store
  keeper: StoreKeeper
  datasets: DatasetStore
  models: ModelStore
}

/** The store as a thing to look after: its check and its copies. */
export class StoreService {
  readonly #options: StoreServiceOptions

  constructor(options: StoreServiceOptions) {
    this.#options = options
  }

  summary(): StoreSummary {
    return this.#options.store.summary()
  }

  async counts(): Promise<StoreCounts> {
    const { store, datasets, models } = this.#options
    const [ofDatasets, ofModels] = await Promise.all([datasets.count(), models.count()])
    return { datasets: ofDatasets, models: ofModels, ...store.counts() }
  }

  check(options: CheckOptions = {}, signal?: AbortSignal): Promise<StoreCheck> {
    return this.#options.keeper.check(options, signal)
  }

  backup(signal?: AbortSignal): Promise<FileRecord> {
    return this.#options.keeper.backup(signal)
  }
}
