import type { Datum, Figure } from '../../../shared/charts/figure.ts'
import { familyColour, familySymbol, type Family, type Look } from '../../../shared/charts/look.ts'
import {
  addPlot,
  emptyOption,
  numberAxis,
  roundSteps,
  trace,
  words,
  type Point,
} from '../../../shared/charts/pieces.ts'
import { percentText } from '../../../shared/charts/figures.ts'

/** One epoch as a curve shows it; what is not known is null. */
export interface CurvePoint {
  epoch: number
  loss: number
  accuracy: number | null
  devAccuracy: number | null
}

export interface Curves {
  family: Family
  points: readonly CurvePoint[]
  /** epochs that were asked for; the axis is as long */
  epochs: number
  /** the epoch whose weights are kept */
  best: number | null
}

const side = { left: 40, right: 12, top: 28, foot: 34, gap: 20 }
const smallest = 5

/**
 * Loss and accuracy by epoch, side by side, or one above the other where there is little width. Accuracy has its full scale. Null before the
 * first epoch has ended.
 */
export function trainingCurves(curves: Curves, look: Look, width: number, height = 220): Figure | null {
  if (curves.points.length === 0) return null
  const option = emptyOption(look)
  const beside = width >= 480
  const plotWidth = (beside ? (width - side.gap) / 2 : width) - side.left - side.right
  const plotHeight = height - side.top - side.foot
  const last = Math.max(curves.epochs, ...curves.points.map(({ epoch }) => epoch), 2)
  const ticks = wholeSteps(last)
  const data: Datum[] = []
  const plotAt = (index: number, title: string, [low, high]: readonly [number, number], steps: Steps): number => {
    const left = side.left + (beside ? index * (plotWidth + side.left + side.right + side.gap) : 0)
    const top = side.top + (beside ? 0 : index * height)
    option.graphic.push(words(look, title, { x: left - side.left, y: top - 20, tone: 'ink-2' }))
    return addPlot(
      option,
      { left, top, width: plotWidth, height: plotHeight },
      numberAxis(look, 'foot', [1, last], { values: ticks, text: String }),
      numberAxis(look, 'side', [low, high], steps),
    )
  }
  const lossSteps = roundSteps(0, Math.max(...curves.points.map(({ loss }) => loss)), 4)
  const lossPlot = plotAt(0, lossTitle(curves.family), [0, lossSteps.at(-1) ?? 1], { values: lossSteps, text: String })
  const shares = [0, 0.25, 0.5, 0.75, 1]
  const sharePlot = plotAt(1, 'accuracy, %, by epoch', [0, 1], { values: shares, text: (one) => percentText(one, 0) })
  const line = (plot: number, value: (point: CurvePoint) => number | null, isDev: boolean): void => {
    option.series.push(...trace(plot, lineOf(curves, look, value, isDev)))
  }
  line(lossPlot, ({ loss }) => loss, false)
  line(sharePlot, ({ accuracy }) => accuracy, false)
  line(sharePlot, ({ devAccuracy }) => devAccuracy, true)
  for (const point of curves.points) {
    const y = point.devAccuracy ?? point.accuracy
    const at = y === null ? { plot: lossPlot, x: point.epoch, y: point.loss } : { plot: sharePlot, x: point.epoch, y }
    data.push({ at, words: pointWords(point, curves), place: {}, ids: [] })
  }
  return {
    name: 'training-curves',
    title: 'Training',
    caption: [],
    notes: [],
    keys: keysOf(curves, look),
    words: curveWords(curves),
    table: tableOf(curves),
    data,
    width,
    height: beside ? height : 2 * height,
    option,
  }
}

interface Steps {
  values: readonly number[]
  text: (value: number) => string
}

function lossTitle(family: Family): string {
  return `loss, nats a ${family === 'generative' ? 'word' : 'text'}, by epoch`
}

function lineOf(
  { family, points }: Curves,
  look: Look,
  value: (point: CurvePoint) => number | null,
  isDev: boolean,
): Parameters<typeof trace>[1] {
  const colour = familyColour(look, family)
  const marks: Point[] = points.map((point) => ({ x: point.epoch, y: value(point), colour, hollow: !isDev }))
  return {
    points: marks,
    colour,
    dash: isDev ? [] : [4, 3],
    ground: look.colour('surface'),
    symbol: familySymbol(family),
  }
}

function keysOf({ family, points }: Curves, look: Look): Figure['keys'] {
  const key = { colour: familyColour(look, family), symbol: familySymbol(family) }
  const train = { ...key, label: 'train texts as they passed', dash: [4, 3], hollow: true }
  return points.some(({ devAccuracy }) => devAccuracy !== null)
    ? [train, { ...key, label: 'dev split after the epoch', dash: [] }]
    : [train]
}

function shareWords(share: number | null): string {
  return share === null ? 'not measured' : `${percentText(share, 1)} %`
}

function pointWords(point: CurvePoint, { best }: Curves): string {
  const { epoch, loss, accuracy, devAccuracy } = point
  const kept = epoch === best ? ', kept' : ''
  const parts = [`epoch ${epoch}${kept}: loss ${lossText(loss)}`]
  if (accuracy !== null) parts.push(`train ${shareWords(accuracy)}`)
  if (devAccuracy !== null) parts.push(`dev ${shareWords(devAccuracy)}`)
  return parts.join(', ')
}

function curveWords(curves: Curves): string {
  const first = curves.points[0]
  const last = curves.points.at(-1)
  if (first === undefined || last === undefined) return 'No epoch has ended yet.'
  return `Training, ${curves.points.length} of ${curves.epochs} epochs. First ${pointWords(first, curves)}. Last ${pointWords(last, curves)}.`
}

function tableOf(curves: Curves): Figure['table'] {
  return {
    head: ['Epoch', 'Loss, nats', 'Train, %', 'Dev, %', ''],
    rows: curves.points.map(({ epoch, loss, accuracy, devAccuracy }) => [
      String(epoch),
      lossText(loss),
      accuracy === null ? 'not measured' : percentText(accuracy),
      devAccuracy === null ? 'not measured' : percentText(devAccuracy),
      epoch === curves.best ? 'kept' : '',
    ]),
  }
}

function lossText(loss: number): string {
  return loss.toFixed(3)
}

/** Whole epochs, the first and the last among them, not too close. */
function wholeSteps(last: number): number[] {
  if (last <= smallest + 2) return Array.from({ length: last }, (_, index) => index + 1)
  const steps = roundSteps(0, last, smallest).filter((step) => Number.isInteger(step) && step > 1 && step < last)
  const gap = (steps[1] ?? last) - (steps[0] ?? 0)
  return [1, ...steps.filter((step) => last - step >= gap / 2), last]
}
