import { cellGroups } from '../../core/study/cellGroups.ts'
import { evaluationOf } from '../quantization/evaluationRuns.ts'
import {
  placedCellSchema,
  type CellGroup,
  type CellState,
  type ShownCell,
  type StudyCells,
} from '../../shared/contract/study.ts'
import type { CellRow, Run, RunRepository, StudyRepository, StudyRow } from '../../store/index.ts'

interface Parts {
  studies: StudyRepository
  runs: RunRepository
}

/** What a page asks for of a study's cells. */
export interface CellsAsked {
  state?: CellState | undefined
  offset: number
  limit: number
}

/** Cells that are read at once to find where groups begin. */
const chunk = 5000

/** A letter a cell, those that are being measured among them. */
export function mapStates({ studies }: Pick<Parts, 'studies'>, id: string, underWay: ReadonlySet<number>): string {
  const letters = [...studies.states(id)]
  for (const number of underWay) if (letters[number] === 'o') letters[number] = 'r'
  return letters.join('')
}

/** The groups of a study's cells as they are stored. */
export function groupsOf({ studies }: Pick<Parts, 'studies'>, { id, cells }: StudyRow): CellGroup[] {
  const all: ReturnType<typeof placedCellSchema.parse>['cell'][] = []
  while (all.length < cells) {
    const some = studies.cells(id, { after: all.length - 1, limit: chunk })
    if (some.length === 0) break
    for (const { coordinates } of some) all.push((coordinates as { cell: (typeof all)[number] }).cell)
  }
  return cellGroups(all)
}

/** One page of cells, in their order. */
export function shownCells(parts: Parts, id: string, underWay: ReadonlySet<number>, asked: CellsAsked): StudyCells {
  const { state, offset, limit } = asked
  if (state === undefined) {
    const cells = parts.studies.cells(id, { offset, limit })
    return { total: parts.studies.counts(id).total, cells: cells.map((cell) => shownCell(parts, cell, underWay)) }
  }
  const letters = mapStates(parts, id, underWay)
  const numbers = numbersOf(letters, letterOf[state])
  const wanted = numbers.slice(offset, offset + limit)
  const cells = wanted.flatMap((number) => parts.studies.cells(id, { after: number - 1, limit: 1 }))
  return { total: numbers.length, cells: cells.map((cell) => shownCell(parts, cell, underWay)) }
}

const letterOf: Readonly<Record<CellState, string>> = { open: 'o', running: 'r', done: 'd', failed: 'f' }

function numbersOf(letters: string, letter: string): number[] {
  const numbers: number[] = []
  for (let at = letters.indexOf(letter); at >= 0; at = letters.indexOf(letter, at + 1)) numbers.push(at)
  return numbers
}

function shownCell(
  { runs }: Parts,
  { number, coordinates, state, runId, error }: CellRow,
  underWay: ReadonlySet<number>,
): ShownCell {
  const run = runId === null ? undefined : runs.get(runId)
  const open = underWay.has(number) ? ('running' as const) : ('open' as const)
  return {
    number,
    coordinates: placedCellSchema.parse(coordinates),
    state: state === 'planned' ? open : state,
    run: run === undefined ? null : figuresOf(run),
    error,
  }
}

function figuresOf(run: Run): ShownCell['run'] {
  const { id, accuracy, interval, n, warnings } = evaluationOf(run)
  return { id, accuracy, interval, n, warnings: warnings.length }
}
