import { stringify } from 'csv-stringify/sync'
import { plainText } from '../../shared/charts/shownName.ts'
import type { DataTable } from './dataTable.ts'

/** What a spreadsheet takes for the start of a formula, also in full width (OWASP, "CSV Injection"). */
const formulaStart = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]/

/** Text that a spreadsheet shows and does not run, on one line and without control characters. Numbers stay numbers. */
export function csvText(text: string): string {
  const plain = plainText(text)
  return formulaStart.test(plain) ? `'${plain}` : plain
}

/**
 * RFC 4180 with lines ended by CR LF, after one line a fact of what made it, each begun with `# `. Nothing stands for null.
 *
 * @param provenance plain lines without quotes or commas that a reader of comments would mind
 */
export function csvDocument({ columns, rows }: DataTable, provenance: readonly string[]): string {
  const comment = provenance.map((line) => `# ${line}\r\n`).join('')
  const cell = (value: string | number | null) => (typeof value === 'string' ? csvText(value) : value)
  return comment + stringify([columns.map(csvText), ...rows.map((row) => row.map(cell))], { record_delimiter: '\r\n' })
}
