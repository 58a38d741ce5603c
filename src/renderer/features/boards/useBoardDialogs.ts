import { computed, ref } from 'vue'

export type BoardDialog = 'add' | 'profile' | 'trust' | 'signIn' | 'history' | 'remove'

/** Which dialog of the page is open: one at a time, each with a switch of its own. */
export function useBoardDialogs() {
  const dialog = ref<BoardDialog | null>(null)
  const opened = (which: BoardDialog) =>
    computed({ get: () => dialog.value === which, set: (now: boolean) => (dialog.value = now ? which : null) })
  return {
    dialog,
    adding: opened('add'),
    profiling: opened('profile'),
    trusting: opened('trust'),
    signingIn: opened('signIn'),
    history: opened('history'),
    removing: opened('remove'),
  }
}
