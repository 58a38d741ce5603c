/** What a JSON text shows before it is parsed. For a text that is not JSON the answer means nothing. */
export interface JsonFigures {
  /** most objects and lists that are open at once */
  depth: number
  /** the first name that an object holds twice */
  repeated: string | undefined
}

/**
 * Depth and repeated names of a JSON text, by one pass without recursion. A parser may be the first to suffer from depth, and
 * `JSON.parse` keeps the last of two values of one name without a word: two readers of one file may then see two models.
 */
export function inspectJson(json: string): JsonFigures {
  const open: Set<string>[] = []
  let depth = 0
  let repeated: string | undefined
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at]
    if (character === '{' || character === '[') depth = Math.max(depth, open.push(new Set()))
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
      const end = endOfString(json, at)
      if (isKey(json, end)) {
        const key = unescaped(json.slice(at, end))
        if (open.at(-1)?.has(key)) repeated ??= key
        open.at(-1)?.add(key)
      }
      at = end - 1
    }
  }
  return { depth, repeated }
}

/** The place behind the closing quote of the string that opens at `at`. */
function endOfString(json: string, at: number): number {
  for (let k = at + 1; k < json.length; k += 1) {
    if (json[k] === '\\') k += 1
    else if (json[k] === '"') return k + 1
  }
  return json.length
}

function isKey(json: string, end: number): boolean {
  let at = end
  while (at < json.length && ' \t\n\r'.includes(json[at] as string)) at += 1
  return json[at] === ':'
}

function unescaped(literal: string): string {
  try {
    return JSON.parse(literal) as string
  } catch {
    return literal
  }
}
