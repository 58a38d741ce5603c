import { AppError } from '../../shared/errors.ts'

/** One text of a split. Its id names the source and the record it came from (`train:17`) and is what its noise depends on. */
export interface Row {
  id: string
  /** index into the dataset's classes */
  label: number
  text: string
}

/** A row as its line in `<split>.jsonl`, with the line's end. The keys' order is part of the format: the bytes are hashed. */
export function rowLine(row: Row): string {
  return `{"id":${JSON.stringify(row.id)},"label":${row.label},"text":${JSON.stringify(row.text)}}\n`
}

/** @throws AppError `store-damaged` */
export function parseRow(line: string, classes: number): Row {
  const row = tryParse(line)
  if (typeof row?.id === 'string' && typeof row.text === 'string' && isClass(row.label, classes)) return row as Row
  throw new AppError('store-damaged', 'A row of a dataset cannot be read.', {
    expected: `{"id": text, "label": 0 to ${classes - 1}, "text": text}`,
    found: line.slice(0, 100),
  })
}

function tryParse(line: string): Partial<Row> | null {
  try {
    return JSON.parse(line) as Partial<Row> | null
  } catch {
    return null
  }
}

function isClass(label: unknown, classes: number): boolean {
  return Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes
}
