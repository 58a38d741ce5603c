import { useAsk } from './ask.ts'
import { useEngine } from './engine.ts'

/** How large the home's store is now; undefined until the host has said it. */
export function useStoreSummary() {
  const { client } = useEngine()
  return useAsk(['store', 'summary'], () => client.store.summary({})).data
}
