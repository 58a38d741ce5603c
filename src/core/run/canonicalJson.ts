import canonicalize from 'canonicalize'
import { AppError } from '../../shared/errors.ts'

/** Deeper nesting than any recipe has; also what ends the walk of a value that holds itself. */
const deepest = 64

/**
 * The canonical JSON text of a value by RFC 8785: keys in order of their UTF-16 code units, no blanks, numbers as ECMAScript writes
 * them. Two values have the same text exactly if they are the same JSON.
 *
 * Only what JSON can hold is taken, and nothing is dropped or converted on the way: `undefined`, functions, symbols, big integers,
 * dates, typed arrays, class instances, holes and lone surrogates are errors. So is -0, which RFC 8785 writes as 0: a recipe with
 * -0 may give other numbers than one with 0, and must not have its key.
 *
 * @throws AppError `non-finite-value` for NaN and the infinities, `input-invalid` for everything else, with the place in the value
 */
export function canonicalJson(value: unknown): string {
  assertJson(value, '$', 0)
  return canonicalize(value) as string
}

function assertJson(value: unknown, place: string, depth: number): void {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'number') return assertNumber(value, place)
  if (typeof value === 'string') return assertText(value, place)
  if (typeof value !== 'object') throw notJson(place, typeof value)
  if (depth >= deepest) throw notJson(place, `more than ${deepest} levels`)
  if (Array.isArray(value)) assertArray(value, place, depth)
  else assertObject(value, place, depth)
}

function assertNumber(value: number, place: string): void {
  if (!Number.isFinite(value)) {
    throw new AppError('non-finite-value', `${place} is not a finite number, and JSON holds no other.`, {
      expected: 'a finite number',
      found: String(value),
    })
  }
  if (Object.is(value, -0)) throw notJson(place, '-0, which JSON readers take for 0')
}

function assertText(value: string, place: string): void {
  if (!value.isWellFormed()) throw notJson(place, 'text with half a surrogate pair')
}

function assertArray(value: readonly unknown[], place: string, depth: number): void {
  for (let index = 0; index < value.length; index += 1) assertJson(value[index], `${place}[${index}]`, depth + 1)
}

function assertObject(value: object, place: string, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw notJson(place, `an object of class ${className(value)}`)
  if (Object.getOwnPropertySymbols(value).length > 0) throw notJson(place, 'an object with symbols as keys')
  for (const [key, inner] of Object.entries(value)) {
    assertText(key, `a key of ${place}`)
    assertJson(inner, `${place}.${key}`, depth + 1)
  }
}

function className(value: object): string {
  return value.constructor?.name ?? 'unknown'
}

function notJson(place: string, found: string): AppError {
  return new AppError('input-invalid', `${place} cannot be part of a key.`, {
    expected: 'JSON: null, true, false, finite numbers, text, lists and plain objects',
    found,
  })
}
