/** Ends everything that a suite has started, side by side: what one of them does not manage leaves nothing of the others. The first fault is thrown once all have ended. */
export async function endAll(...ends: readonly (() => unknown)[]): Promise<void> {
  const all = await Promise.allSettled(ends.map(async (end) => end()))
  for (const one of all) if (one.status === 'rejected') throw one.reason
}
