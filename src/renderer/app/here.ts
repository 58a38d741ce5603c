import { onScopeDispose, shallowRef } from 'vue'
import type { PageName } from './pages.ts'

/** The page that was asked for and is not drawn yet; null where none is. The router sets it. */
export const pageAhead = shallowRef<PageName | null>(null)

/**
 * Whether the reader is still at what asks, and not on the way to another page. What leads on once it was waited for asks this first: a
 * reader who has gone elsewhere since stays there.
 */
export function useIsHere(): () => boolean {
  let gone = false
  onScopeDispose(() => (gone = true))
  return () => !gone && pageAhead.value === null
}
