import type { StoreCheck, StoreSummary } from '../../shared/contract/store.ts'
import type { FileRecord, Store } from '../../store/index.ts'

/** The store as a thing to look after: its check and its copies. */
export class StoreService {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  summary(): StoreSummary {
    return this.#store.summary()
  }

  check(options: { quick?: boolean } = {}): StoreCheck {
    return this.#store.check(options)
  }

  backup(): Promise<FileRecord> {
    return this.#store.backup()
  }
}
