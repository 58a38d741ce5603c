import { isDoubt, type ChartOption, type Figure, type Key } from './figure.ts'
import type { Look } from './look.ts'
import { words } from './pieces.ts'
import { wrapped } from './wrapped.ts'

/** Width of a text in pixels at a size and weight. */
export type Measure = (text: string, size: number, weight: number) => number

export interface Framing {
  /** title, caption and notes in the picture; a page has them beside it */
  heading: boolean
  /** last lines, small */
  footer: readonly string[]
  /** CSS pixels on each side */
  padding: number
}

export interface Framed {
  width: number
  height: number
  option: ChartOption
}

/** The figure with its heading, keys and notes around it, on the surface's colour. */
export function frameFigure(
  figure: Figure,
  look: Look,
  measure: Measure,
  { heading, footer, padding }: Framing,
): Framed {
  const wrap = (texts: readonly string[], size: number) =>
    texts.flatMap((text) => wrapped(text, figure.width, (part) => measure(part, size, 400)))
  const above: ChartOption['graphic'] = []
  let y = padding
  if (heading) {
    above.push(
      words(look, figure.title, { x: padding, y: y + 10, size: 15, weight: 600, tone: 'ink', width: figure.width }),
    )
    y += 26
    for (const line of wrap(figure.caption, 11)) {
      above.push(words(look, line, { x: padding, y: y + 6, tone: 'ink-2' }))
      y += 16
    }
  }
  if (figure.keys.length > 0) {
    const keys = keyGraphics(look, figure.keys, { x: padding, y: y + 12, width: figure.width }, measure)
    above.push(...keys.graphics)
    y += keys.height + 8
  }
  const top = y + (heading ? 8 : 0)
  let foot = top + figure.height + 10
  const below: ChartOption['graphic'] = []
  const notes = heading ? figure.notes : []
  const told = [
    ...notes.map((text) => ({ text, tone: isDoubt(text) ? ('warn' as const) : ('ink-2' as const) })),
    ...footer.map((text) => ({ text, tone: 'ink-3' as const })),
  ]
  for (const { text, tone } of told) {
    for (const line of wrap([text], 10.5)) {
      below.push(words(look, line, { x: padding, y: foot + 7, size: 10.5, tone }))
      foot += 15
    }
  }
  const height = Math.ceil(foot + padding - (below.length === 0 ? 10 : 0))
  const shifted = shift(figure.option, padding, top)
  const graphic = [...above, ...shifted.graphic, ...below]
  return {
    width: figure.width + 2 * padding,
    height,
    option: { ...shifted, backgroundColor: look.colour('surface'), graphic },
  }
}

function shift(option: ChartOption, dx: number, dy: number): ChartOption {
  return {
    ...option,
    grid: option.grid.map((grid) => ({ ...grid, left: grid.left + dx, top: grid.top + dy })),
    graphic: option.graphic.map((one) => ({ ...one, x: Number(one['x'] ?? 0) + dx, y: one.y + dy })),
  }
}

const keyStep = { mark: 26, gap: 20, row: 18 }

function keyGraphics(
  look: Look,
  keys: readonly Key[],
  { x, y, width }: { x: number; y: number; width: number },
  measure: Measure,
) {
  const graphics: ChartOption['graphic'] = []
  let left = x
  let top = y
  for (const key of keys) {
    const needed = keyStep.mark + measure(key.label, 12, 400) + keyStep.gap
    if (left > x && left + needed - keyStep.gap > x + width) {
      left = x
      top += keyStep.row
    }
    graphics.push(
      ...keyMark(look, key, left, top),
      words(look, key.label, { x: left + keyStep.mark, y: top, size: 12, tone: 'ink-2', width: width - keyStep.mark }),
    )
    left += needed
  }
  return { graphics, height: top - y + keyStep.row }
}

function keyMark(look: Look, { colour, symbol, dash, hollow }: Key, x: number, y: number): ChartOption['graphic'] {
  const line =
    dash === null
      ? []
      : [
          {
            type: 'line',
            x,
            y,
            z: 9,
            silent: true,
            shape: { x1: 0, y1: 0, x2: 20, y2: 0 },
            style: { stroke: colour, fill: 'none', lineWidth: 1.5, lineDash: dash.length === 0 ? null : dash },
          },
        ]
  const style = {
    fill: hollow === true ? look.colour('surface') : colour,
    stroke: colour,
    lineWidth: hollow === true ? 1.5 : 0,
  }
  const shapes = {
    circle: { type: 'circle', shape: { cx: 10, cy: 0, r: 3.5 } },
    diamond: {
      type: 'polygon',
      shape: {
        points: [
          [10, -4.5],
          [14.5, 0],
          [10, 4.5],
          [5.5, 0],
        ],
      },
    },
    square: { type: 'rect', shape: { x: 5, y: -5, width: 10, height: 10 } },
  }
  return symbol === 'none' ? line : [...line, { ...shapes[symbol], x, y, z: 10, silent: true, style }]
}
