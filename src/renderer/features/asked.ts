import type { useAsk } from '../app/ask.ts'

/** What {@link useAsk} gives, for a component that shows an answer that its page has asked for. */
export type Asked<T> = ReturnType<typeof useAsk<T>>
