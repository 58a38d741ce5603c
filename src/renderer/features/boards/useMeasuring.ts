import { computed, type Ref } from 'vue'
import type { BoardEntry } from '../../../shared/contract/boardCalls.ts'
import type { ProfileStartInput } from '../../../shared/contract/profile.ts'
import { useAct } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { askedOf, endWords, jobOn, lastJobOn } from './boardJobs.ts'
import { onlyAnswers } from './secrets.ts'
import { useQuietAct } from './useQuietAct.ts'
import type { BoardAddress } from './useBoardAddress.ts'
import type { ShownProfiles } from './useShownProfiles.ts'

/** The measurement of a board that is under way, what came of the last one, and the ways to start, repeat and stop one. */
export function useMeasuring(
  board: Readonly<Ref<BoardEntry | undefined>>,
  { own, profile }: Pick<ShownProfiles, 'own' | 'profile'>,
  { picked }: Pick<BoardAddress, 'picked'>,
) {
  const { client, live } = useEngine()
  const start = useQuietAct((input: ProfileStartInput) => client.profile.start({ ...input, secrets: onlyAnswers }))
  const stop = useAct((id: string) => client.jobs.cancel({ id }))

  const job = computed(() => (board.value === undefined ? undefined : jobOn(live.value.jobs, board.value.name)))
  const lastJob = computed(() => (board.value === undefined ? undefined : lastJobOn(live.value.jobs, board.value.name)))
  const emulated = computed(() =>
    job.value === undefined ? profile.value?.emulated === true : board.value?.description?.facts.emulated === true,
  )
  const failures = computed(() =>
    lastJob.value === undefined || job.value !== undefined || board.value === undefined
      ? []
      : endWords(lastJob.value, board.value.name, own.value[0]?.created ?? ''),
  )
  const canAgain = computed(
    () => board.value?.trust === 'trusted' && lastJob.value !== undefined && askedOf(lastJob.value) !== null,
  )

  /** Whether it was started; then the page shows the newest profile, which this one will be. */
  async function begin(input: ProfileStartInput): Promise<boolean> {
    if ((await start.act(input)) === undefined) return false
    picked.value = ''
    return true
  }
  /** Measures once more what the page shows. */
  async function repeat(): Promise<void> {
    const before = profile.value
    if (before === undefined || job.value !== undefined) return
    const { settings, model, board: at, dataset } = before
    await begin({
      ...{ boards: [at.name], models: [model.fingerprint], secrets: onlyAnswers, dataset: dataset.name },
      ...settings,
    })
  }
  /** Asks once more for what came to nothing here. */
  async function measureAgain(): Promise<void> {
    const asked = lastJob.value === undefined ? null : askedOf(lastJob.value)
    if (asked === null || job.value !== undefined || board.value === undefined) return
    await begin({ ...asked, boards: [board.value.name], secrets: onlyAnswers })
  }
  function stopNow(): void {
    if (job.value !== undefined) void stop.act(job.value.id)
  }

  return {
    ...{ problem: start.problem, busy: start.busy, forget: start.forget, letGo: start.letGo },
    ...{ job, emulated, failures, canAgain, begin, repeat, measureAgain, stop: stopNow },
  }
}
