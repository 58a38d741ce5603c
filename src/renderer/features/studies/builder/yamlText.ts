import { Document, isCollection } from 'yaml'

/** Entries that stand on one line, in characters. */
const lineRoom = 110

/** A value as it is written on one line: `{ kind: qwerty, level: 0.05 }`, `[8, 4]`. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value !== 'object' || value === null) return flowScalar(value)
  const entries = Object.entries(value).map(([key, inner]) => `${flowKey(key)}: ${inline(inner)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

/** What stands behind a key or a dash: ` 4` on its line, or lines of their own where it is long. */
export function behind(value: unknown, indent: string): string {
  const one = inline(value)
  const isLong = typeof value === 'object' && value !== null && one.length > lineRoom
  if (!isLong) return ` ${one}`
  const entries = Array.isArray(value) ? value.map((item) => item as unknown) : Object.entries(value)
  const lines = entries.map((entry) => {
    if (Array.isArray(value)) return `\n${indent}-${behind(entry, `${indent}  `)}`
    const [key, inner] = entry as [string, unknown]
    return `\n${indent}${blockKey(key)}:${behind(inner, `${indent}  `)}`
  })
  return lines.join('')
}

/** A key at the beginning of a line. */
export function blockKey(key: string): string {
  const text = new Document({ [key]: 0 }).toString({ lineWidth: 0 }).trimEnd()
  return text.slice(0, text.lastIndexOf(':'))
}

/** A key between braces. */
export function flowKey(key: string): string {
  const text = flowed({ [key]: 0 })
  return text.slice(1, text.lastIndexOf(':'))
}

function flowScalar(value: unknown): string {
  return flowed([value]).slice(1, -1)
}

function flowed(value: object): string {
  const document = new Document(value)
  if (isCollection(document.contents)) document.contents.flow = true
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trim()
}
