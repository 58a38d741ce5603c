import type { PresetName } from '../../shared/contract/dataset.ts'
import type { Column, Layout } from '../../shared/contract/datasetRules.ts'
import { presets } from './presets.ts'

/** One column as far as a file's head shows it. */
export interface SeenColumn {
  /** the header's name or the key of a JSON line; null without one */
  name: string | null
  values: readonly string[]
}

export interface ColumnFacts {
  distinct: number
  empty: number
  meanLength: number
  /** the most frequent first, at most 20 */
  frequent: { value: string; count: number }[]
}

const labelNames = ['label', 'class', 'category', 'target', 'topic', 'intent', 'sentiment', 'label_text', 'y']
const textNames = [
  'text',
  'sentence',
  'utterance',
  'content',
  'review',
  'message',
  'description',
  'abstract',
  'body',
  'title',
]

/** `jsonl` where the first line is an object, else the separator that the first lines hold oftener. */
export function guessFormat(head: string): 'csv' | 'tsv' | 'jsonl' {
  const lines = head.split('\n', 20).filter((line) => line.trim() !== '')
  if (lines[0]?.trimStart().startsWith('{') === true) return 'jsonl'
  const count = (sign: string): number => lines.reduce((sum, line) => sum + line.split(sign).length - 1, 0)
  return count('\t') >= Math.max(1, lines.length) ? 'tsv' : 'csv'
}

/** Whether the first record names the columns: words that are usual for it, or short ones that differ from all that stands below. */
export function guessHeader(records: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = records
  if (first === undefined) return false
  const names = first.map((field) => field.trim().toLowerCase())
  if (names.some(isNumber)) return false
  if (names.some((name) => labelNames.includes(name) || textNames.includes(name))) return true
  const plain = names.every((name) => name !== '' && name.length <= 40)
  if (!plain || new Set(names).size < names.length || rest.length === 0) return false
  const longest = Math.max(...names.map((_, index) => mean(rest.map((record) => record[index]?.length ?? 0))))
  const recurs = rest.some((record) => record.some((field, index) => field.trim().toLowerCase() === names[index]))
  return !recurs && Math.max(...names.map((name) => name.length)) * 2 < longest
}

export function factsOf({ values }: SeenColumn): ColumnFacts {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const frequent = [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
  return {
    distinct: counts.size,
    empty: values.filter((value) => value.trim() === '').length,
    meanLength: mean(values.map((value) => value.length)),
    frequent: frequent.slice(0, 20),
  }
}

/** True for a column whose values recur and are short, as names of classes do. */
export function looksLikeLabel({ distinct, meanLength }: ColumnFacts, rows: number): boolean {
  return distinct >= 2 && meanLength <= 60 && distinct <= Math.max(2, Math.min(1000, rows / 2))
}

/** Which columns hold the label and the text: by their names where these are usual, else by what stands in them. */
export function guessColumns(columns: readonly SeenColumn[]): Pick<Layout, 'text' | 'label'> {
  const seen = columns.map((column, index) => ({ column, index, facts: factsOf(column) }))
  const rows = columns[0]?.values.length ?? 0
  const labels = seen.filter(({ facts }) => looksLikeLabel(facts, rows))
  const fewest = [...labels].sort((a, b) => a.facts.distinct - b.facts.distinct)[0]
  const label = named(seen, labelNames)[0] ?? fewest ?? seen[0]
  const others = seen.filter((one) => one !== label)
  const usual = named(others, textNames)
  const varied = usual.filter(({ facts }) => !looksLikeLabel(facts, rows))
  const longest = Math.max(0, ...others.map(({ facts }) => facts.meanLength))
  const long = others.filter(({ facts }) => facts.meanLength >= Math.max(1, longest / 2))
  const text = [varied, usual, long, others.slice(0, 1)].find((found) => found.length > 0) ?? []
  const columnOf = (one: (typeof seen)[number]): Column => one.column.name ?? one.index + 1
  return {
    label: label === undefined ? 1 : columnOf(label),
    text: text.length > 0 ? [...text].sort((a, b) => a.index - b.index).map(columnOf) : [2],
  }
}

/** The preset whose files look like this one: no header, as many columns, and no label that it does not know. */
export function guessPreset(columns: readonly SeenColumn[]): PresetName | null {
  if (columns.some(({ name }) => name !== null)) return null
  const fits = (Object.keys(presets) as PresetName[]).filter((name) => {
    const { label, text, classes, labelBase } = presets[name].layout
    const known = classes?.map((one, index) => (labelBase === null ? one : String(index + labelBase))) ?? []
    const labels = new Set(columns[Number(label) - 1]?.values.map((value) => value.trim()) ?? [])
    const wide = Math.max(Number(label), ...text.map(Number)) === columns.length
    return wide && labels.size >= Math.min(3, known.length) && [...labels].every((value) => known.includes(value))
  })
  return fits[0] ?? null
}

function named<T extends { column: SeenColumn }>(columns: readonly T[], names: readonly string[]): T[] {
  const rank = ({ column }: T): number => names.indexOf((column.name ?? '').trim().toLowerCase())
  return columns.filter((one) => rank(one) >= 0).sort((a, b) => rank(a) - rank(b))
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text))
}
