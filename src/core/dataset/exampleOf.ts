import type { DropReason } from '../../shared/contract/datasetRecord.ts'
import type { Column, Layout } from '../../shared/contract/datasetRules.ts'
import { AppError } from '../../shared/errors.ts'
import { nearestName } from './nearestName.ts'

export interface Example {
  label: string
  text: string
}

/** What a record of a file gives: an example, or why it gives none. */
export type Reading = Example | { drop: DropReason }
export type ReadRecord<T> = (record: T) => Reading

/**
 * The reader of records that are lists of fields.
 *
 * @param header names of the columns, or null; their number is then the first record's
 * @throws AppError `input-invalid` where a column is not there, with the nearest name
 */
export function fieldReader(layout: Layout, header: readonly string[] | null, width: number): ReadRecord<string[]> {
  const text = layout.text.map((column) => columnIndex(column, header, width))
  const label = columnIndex(layout.label, header, width)
  return (fields) => {
    if (fields.length !== width) return { drop: 'column-count' }
    return toExample(
      fields[label] as string,
      text.map((index) => fields[index] as string),
      layout.join,
    )
  }
}

/** The reader of JSON objects. That a key is there is looked at on the first object alone; later ones may lack it. */
export function objectReader(layout: Layout, first: object): ReadRecord<object> {
  const text = layout.text.map((column) => keyOf(column, first))
  const label = keyOf(layout.label, first)
  return (object) => {
    const values = [label, ...text].map((key) => scalar(object, key))
    if (values.includes(null)) return { drop: 'not-text' }
    const [name, ...parts] = values as string[]
    return toExample(name as string, parts, layout.join)
  }
}

/** The label loses blanks at its ends, which cannot be seen; the text stays as it is. */
function toExample(label: string, parts: string[], join: string): Reading {
  const name = label.trim()
  if (name === '') return { drop: 'no-label' }
  if (parts.every((part) => part.trim() === '')) return { drop: 'no-text' }
  return { label: name, text: parts.join(join) }
}

function columnIndex(column: Column, header: readonly string[] | null, width: number): number {
  if (typeof column === 'number') {
    if (column <= width) return column - 1
    throw missing(`There is no column ${column}.`, `a number from 1 to ${width}`, undefined)
  }
  const index = header?.indexOf(column) ?? -1
  if (index >= 0) return index
  if (header === null) {
    throw missing(
      `There is no column ${JSON.stringify(column)}, because the file is read without a header.`,
      'a column by its number',
      undefined,
    )
  }
  throw missing(`There is no column ${JSON.stringify(column)}.`, listOf(header), nearestName(column, header))
}

/** In JSON a column's number is a key like any other. */
function keyOf(column: Column, first: object): string {
  const key = String(column)
  if (Object.hasOwn(first, key)) return key
  const keys = Object.keys(first)
  throw missing(`The first line has no key ${JSON.stringify(key)}.`, listOf(keys), nearestName(key, keys))
}

function missing(message: string, expected: string, nearest: string | undefined): AppError {
  const hint = nearest === undefined ? undefined : `The nearest is ${JSON.stringify(nearest)}.`
  return new AppError('input-invalid', message, { expected, hint })
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => JSON.stringify(name.slice(0, 60)))
  return `one of ${shown.join(', ')}${names.length > 20 ? ', …' : ''}`
}

/** Numbers and truth values as JSON writes them; a key that is missing or null is the empty text; null for what is no text. */
function scalar(object: object, key: string): string | null {
  const value: unknown = Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : ''
  if (typeof value === 'string') return value
  if (value === null) return ''
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}
