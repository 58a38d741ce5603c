import { isMap, isScalar, isSeq, type Document, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import { behind, blockKey, flowKey, inline } from './yamlText.ts'

export type Path = readonly (string | number)[]

/** A piece of a text that gives way to another. */
export interface TextChange {
  from: number
  to: number
  insert: string
}

type Entry = Pair<Node, Node | null>

/** What makes a text say `wanted` in place of what it says; entries that are the same are not touched. */
export function changesOf(document: Document, text: string, wanted: unknown): TextChange[] {
  const root = document.contents as Node | null
  if (root === null) return [{ from: text.length, to: text.length, insert: lines(wanted, '') }]
  return differences(root, text, wanted, '')
}

/** Changes that do not overlap, in any order. */
export function applied(text: string, changes: readonly TextChange[]): string {
  const fromBehind = [...changes].sort((a, b) => b.from - a.from || b.to - a.to)
  return fromBehind.reduce((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text)
}

/** The text with one key of a mapping called otherwise. */
export function renamed(document: Document, text: string, path: Path, from: string, to: string): string {
  const mapping = path.length === 0 ? document.contents : document.getIn(path, true)
  if (!isMap(mapping)) return text
  const keys = mapping.items.map(({ key }) => keyText(key as Node))
  const key = mapping.items[keys.indexOf(from)]?.key as Node | undefined
  if (key?.range == null || keys.includes(to)) return text
  const insert = mapping.flow === true ? flowKey(to) : blockKey(to)
  return applied(text, [{ from: key.range[0], to: key.range[1], insert }])
}

function differences(node: Node | null, text: string, wanted: unknown, indent: string): TextChange[] {
  if (node?.range == null || same(node.toJSON() as unknown, wanted)) return []
  if (isMap(node) && isRecord(wanted)) return ofMapping(node as YAMLMap<Node, Node | null>, text, wanted)
  if (isSeq(node) && Array.isArray(wanted)) return ofList(node as YAMLSeq<Node>, text, wanted)
  const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true
  const insert = isBlock ? behind(wanted, indent).trimStart() : inline(wanted)
  return [{ from: node.range[0], to: node.range[1], insert }]
}

function ofMapping(node: YAMLMap<Node, Node | null>, text: string, wanted: Record<string, unknown>): TextChange[] {
  const pairs = node.items as Entry[]
  const names = pairs.map(({ key }) => keyText(key))
  const gone = names.filter((name) => !(name in wanted))
  const come = Object.keys(wanted).filter((name) => !names.includes(name))
  if (node.flow === true && gone.length + come.length > 0) {
    const parts = Object.entries(wanted).map(([name, value]) => {
      const pair = pairs[names.indexOf(name)]
      return pair === undefined ? `${flowKey(name)}: ${inline(value)}` : kept(pair, text, value)
    })
    return [whole(node, parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`)]
  }
  if (gone.length === names.length) return [whole(node, behind(wanted, indentOf(text, node)).trimStart())]
  const inner = pairs.flatMap((pair, index) => {
    const name = names[index] as string
    if (!(name in wanted)) return [withoutLines(text, startOf(pair), endOf(pair))]
    if (pair.value === null || isEmpty(pair.value)) {
      return same(wanted[name], null)
        ? []
        : [{ from: endOf(pair), to: endOf(pair), insert: ` ${inline(wanted[name])}` }]
    }
    return differences(pair.value, text, wanted[name], `${indentOf(text, node)}  `)
  })
  const indent = indentOf(text, node)
  const added = come.map((name) => `\n${indent}${blockKey(name)}:${behind(wanted[name], `${indent}  `)}`).join('')
  return added === '' ? inner : [...inner, insertedAfter(text, node, added)]
}

function ofList(node: YAMLSeq<Node>, text: string, wanted: readonly unknown[]): TextChange[] {
  const before = node.items.map((item) => item.toJSON() as unknown)
  const { front, back } = sameEnds(before, wanted)
  const gone = node.items.slice(front, before.length - back)
  const come = wanted.slice(front, wanted.length - back)
  const indent = `${indentOf(text, node)}  `
  if (gone.length === come.length) return gone.flatMap((item, index) => differences(item, text, come[index], indent))
  if (node.flow === true) {
    const piece = (item: Node): string => text.slice(item.range?.[0], item.range?.[1])
    const parts = [
      ...node.items.slice(0, front).map(piece),
      ...come.map(inline),
      ...node.items.slice(before.length - back).map(piece),
    ]
    return [whole(node, `[${parts.join(', ')}]`)]
  }
  if (wanted.length === 0 || front + back === 0) return [whole(node, behind(wanted, indentOf(text, node)).trimStart())]
  const removed = gone.map((item) => withoutLines(text, item.range?.[0] ?? 0, item.range?.[1] ?? 0))
  const added = come.map((value) => `\n${indentOf(text, node)}-${behind(value, indent)}`).join('')
  if (added === '') return removed
  const last = node.items[front - 1]
  return [...removed, last === undefined ? beforeFirst(text, node, added) : insertedAfter(text, last, added)]
}

/** A pair of a mapping in braces, as it is written but for what changes in its value. */
function kept(pair: Entry, text: string, value: unknown): string {
  const start = startOf(pair)
  const inner = differences(pair.value, text, value, '')
  const moved = inner.map(({ from, to, insert }) => ({ from: from - start, to: to - start, insert }))
  return applied(text.slice(start, endOf(pair)), moved)
}

function whole({ range }: Node, insert: string): TextChange {
  return { from: range?.[0] ?? 0, to: range?.[1] ?? 0, insert }
}

/** Takes away the lines of an entry, and those of comments right above it. */
function withoutLines(text: string, from: number, to: number): TextChange {
  let start = lineStart(text, from)
  for (;;) {
    const above = lineStart(text, Math.max(0, start - 1))
    if (start === 0 || !/^[ \t]*#/.test(text.slice(above, start))) break
    start = above
  }
  const end = text.indexOf('\n', to)
  return { from: start, to: end < 0 ? text.length : end + 1, insert: '' }
}

function insertedAfter(text: string, { range }: Node, insert: string): TextChange {
  const end = text.indexOf('\n', Math.max(0, (range?.[1] ?? 1) - 1))
  const at = end < 0 ? text.length : end
  return { from: at, to: at, insert }
}

function beforeFirst(text: string, { range }: Node, insert: string): TextChange {
  const at = lineStart(text, range?.[0] ?? 0)
  return { from: at, to: at, insert: `${insert.slice(1)}\n` }
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

/** The blanks before a node on its line. */
function indentOf(text: string, { range }: Node): string {
  const at = range?.[0] ?? 0
  return ' '.repeat(at - lineStart(text, at))
}

function sameEnds(before: readonly unknown[], after: readonly unknown[]): { front: number; back: number } {
  const most = Math.min(before.length, after.length)
  let front = 0
  while (front < most && same(before[front], after[front])) front += 1
  let back = 0
  while (back < most - front && same(before.at(-1 - back), after.at(-1 - back))) back += 1
  return { front, back }
}

function startOf({ key }: Entry): number {
  return key.range?.[0] ?? 0
}

/** Behind the value, or behind the colon where there is none. */
function endOf({ key, value }: Entry): number {
  return value?.range != null ? value.range[1] : (key.range?.[1] ?? 0) + 1
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1]
}

function keyText(key: Node): string {
  return String(isScalar(key) ? key.value : key.toJSON())
}

function lines(value: unknown, indent: string): string {
  return isRecord(value)
    ? Object.entries(value)
        .map(([key, inner]) => `${indent}${blockKey(key)}:${behind(inner, `${indent}  `)}\n`)
        .join('')
    : inline(value)
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
