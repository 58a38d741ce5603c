import type { CellGroup, CellState } from '../../../shared/contract/study.ts'

export const cellLetters = { o: 'open', r: 'running', d: 'done', f: 'failed' } as const satisfies Record<
  string,
  CellState
>
export type CellLetter = keyof typeof cellLetters

export const cellStateWords: Readonly<Record<CellState, string>> = {
  open: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
}

export type CellCounts = Record<CellState, number>

/** How many cells of a part of a map are in each state. */
export function countStates(states: string, { first, count }: Pick<CellGroup, 'first' | 'count'>): CellCounts {
  const counts: CellCounts = { open: 0, running: 0, done: 0, failed: 0 }
  for (let at = first; at < Math.min(first + count, states.length); at += 1) {
    const state = cellLetters[states[at] as CellLetter] as CellState | undefined
    if (state !== undefined) counts[state] += 1
  }
  return counts
}

/** A text that changes when one of the rows of a page of cells is another, or in another state: of one state, or of all. */
export function statesShown(
  states: string,
  { state, offset, limit }: { state: CellState | 'all'; offset: number; limit: number },
): string {
  if (state === 'all') return states.slice(offset, offset + limit)
  const numbers: number[] = []
  const letter = letterOf[state]
  for (let at = states.indexOf(letter); at >= 0; at = states.indexOf(letter, at + 1)) {
    numbers.push(at)
    if (numbers.length === offset + limit) break
  }
  return `${state} ${numbers.slice(offset).join(' ')}`
}

const letterOf: Readonly<Record<CellState, CellLetter>> = { open: 'o', running: 'r', done: 'd', failed: 'f' }

/** `12 done, 1 running, 3 waiting`; what there is none of is left out. */
export function countsText(counts: CellCounts): string {
  const order: CellState[] = ['done', 'running', 'failed', 'open']
  const parts = order.filter((state) => counts[state] > 0)
  return parts.map((state) => `${counts[state].toLocaleString('en')} ${cellStateWords[state]}`).join(', ')
}

/** Where each cell of a group is drawn. Cells are squares of `size` with a gap of 1, in rows of `columns`. */
export interface MapLayout {
  size: number
  columns: number
  rows: number
  height: number
}

/** Sizes of a cell's side in pixels, the largest that fits the group into some rows first. */
const sizes = [10, 8, 6, 5, 4, 3, 2]
const mostRows = 3

/** The layout of `count` cells in `width` pixels: as large as three rows allow, else as small as there are. */
export function layOut(count: number, width: number): MapLayout {
  const columnsOf = (size: number): number => Math.max(1, Math.floor((width + 1) / (size + 1)))
  const size = sizes.find((one) => Math.ceil(count / columnsOf(one)) <= mostRows) ?? (sizes.at(-1) as number)
  const columns = columnsOf(size)
  const rows = Math.max(1, Math.ceil(count / columns))
  return { size, columns, rows, height: rows * (size + 1) - 1 }
}

/** The cell of a group at a point of its map; null beside them. */
export function cellAt({ size, columns }: MapLayout, count: number, x: number, y: number): number | null {
  const column = Math.floor(x / (size + 1))
  const index = Math.floor(y / (size + 1)) * columns + column
  return column >= 0 && column < columns && index >= 0 && index < count ? index : null
}
