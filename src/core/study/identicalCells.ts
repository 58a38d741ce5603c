import type { Warning } from '../../shared/units.ts'
import { noiseText, shiftText } from './axes.ts'
import type { StudyCell } from './expandStudy.ts'

/** What is compared: a cell, its run, and the checksum of all that it gave for each text. */
export interface ScoredCell {
  cell: StudyCell
  run: string
  scores: string | undefined
}

const mostNamed = 20

/** `disc, seed 1, ours, W4 A4 C4, balanced, draw 3, qwerty:0.05` */
export function cellName(cell: StudyCell): string {
  const { model, seed, recipe, bits, composition, draw, noise, shift } = cell
  const quantized =
    recipe === null ? ['float'] : [recipe, bits.label, ...(composition === null ? [] : [composition, `draw ${draw}`])]
  const changed = [noiseText(noise), ...(shift === null ? [] : [shiftText(shift)])]
  return [model, ...(seed === null ? [] : [`seed ${seed}`]), ...quantized, ...changed].join(', ')
}

/**
 * Cells under different conditions that gave every figure of every text alike, bit for bit: most likely a condition did not reach the
 * model. Cells that share a run, because their recipe does not depend on what differs, are as they should be.
 */
export function identicalCells(cells: readonly ScoredCell[]): Warning[] {
  const scored = cells.filter(({ scores }) => scores !== undefined)
  const groups = [...Map.groupBy(scored, ({ scores }) => scores as string).values()]
  const found = groups.flatMap((group) => {
    const runs = [...new Map(group.map((one) => [one.run, one])).values()]
    return runs.length < 2 ? [] : [warningOf(runs)]
  })
  if (found.length <= mostNamed) return found
  const more = found.length - mostNamed
  return [
    ...found.slice(0, mostNamed),
    {
      code: 'runs-identical',
      message: `${more} more groups of cells gave the same figures bit for bit.`,
      subject: 'study',
    },
  ]
}

function warningOf(group: readonly ScoredCell[]): Warning {
  const names = group.map(({ cell }) => cellName(cell))
  const differing = differingAxes(group.map(({ cell }) => cell))
  const shown = names.slice(0, 3).join('; ')
  const more = names.length > 3 ? `; and ${names.length - 3} more` : ''
  return {
    code: 'runs-identical',
    message: `${names.length} cells that differ in ${differing.join(', ')} gave every figure of every text alike, bit for bit: ${shown}${more}.`,
    subject: differing.join(', '),
  }
}

function differingAxes(cells: readonly StudyCell[]): string[] {
  const texts = cells.map(({ bits, noise, shift, ...rest }) => ({
    ...rest,
    ...{ bits: bits.label, noise: noiseText(noise), shift: shiftText(shift) },
  }))
  const keys = Object.keys(texts[0] ?? {}) as (keyof (typeof texts)[number])[]
  return keys.filter((key) => new Set(texts.map((text) => text[key])).size > 1)
}
