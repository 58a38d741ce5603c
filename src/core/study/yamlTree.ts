import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  visit,
  type Document,
  type Node,
} from 'yaml'
import type { FileProblem } from './fileProblem.ts'

/** Bounds against files that are broken or meant to do harm. */
export const yamlLimits = {
  /** UTF-16 code units */
  length: 1_000_000,
  depth: 32,
  /** of one mapping; whether a key stands twice is found by comparing each pair */
  keys: 1000,
  /** keys and values in all */
  nodes: 100_000,
  /** what aliases stand for, counted again for each use */
  aliases: 100,
} as const

export interface YamlTree {
  /** plain JSON: mappings as objects */
  value: unknown
  /** where the value of a path stands; for a path that is not there, the nearest part of it that is */
  ofValue: (path: readonly PropertyKey[]) => Place
  /** where the key of a path stands; where there is none, as `ofValue` */
  ofKey: (path: readonly PropertyKey[]) => Place
}

export interface Place {
  line: number
  column: number
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: FileProblem[] }

/**
 * One YAML 1.2 document, or JSON, with the place of each part. Refused are more than the limits allow, tags, directives, merge keys,
 * keys that stand twice, keys that are lists or mappings, and a second document. Depth and size are looked at before the tree is built,
 * because building it recurses, and takes the square of a mapping's keys.
 */
export function parseYaml(text: string): Parsed<YamlTree> {
  if (text.length > yamlLimits.length) {
    return refused({ line: 1, column: 1 }, 'The file is too large.', {
      expected: `at most ${yamlLimits.length} characters`,
      found: `${text.length}`,
    })
  }
  const lines = new LineCounter()
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const bad = tokenProblem(tokens, lines)
  if (bad !== undefined) return { ok: false, problems: [bad] }
  const composer = new Composer({ lineCounter: lines, uniqueKeys: true, strict: true, merge: false })
  const documents = [...composer.compose(tokens, true, text.length)]
  return toTree(documents, lines)
}

function toTree(documents: readonly Document.Parsed[], lines: LineCounter): Parsed<YamlTree> {
  const [document, second] = documents
  if (document === undefined) return refused({ line: 1, column: 1 }, 'The file is empty.')
  if (second !== undefined) {
    return refused(placeOf(lines, second.range[0]), 'The file holds a second document.', {
      hint: 'Make it a file of its own.',
    })
  }
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) {
    const problems = faults.slice(0, 100).map(({ code, message, pos }) => {
      return { message: sentenceOf(code, message), ...placeOf(lines, pos[0]) }
    })
    return { ok: false, problems }
  }
  return toValue(document, lines)
}

function toValue(document: Document.Parsed, lines: LineCounter): Parsed<YamlTree> {
  const root = document.contents as Node | null
  const start = placeOf(lines, root?.range?.[0] ?? 0)
  if (root === null) return refused(start, 'The file is empty.')
  const strange = strangePart(document)
  if (strange !== undefined) return refused(placeOf(lines, strange.offset), strange.message, { found: strange.found })
  let value: unknown
  try {
    value = withoutMinusZero(document.toJS({ maxAliasCount: yamlLimits.aliases }))
  } catch (thrown) {
    if (!(thrown instanceof ReferenceError)) throw thrown
    return refused(start, 'The file’s aliases cannot be resolved.', {
      found: thrown.message,
      hint: 'Write out what they stand for.',
    })
  }
  const at = (path: readonly PropertyKey[], wanted: 'key' | 'value'): Place =>
    placeOf(lines, find(document, path, wanted))
  return { ok: true, value: { value, ofValue: (path) => at(path, 'value'), ofKey: (path) => at(path, 'key') } }
}

