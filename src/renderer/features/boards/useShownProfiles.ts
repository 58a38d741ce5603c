import { computed, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { useAsk } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { profileBefore } from './profileChange.ts'
import type { BoardAddress } from './useBoardAddress.ts'

/** The profiles that the page draws, the one of them that it shows in full, and the one before that it is compared with. */
export function useShownProfiles(name: Readonly<Ref<string | null>>, address: BoardAddress) {
  const router = useRouter()
  const { client } = useEngine()
  const { picked, against, scale, places } = address

  const newest = useAsk(['profile', 'list', 'newest'], () => client.profile.list({ newest: true }))
  const profiles = computed(() => newest.data.value?.profiles ?? [])
  const own = computed(() => profiles.value.filter((one) => one.board.name === name.value))
  const drawn = computed(() => (places.value === 'all' ? profiles.value : own.value))
  const hasMany = computed(() => new Set(profiles.value.map((one) => one.board.name)).size > 1)

  const shownId = computed(() => picked.value || (own.value[0]?.id ?? null))
  const result = useAsk(
    () => ['profile', 'show', shownId.value],
    () => client.profile.show({ profile: shownId.value ?? '' }),
    { enabled: () => shownId.value !== null, keep: true },
  )
  const profile = computed(() => (result.data.value?.id === shownId.value ? result.data.value : undefined))

  const kin = useAsk(
    () => ['profile', 'list', 'kin', profile.value?.board.name, profile.value?.model.fingerprint],
    () => client.profile.list({ board: profile.value!.board.name, model: profile.value!.model.fingerprint }),
    { enabled: () => profile.value !== undefined },
  )
  const before = computed(() =>
    profile.value === undefined || kin.data.value === undefined
      ? undefined
      : profileBefore(profile.value, kin.data.value.profiles),
  )

  /** A point of another board leads there. */
  function show(id: string): void {
    const board = profiles.value.find((one) => one.id === id)?.board.name ?? name.value ?? ''
    address.showProfile(id, board, board === name.value)
  }

  /** The page of exports, with just what is drawn here. */
  function toExports(): void {
    const boards = [...new Set(drawn.value.map((one) => one.board.name))]
    if (boards.length === 0) return
    const query = {
      ...{ kind: 'profiles', boards: boards.join(), against: against.value === 'size' ? 'size' : 'latency' },
      ...(scale.value === 'full' ? { scale: 'full' } : {}),
    }
    void router.push({ name: 'exports', query })
  }

  return { newest, own, drawn, hasMany, shownId, result, profile, before, show, toExports }
}

export type ShownProfiles = ReturnType<typeof useShownProfiles>
