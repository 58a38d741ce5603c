import { computed, toValue, type Component, type MaybeRefOrGetter } from 'vue'
import {
  Boxes,
  ChartLine,
  Command as CommandIcon,
  Database,
  FlaskConical,
  Grid3x3,
  SlidersHorizontal,
} from '@lucide/vue'
import { useRouter } from 'vue-router'
import { useAsk } from './ask.ts'
import { useEngine } from './engine.ts'
import { nearest } from './nearNames.ts'
import { pageNames, pagePlaces } from './pages.ts'
import { offeredCommands, type Command } from './shortcuts.ts'

export interface PaletteEntry {
  id: string
  icon: Component
  title: string
  /** what it is */
  kind: string
  keys?: string | undefined
  run: () => void
}

/** A ULID, or enough of its end or beginning to mean a run. */
const runId = /^[0-9a-hjkmnp-tv-z]{8,26}$/i
/** Entries that are shown at once. */
const shown = 40

/** What the palette finds for a text: commands of the page, pages, and things of the home by their names; a run by its id. */
export function usePaletteEntries(
  typed: MaybeRefOrGetter<string>,
  open: MaybeRefOrGetter<boolean>,
  own: () => Command[],
) {
  const { client } = useEngine()
  const router = useRouter()
  const enabled = () => toValue(open)
  const studies = useAsk(['study', 'list'], () => client.study.list({}), { enabled })
  const models = useAsk(['model', 'list'], () => client.model.list({}), { enabled })
  const datasets = useAsk(['dataset', 'list'], () => client.dataset.list({}), { enabled })
  const sets = useAsk(['calibration', 'list'], () => client.calibration.list({}), { enabled })
  const sought = computed(() => toValue(typed).trim())
  const run = useAsk(
    () => ['run', 'show', sought.value],
    () => client.run.show({ run: sought.value.toUpperCase() }),
    { enabled: () => enabled() && runId.test(sought.value) },
  )

  const go = (path: string) => () => void router.push(path)
  const pages = pageNames.map((name): PaletteEntry => {
    const { title, icon, letter } = pagePlaces[name]
    return { id: `page ${name}`, icon, title, kind: 'page', keys: `G ${letter.toUpperCase()}`, run: go(`/${name}`) }
  })
  const things = computed((): PaletteEntry[] => [
    ...(studies.data.value ?? []).flatMap(({ id, name }): PaletteEntry[] => [
      { id: `study ${id}`, icon: Grid3x3, title: name, kind: 'study', run: go(`/studies/${id}`) },
      { id: `results ${id}`, icon: ChartLine, title: name, kind: 'results', run: go(`/results/${id}`) },
    ]),
    ...(models.data.value?.models ?? []).map(({ id, name }): PaletteEntry => ({
      id: `model ${id}`,
      icon: Boxes,
      title: name,
      kind: 'model',
      run: go(`/models/${id}`),
    })),
    ...(datasets.data.value?.datasets ?? []).map(({ id, name }): PaletteEntry => ({
      id: `dataset ${id}`,
      icon: Database,
      title: name,
      kind: 'dataset',
      run: go(`/datasets/${id}`),
    })),
    ...(sets.data.value?.sets ?? []).flatMap(({ id, name }): PaletteEntry[] =>
      name === null
        ? []
        : [
            {
              id: `set ${id}`,
              icon: SlidersHorizontal,
              title: name,
              kind: 'calibration set',
              run: go(`/calibration/${id}`),
            },
          ],
    ),
  ])
  const commands = computed(() =>
    [...offeredCommands(), ...own()].map(({ id, title, keys, run: act }): PaletteEntry => ({
      id: `command ${id}`,
      icon: CommandIcon,
      title,
      kind: 'command',
      keys,
      run: act,
    })),
  )
  const runs = computed((): PaletteEntry[] => {
    const id = run.data.value?.run.id
    return id === undefined
      ? []
      : [{ id: `run ${id}`, icon: FlaskConical, title: id, kind: 'run', run: go(`/results?run=${id}`) }]
  })

  return computed(() => [
    ...runs.value,
    ...nearest([...commands.value, ...pages, ...things.value], sought.value, ({ title }) => title, shown),
  ])
}
