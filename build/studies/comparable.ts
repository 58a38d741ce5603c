import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Columns of results.csv that tell when and where a run was made: they differ between two homes that measured the same. */
const ofOneHome = ['run', 'duration_s']

/**
 * The tables of an export as text, by name, without what tells when and where: what two homes that ran the same study have alike to the last
 * byte. Left out are export.json, which lists hashes, and of results.csv the columns `run` and `duration_s`.
 */
export function comparableTables(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => /\.(csv|md|tex)$/.test(name))
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  return Object.fromEntries(
    names.sort().map((name) => [name, name === 'results.csv' ? withoutColumns(read(name)) : read(name)]),
  )
}

/** Which tables of two exports differ. */
export function differingTables(a: string, b: string): string[] {
  const [one, other] = [comparableTables(a), comparableTables(b)]
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name])
}

function withoutColumns(text: string): string {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => cellsOf(line).includes('duration_s'))
  const left = new Set(ofOneHome.map((name) => cellsOf(lines[start] ?? '').indexOf(name)))
  return lines
    .map((line, index) =>
      index < start
        ? line
        : cellsOf(line)
            .filter((_, column) => !left.has(column))
            .join(','),
    )
    .join('\n')
}

/** The cells of a line of CSV, quotes kept. No cell of an export holds a line break. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell]) => cell ?? '')
}
