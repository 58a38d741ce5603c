import type { StoreCheck } from '../shared/contract/store.ts'
import { AppError, describeError, toErrorRecord } from '../shared/errors.ts'
import { openStore } from './openStore.ts'
import type { CheckOptions, StoreOptions } from './store.ts'
import { storePaths } from './storePaths.ts'

/**
 * Opens a home's store read-only and checks it; a store too damaged to open is a problem in the answer, not an error.
 *
 * @throws AppError `not-found`, `store-newer`, `store-busy`, `permission-denied`, `conflict` (of an earlier version)
 */
export function checkStore(options: Omit<StoreOptions, 'readonly'> & CheckOptions): StoreCheck {
  try {
    const store = openStore({ ...options, readonly: true })
    try {
      return store.check(options)
    } finally {
      store.close()
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'store-damaged') throw error
    const { file } = storePaths(options.home)
    return {
      path: file,
      schemaVersion: 0,
      bytes: 0,
      ok: false,
      problems: [describeError(toErrorRecord(error))],
      jobs: 0,
      runs: 0,
    }
  }
}
