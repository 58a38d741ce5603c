import type { ComparedSide, SiteComparison } from '../contract/calibration.ts'
import type { ChartOption, Figure } from './figure.ts'
import { counted, plainNumber } from './figures.ts'
import type { Look } from './look.ts'
import { setKeys } from './pairedSets.ts'
import { addPlot, band, emptyOption, numberAxis, roundSteps } from './pieces.ts'
import { siteNames } from './siteNames.ts'
import type { Token } from './tokens.ts'

/** What the two sets are called. */
export interface OverlayNames {
  set: string
  against: string | null
}

interface Tone {
  line: Token
  band: Token
  dash: number[]
  z: number
}

const tones: Readonly<Record<'set' | 'against', Tone>> = {
  set: { line: 'set-a', band: 'set-a-band', dash: [], z: 3 },
  against: { line: 'set-b', band: 'set-b-band', dash: [4, 3], z: 4 },
}

const box = { left: 8, right: 8, top: 34, foot: 22 }

/**
 * A site's values on one set, and on another: mean density over draws with a band from the lowest draw to the highest, and above them what the usual
 * calibrator clips to at eight bits, its ends with their own spread over draws.
 */
export function siteOverlay(site: SiteComparison, look: Look, names: OverlayNames, width = 520, height = 200): Figure {
  const option = emptyOption(look)
  const plotWidth = width - box.left - box.right
  const peak = Math.max(...[site.set, site.against].flatMap((side) => side?.high ?? [])) || 1
  const plot = addPlot(
    option,
    { left: box.left, top: box.top, width: plotWidth, height: height - box.top - box.foot },
    numberAxis(look, 'foot', [site.from, site.to], { values: ticksWithin(site.from, site.to), text: plainNumber }),
    { ...numberAxis(look, 'side', [0, peak * 1.05], { values: [], text: () => '' }), splitLine: { show: false } },
  )
  const place = (value: number): number => box.left + ((value - site.from) / (site.to - site.from)) * plotWidth
  const sides = [
    ...(site.against === null ? [] : [{ side: site.against, tone: tones.against, y: 22 }]),
    { side: site.set, tone: tones.set, y: 10 },
  ]
  for (const { side, tone, y } of sides) {
    drawSide(option, look, plot, { side, tone, site })
    option.graphic.push(...clipMarks(look, side, tone, place, y))
  }
  const name = siteNames[site.site]
  return {
    name: `activations-${site.site}`,
    title: `Values of ${name}`,
    caption: [captionOf(site)],
    notes: [],
    keys: setKeys(look, names.set, site.against === null ? null : names.against),
    words: `Distribution of ${name}. ${sides
      .toReversed()
      .map(({ side }) => sideWords(nameOf(side, site, names), side))
      .join(' ')}`,
    table: tableOf(site, names),
    width,
    height,
    option,
  }
}

function drawSide(
  option: ChartOption,
  look: Look,
  plot: number,
  { side, tone, site }: { side: ComparedSide; tone: Tone; site: SiteComparison },
): void {
  const step = (site.to - site.from) / side.mean.length
  const middle = (bin: number): number => site.from + (bin + 0.5) * step
  if (side.draws > 1) {
    const spread = side.mean.map((_, bin) => ({ x: middle(bin), low: side.low[bin]!, high: side.high[bin]! }))
    option.series.push(band(plot, spread, look.colour(tone.band)))
  }
  option.series.push({
    type: 'line',
    xAxisIndex: plot,
    yAxisIndex: plot,
    silent: true,
    symbol: 'none',
    z: tone.z,
    lineStyle: {
      color: look.colour(tone.line),
      width: tone.dash.length === 0 ? 2 : 1.5,
      type: tone.dash.length === 0 ? 'solid' : tone.dash,
    },
    data: side.mean.map((density, bin) => [middle(bin), density]),
  })
}

/** A line from the mean lower end to the mean upper end, with the ends' reach over draws as a grey piece at each. */
function clipMarks(
  look: Look,
  { clips }: ComparedSide,
  tone: Tone,
  place: (value: number) => number,
  y: number,
): ChartOption['graphic'] {
  const colour = look.colour(tone.line)
  const stroke = { stroke: colour, fill: 'none', lineWidth: 1.5 }
  const shared = { x: 0, y, z: 9, silent: true }
  const line = (x1: number, y1: number, x2: number, y2: number, dash: number[]) => ({
    type: 'line',
    ...shared,
    shape: { x1, y1, x2, y2 },
    style: { ...stroke, lineDash: dash.length === 0 ? null : dash },
  })
  const ends = [clips.map(({ low }) => low), clips.map(({ high }) => high)]
  const [left, right] = ends.map((values) => place(meanOf(values)))
  const spreads = ends.map((values) => {
    const [from, to] = [place(Math.min(...values)), place(Math.max(...values))]
    const shape = { x: from, y: -3, width: Math.max(0, to - from), height: 6 }
    return { type: 'rect', ...shared, shape, style: { fill: look.colour(tone.band), stroke: 'none' } }
  })
  return [
    ...spreads,
    line(left!, 0, right!, 0, tone.dash),
    line(left!, -4, left!, 4, []),
    line(right!, -4, right!, 4, []),
  ]
}

function captionOf({ set, against, from, to }: SiteComparison): string {
  const draws = Math.max(set.draws, against?.draws ?? 0)
  const spread = draws > 1 ? `band: lowest to highest of ${draws} draws` : 'one draw, no band'
  const sides = [set, ...(against === null ? [] : [against])]
  const beyond = sides.some(({ min, max }) => min < from || max > to) ? '; rare values beyond' : ''
  return `Density; ${spread}; above: 8-bit clip range${beyond}.`
}

function nameOf(side: ComparedSide, site: SiteComparison, names: OverlayNames): string {
  return side === site.set ? names.set : (names.against ?? 'reference')
}

function sideWords(name: string, { clips, min, max, draws }: ComparedSide): string {
  const [low, high] = [meanOf(clips.map((clip) => clip.low)), meanOf(clips.map((clip) => clip.high))]
  const range = `values ${plainNumber(min)} to ${plainNumber(max)}, clipped to ${plainNumber(low)} to ${plainNumber(high)}`
  return `${name}, ${counted(draws, 'draw')}: ${range}.`
}

function tableOf(site: SiteComparison, names: OverlayNames): Figure['table'] {
  const sides = [site.set, ...(site.against === null ? [] : [site.against])]
  const rows = sides.flatMap((side) =>
    side.clips.map(({ low, high }, draw) => [
      nameOf(side, site, names),
      String(draw),
      plainNumber(low),
      plainNumber(high),
    ]),
  )
  return { head: ['set', 'draw', 'clipped below', 'clipped above'], rows }
}

/** Round values that lie inside the axis, and leave its ends free of labels that would be cut. */
function ticksWithin(from: number, to: number): number[] {
  const margin = (to - from) * 0.02
  return roundSteps(from, to, 6).filter((tick) => tick >= from + margin && tick <= to - margin)
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