/** An alias of nothing, or a key by which objects have what no file gave them. */
function strangePart(document: Document.Parsed): { message: string; found: string; offset: number } | undefined {
  let strange: ReturnType<typeof strangePart>
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) !== undefined) return undefined
      const message = 'An alias stands for nothing that was named before it.'
      strange = { message, found: `*${node.source}`, offset: node.range?.[0] ?? 0 }
      return visit.BREAK
    },
    Pair: (_, { key }) => {
      if (!isScalar(key) || key.value !== '__proto__') return undefined
      strange = { message: 'This key cannot be used.', found: '__proto__', offset: key.range?.[0] ?? 0 }
      return visit.BREAK
    },
  })
  return strange
}

/** The offset of a path's value or key. */
function find(document: Document.Parsed, path: readonly PropertyKey[], wanted: 'key' | 'value'): number {
  let node = document.contents as Node | null
  let offset = node?.range?.[0] ?? 0
  path.forEach((part, depth) => {
    if (isAlias(node)) node = node.resolve(document) ?? null
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      : undefined
    const item = isSeq(node) ? (node.items[Number(part)] as Node | undefined) : undefined
    node = (pair?.value as Node | null | undefined) ?? item ?? null
    const key = (pair?.key as Node | undefined)?.range?.[0]
    const value = node?.range?.[0]
    offset = (depth === path.length - 1 && wanted === 'key' ? key : undefined) ?? value ?? key ?? offset
  })
  return offset
}

/** What is wrong with the tokens, before anything recurses into them. */
function tokenProblem(tokens: readonly CST.Token[], lines: LineCounter): FileProblem | undefined {
  const waiting: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }))
  let nodes = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next
    nodes += 1
    const fault = faultOf(token, depth, nodes)
    if (fault !== undefined) return { ...fault, ...placeOf(lines, token.offset) }
    for (const inner of innerTokens(token)) waiting.push({ token: inner, depth: depth + 1 })
  }
  return undefined
}

function faultOf(token: CST.Token, depth: number, nodes: number): Omit<FileProblem, 'line' | 'column'> | undefined {
  if (token.type === 'directive')
    return { message: 'A study’s file has no directives.', found: token.source.trim().slice(0, 60) }
  if (depth > yamlLimits.depth)
    return { message: 'The file is nested too deeply.', expected: `at most ${yamlLimits.depth} levels` }
  if (nodes > yamlLimits.nodes)
    return { message: 'The file has too many parts.', expected: `at most ${yamlLimits.nodes}` }
  const items = itemsOf(token)
  if (items.length > yamlLimits.keys && token.type !== 'block-seq') {
    return { message: 'A list or mapping is too long.', expected: `at most ${yamlLimits.keys} entries` }
  }
  if (items.some(({ key }) => key !== null && key !== undefined && itemsOf(key).length > 0)) {
    return { message: 'A key is a list or a mapping.', expected: 'a word or a number' }
  }
  return undefined
}

function innerTokens(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value]
  return itemsOf(token).flatMap(({ key, value }) =>
    [key, value].filter((inner) => inner !== null && inner !== undefined),
  )
}

function itemsOf(token: CST.Token): CST.CollectionItem[] {
  return 'items' in token ? token.items : []
}

const sentences: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'This key stands twice in its mapping.',
  TAB_AS_INDENT: 'Lines are indented with blanks, not with tabs.',
  TAG_RESOLVE_FAILED: 'A study’s file has no tags.',
}

function sentenceOf(code: string, message: string): string {
  return sentences[code] ?? `This is not YAML: ${message}${/[.!?]$/.test(message) ? '' : '.'}`
}

/** Readers of JSON take -0 for 0, and keys of runs refuse it. */
function withoutMinusZero(value: unknown, around: readonly object[] = []): unknown {
  if (Object.is(value, -0)) return 0
  if (typeof value !== 'object' || value === null) return value
  if (around.includes(value)) throw new ReferenceError('an alias inside what it stands for')
  const inner = [...around, value]
  if (Array.isArray(value)) return value.map((item) => withoutMinusZero(item, inner))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutMinusZero(item, inner)]))
}

function placeOf(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function refused(
  place: Place,
  message: string,
  more: Pick<FileProblem, 'expected' | 'found' | 'hint'> = {},
): Parsed<never> {
  return { ok: false, problems: [{ message, ...more, ...place }] }
}
