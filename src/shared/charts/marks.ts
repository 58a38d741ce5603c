import type { Answer, Contrast } from '../contract/results.ts'
import type { Only, PivotAxis } from './axes.ts'

/**
 * What a declared question says of a cell: `equal` = equivalent within the named margin, or the same by construction; `undecided`; `below` and
 * `above` the reference after correction. There are no stars, and a test that is not significant is `undecided`, never "no difference".
 */
export type Mark = 'equal' | 'undecided' | 'below' | 'above'

export const markSigns: Record<Mark, string> = { equal: '=', undecided: '?', below: '↓', above: '↑' }

/**
 * The mark of a contrast's verdict, which has the correction in it. A test of equivalence that held says "equal"; a test of difference that held
 * says in which direction, and one that did not hold has shown that the difference is smaller than matters. Null where nothing could be tested.
 */
export function markOf({ verdict, difference }: Contrast, test: Answer['question']['test']): Mark | null {
  if (verdict === 'not-testable') return null
  if (verdict === 'identical') return 'equal'
  if (verdict === 'undecided' || difference === null) return 'undecided'
  if ((verdict === 'held') === (test === 'tost')) return 'equal'
  return difference < 0 ? 'below' : 'above'
}

/** What a cell of a table or chart is about: a value an axis. */
export type Place = Partial<Record<PivotAxis, string>>

/** The values of an axis that are there, in their order. */
export type ValuesOf = (axis: PivotAxis) => readonly string[]

/**
 * Finds the mark of the contrast that speaks of the same runs as a cell: each axis that either of them names must be named by both with the
 * same value, or have one value alone among the rows that the question is about. Draws and seeds that neither names are those of the cell: what
 * was found of one draw says nothing of the mean over several.
 *
 * @param shown what the cells were filtered to
 */
export function markFinder(answer: Answer, valuesThere: ValuesOf, shown: Only = {}): (place: Place) => Mark | null {
  const { question, contrasts } = answer
  const allowed = onlyOf(answer, valuesThere)
  const asked = (axis: PivotAxis) => allowed[axis] ?? valuesThere(axis)
  const taken = (axis: PivotAxis) => (isReplicate(axis) ? (shown[axis] ?? valuesThere(axis)) : asked(axis))
  const said = contrasts.map((contrast): [Contrast, Place] => [
    contrast,
    { ...contrast.within, [question.compare]: contrast.value },
  ])
  const keyOf = (axes: readonly PivotAxis[], place: Place, valuesOf: ValuesOf) =>
    JSON.stringify(axes.map((axis) => place[axis] ?? onlyOne(valuesOf(axis))))
  // Contrasts of one question name the same axes, and so do the cells of one table: what is told is looked up, not walked through.
  const indexes = new Map<string, { axes: PivotAxis[]; told: Map<string, Contrast> }>()
  const indexFor = (place: Place) => {
    const named = Object.keys(place).sort().join()
    let index = indexes.get(named)
    if (index === undefined) {
      const both = new Set([...Object.keys(said[0]?.[1] ?? {}), ...Object.keys(place)] as PivotAxis[])
      const axes = [...both].filter((axis) => axis !== 'family' || place.family !== undefined)
      const isSame = replicates.every((axis) => both.has(axis) || isSameSet(asked(axis), taken(axis)))
      const told = isSame ? said.toReversed().map(([contrast, at]) => [keyOf(axes, at, asked), contrast] as const) : []
      index = { axes, told: new Map(told) }
      indexes.set(named, index)
    }
    return index
  }
  return (place) => {
    const { axes, told } = indexFor(place)
    const fits = told.get(keyOf(axes, place, taken))
    return fits === undefined ? null : markOf(fits, question.test)
  }
}

function onlyOne(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null
}

/** Axes whose values a cell takes together where it names none. */
const replicates: readonly PivotAxis[] = ['draw', 'seed']

function isReplicate(axis: PivotAxis): boolean {
  return replicates.includes(axis)
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value) => other.includes(value))
}

function onlyOf({ question }: Answer, valuesThere: ValuesOf): Only {
  const entries = Object.entries(question.only) as [PivotAxis, (string | number)[]][]
  return Object.fromEntries(
    entries.map(([axis, values]) => [axis, values.map((value) => givenValue(axis, String(value), valuesThere))]),
  )
}

/** A value as a study's file may write it (`4`, `qwerty:0.05`) as the rows have it (`W4 A4 C4`, `qwerty 0.05`). */
function givenValue(axis: PivotAxis, text: string, valuesThere: ValuesOf): string {
  if (axis === 'noise' || axis === 'shift') return text.replace(':', ' ')
  if (axis !== 'bits') return text
  const labels = valuesThere('bits')
  const meant = labels.filter((label) => label.startsWith(`W${text} `))
  return labels.includes(text) || meant.length !== 1 ? text : (meant[0] ?? text)
}
