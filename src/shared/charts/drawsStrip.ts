import type { SiteComparison } from '../contract/calibration.ts'
import type { Figure } from './figure.ts'
import { counted, plainNumber } from './figures.ts'
import type { Look } from './look.ts'
import { addPlot, emptyOption, numberAxis, roundSteps } from './pieces.ts'
import { siteNames } from './siteNames.ts'

const box = { left: 6, right: 6, top: 4, height: 28, foot: 20 }

/** Where each draw of a set has the upper end of a site's clip range: a tick a draw, and the middle half of them as a zone. Null of one draw. */
export function drawsStrip(site: SiteComparison, look: Look, width = 224): Figure | null {
  const values = site.set.clips.map(({ high }) => high).sort((a, b) => a - b)
  if (values.length < 2) return null
  const option = emptyOption(look)
  const ticks = roundSteps(values[0]!, values.at(-1)!, 3)
  const [from, to] = [ticks[0]!, ticks.at(-1)!]
  const plotWidth = width - box.left - box.right
  addPlot(
    option,
    { left: box.left, top: box.top, width: plotWidth, height: box.height },
    numberAxis(look, 'foot', [from, to], { values: ticks, text: plainNumber }),
    { ...numberAxis(look, 'side', [0, 1], { values: [], text: () => '' }), splitLine: { show: false } },
  )
  const place = (value: number): number => box.left + ((value - from) / (to - from || 1)) * plotWidth
  const zone = [place(quantileOf(values, 0.25)), place(quantileOf(values, 0.75))] as const
  option.graphic.push({
    type: 'rect',
    x: 0,
    y: box.top,
    z: 1,
    silent: true,
    shape: { x: zone[0], y: 0, width: zone[1] - zone[0], height: box.height },
    style: { fill: look.colour('set-a-band') },
  })
  for (const value of values) {
    const shape = { x: place(value) - 1, y: 4, width: 2, height: box.height - 8 }
    const style = { fill: look.colour('set-a') }
    option.graphic.push({ type: 'rect', x: 0, y: box.top, z: 9, silent: true, shape, style })
  }
  const name = siteNames[site.site]
  return {
    name: 'draws-against-each-other',
    title: 'Draws against each other',
    caption: [`Upper clip of ${name} in each draw; zone: the middle half.`],
    notes: [],
    keys: [],
    words: `Upper clip of ${name} in ${counted(values.length, 'draw')}: ${plainNumber(values[0]!)} to ${plainNumber(values.at(-1)!)}.`,
    table: {
      head: ['draw', 'upper clip'],
      rows: site.set.clips.map(({ high }, draw) => [String(draw), plainNumber(high)]),
    },
    width,
    height: box.top + box.height + box.foot,
    option,
  }
}

/** Linear between order statistics. */
function quantileOf(sorted: readonly number[], p: number): number {
  const place = p * (sorted.length - 1)
  const below = Math.floor(place)
  const [low, high] = [sorted[below]!, sorted[Math.min(sorted.length - 1, below + 1)]!]
  return low + (place - below) * (high - low)
}
