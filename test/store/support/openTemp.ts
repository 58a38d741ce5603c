import { onTestFinished } from 'vitest'
import { openStore, type Store, type StoreOptions } from '../../../src/store/index.ts'
import { tempHome } from './tempHome.ts'

/** An open store in a new home; both go after the test. */
export function openTemp(options: Partial<StoreOptions> = {}): Store {
  const store = openStore({ home: tempHome(), ...options })
  onTestFinished(() => store.close())
  return store
}
