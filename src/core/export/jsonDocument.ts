import { canonicalJson } from '../run/canonicalJson.ts'

/** Canonical JSON (RFC 8785) and a line end. Half surrogates become U+FFFD and -0 becomes 0, which JSON readers take for it anyway. */
export function jsonDocument(value: unknown): string {
  return `${canonicalJson(cleaned(value))}\n`
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value === 'number') return value === 0 ? 0 : value
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      inner === undefined ? [] : [[key.toWellFormed(), cleaned(inner)]],
    ),
  )
}
