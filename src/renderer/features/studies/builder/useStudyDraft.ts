import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { readDocument, renameKey, writeValue, type Path } from './studyDocument.ts'
import type { Raw } from './studyForm.ts'

/** A study that is being written. Its text is the truth: the form shows what it says and writes into it. */
export interface StudyDraft {
  readonly text: Ref<string>
  /** what the text says; while it cannot be read, what it said last */
  readonly value: Readonly<Ref<Raw>>
  /** where the text cannot be read */
  readonly fault: ComputedRef<{ message: string; line: number; column: number } | null>
  set(path: Path, value: unknown): void
  rename(path: Path, from: string, to: string): void
}

export function useStudyDraft(initial: string): StudyDraft {
  const text = ref(initial)
  const read = computed(() => readDocument(text.value))
  const value = ref<Raw>({})
  watch(read, (now) => now.readable && (value.value = now.value), { immediate: true, flush: 'sync' })
  const fault = computed(() => (read.value.readable ? null : read.value))
  return {
    text,
    value,
    fault,
    set: (path, given) => {
      if (fault.value === null) text.value = writeValue(text.value, path, given)
    },
    rename: (path, from, to) => {
      if (fault.value === null && from !== to && to !== '') text.value = renamed(text.value, path, from, to)
    },
  }
}

/** A part called otherwise, and what speaks of it: the axes, exclusions and questions name parts. */
function renamed(text: string, path: Path, from: string, to: string): string {
  const after = renameKey(text, path, from, to)
  const axis = { models: 'model', recipes: 'recipe', compositions: 'composition' }[String(path.at(-1))]
  const read = readDocument(after)
  if (after === text || axis === undefined || !read.readable) return after
  const turn = (value: unknown): unknown => (value === from ? to : value)
  const turnList = (value: unknown): unknown => (Array.isArray(value) ? value.map(turn) : value)
  const { grid, exclude, questions } = read.value
  let now = after
  const change = (place: Path, before: unknown, value: unknown): void => {
    if (JSON.stringify(before) !== JSON.stringify(value)) now = writeValue(now, place, value)
  }
  const values = (grid as Raw | undefined)?.[axis]
  change(['grid', axis], values, turnList(values))
  for (const [index, one] of entriesOf(exclude)) change(['exclude', index, axis], one[axis], turn(one[axis]))
  for (const [index, one] of entriesOf(questions)) {
    if (one['compare'] === axis) change(['questions', index, 'against'], one['against'], turn(one['against']))
    const only = (one['only'] as Raw | undefined)?.[axis]
    change(['questions', index, 'only', axis], only, turnList(only))
  }
  return now
}

function entriesOf(list: unknown): [number, Raw][] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item, index) =>
    typeof item === 'object' && item !== null ? [[index, item as Raw] as [number, Raw]] : [],
  )
}
