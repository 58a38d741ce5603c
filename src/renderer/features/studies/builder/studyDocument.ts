import { LineCounter, parse, parseDocument, type Document } from 'yaml'
import { applied, changesOf, renamed, type Path } from './textChanges.ts'

export type { Path }

/** What a study's text says, as far as the builder needs it; the host alone judges whether it is a study. */
export type StudyDocument =
  | { readable: true; value: Record<string, unknown> }
  | { readable: false; message: string; line: number; column: number }

/** A text as JSON; `readable` is false where it is no mapping in YAML. */
export function readDocument(text: string): StudyDocument {
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, { lineCounter: lines, ...parsing })
    const [fault] = document.errors
    if (fault !== undefined) {
      const { line, col } = lines.linePos(fault.pos[0])
      return { readable: false, message: fault.message.split('\n')[0] ?? '', line, column: col }
    }
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    if (value === null) return { readable: true, value: {} }
    if (isRecord(value)) return { readable: true, value }
    return { readable: false, message: 'A study is a mapping.', line: 1, column: 1 }
  } catch {
    return { readable: false, message: 'The text is nested too deeply.', line: 1, column: 1 }
  }
}

/**
 * The text with one value changed: `undefined` takes it away. Everything else stays as it is written, comments and blank lines too. Where the
 * change cannot be written into the text as it stands (behind an alias, say) the library writes the whole text anew.
 */
export function writeValue(text: string, path: Path, value: unknown): string {
  const document = parseDocument(text, parsing)
  const wanted = withValue(document.toJS() as unknown, path, value)
  const after = applied(text, changesOf(document as Document, text, wanted))
  if (says(after, wanted)) return after
  if (value === undefined) document.deleteIn(path)
  else document.setIn(path, document.createNode(value))
  return document.toString({ lineWidth: 120 })
}

/** The text with a key of the mapping at `path` called otherwise, in its place; as it was where the new name is taken. */
export function renameKey(text: string, path: Path, from: string, to: string): string {
  return renamed(parseDocument(text, parsing) as Document, text, path, from, to)
}

const parsing = { uniqueKeys: true, merge: false } as const

function says(text: string, wanted: unknown): boolean {
  try {
    return JSON.stringify(parse(text, parsing)) === JSON.stringify(wanted)
  } catch {
    return false
  }
}

/** A copy with a value at a path; mappings on the way are made. */
function withValue(whole: unknown, path: Path, value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (Array.isArray(whole)) {
    const copy = whole.map((item) => item as unknown)
    if (value === undefined && rest.length === 0) copy.splice(Number(first), 1)
    else copy[Number(first)] = withValue(copy[Number(first)], rest, value)
    return copy
  }
  const copy = { ...(isRecord(whole) ? whole : {}) }
  const inner = withValue(copy[first], rest, value)
  if (inner === undefined) return Object.fromEntries(Object.entries(copy).filter(([key]) => key !== String(first)))
  return { ...copy, [first]: inner }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
