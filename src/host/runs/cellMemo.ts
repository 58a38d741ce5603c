import type { z } from 'zod'
import type { PivotAxis } from '../../shared/charts/axes.ts'
import type { studyCellSchema } from '../../shared/contract/study.ts'

export type Cell = z.infer<typeof studyCellSchema>
export type AxisCode = readonly [axis: PivotAxis, code: number]

const draw = ',"draw":'
const texts = ',"texts":'

/**
 * What cells' coordinates stand for, without parsing the JSON of each: what stands before the draw is the same text for all draws and inputs of a
 * quantized model, and what follows is the same for all models. No value can hold the marks that it is parted at, since a quote in a text is escaped.
 */
export class CellMemo {
  readonly #before = new Map<string, readonly AxisCode[]>()
  readonly #behind = new Map<string, readonly AxisCode[]>()

  /** @param coordinates JSON of a placed cell */
  parts(coordinates: string, codesOf: (cell: Cell) => readonly AxisCode[]): readonly AxisCode[] {
    const [middle, end] = [coordinates.indexOf(draw), coordinates.indexOf(texts)]
    const read = () => codesOf((JSON.parse(coordinates) as { cell: Cell }).cell)
    if (middle < 0 || end < middle) return read()
    const [first, second] = [coordinates.slice(0, middle), coordinates.slice(middle, end)]
    let [before, behind] = [this.#before.get(first), this.#behind.get(second)]
    if (before === undefined || behind === undefined) {
      const codes = read()
      const late: readonly PivotAxis[] = ['draw', 'noise', 'shift']
      before = codes.filter(([axis]) => !late.includes(axis))
      behind = codes.filter(([axis]) => late.includes(axis))
      this.#before.set(first, before)
      this.#behind.set(second, behind)
    }
    return [...before, ...behind]
  }
}
