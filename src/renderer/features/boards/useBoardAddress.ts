import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** What of the page of boards stands in its address: which board, which of its profiles, and how profiles are drawn. */
export function useBoardAddress() {
  const route = useRoute()
  const router = useRouter()

  /** A part of the view; its usual value does not stand in the address. */
  function part(key: string, usual: string) {
    return computed({
      get: () => String(route.query[key] ?? usual),
      set: (value: string) => {
        const rest = Object.entries(route.query).filter(([one]) => one !== key)
        const query = Object.fromEntries(value === usual ? rest : [...rest, [key, value]])
        void router.replace({ name: 'boards', params: route.params, query })
      },
    })
  }

  /** Goes to a board; of the view, only whether all boards are drawn goes along. */
  async function go(board: string): Promise<void> {
    const query = route.query['boards'] === 'all' ? { boards: 'all' } : {}
    await router.push({ name: 'boards', params: { id: board }, query })
  }

  /** Shows a profile: one of another board is a step that can be taken back. */
  function showProfile(id: string, board: string, isHere: boolean): void {
    const to = { name: 'boards', params: { id: board }, query: { ...route.query, profile: id } }
    void (isHere ? router.replace(to) : router.push(to))
  }

  return {
    asked: computed(() => String(route.params['id'] ?? '')),
    picked: part('profile', ''),
    against: part('against', 'latency'),
    scale: part('scale', 'near'),
    places: part('boards', 'one'),
    go,
    showProfile,
  }
}

export type BoardAddress = ReturnType<typeof useBoardAddress>
