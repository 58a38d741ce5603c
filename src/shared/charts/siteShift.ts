import type { CalibrationComparison, SiteComparison } from '../contract/calibration.ts'
import type { ChartOption, Datum, Figure } from './figure.ts'
import { counted, digitsApart, fixed } from './figures.ts'
import type { Look } from './look.ts'
import { addPlot, emptyOption, numberAxis, roundSteps, words } from './pieces.ts'
import { siteNames } from './siteNames.ts'

const box = { left: 68, right: 44, top: 4, foot: 20, row: 17 }

/**
 * How far each site has moved from the reference to the set, in steps of the reference's eight-bit grid: mean over draws with its interval. The grey zone
 * of a site is how far draws of one set lie from each other: a shift inside it says nothing of the composition. Null where there is no reference.
 */
export function siteShift(comparison: CalibrationComparison, look: Look, width = 520): Figure | null {
  const sites = comparison.sites.filter(({ shift }) => shift !== null)
  if (sites.length === 0) return null
  const option = emptyOption(look)
  const plotWidth = width - box.left - box.right
  const ticks = roundSteps(0, Math.max(...sites.map(reachOf)) || 1, 5)
  const end = ticks.at(-1)!
  addPlot(
    option,
    { left: box.left, top: box.top, width: plotWidth, height: sites.length * box.row },
    {
      ...numberAxis(look, 'foot', [0, end], { values: ticks, text: (value) => String(value) }),
      splitLine: { show: true, lineStyle: { color: look.colour('grid') } },
    },
    { ...numberAxis(look, 'side', [0, 1], { values: [], text: () => '' }), splitLine: { show: false } },
  )
  const place = (value: number): number => box.left + (value / end) * plotWidth
  sites.forEach((site, index) => drawRow(option, look, { site, y: rowAt(index), place, width }))
  return {
    name: 'shift-by-site',
    title: 'Shift by site',
    caption: [captionOf(comparison, sites)],
    notes: [],
    keys: [],
    words: `Shift of each site in grid steps. ${sites.map(siteWords).join(' ')}`,
    table: {
      head: ['site', 'shift, steps', 'low', 'high', 'pairs of draws', 'between draws, mean', '95 % below'],
      rows: sites.map(rowOf),
    },
    data: sites.map((site, index) => datumOf(site, place(site.shift!.mean), rowAt(index))),
    width,
    height: box.top + sites.length * box.row + box.foot,
    option,
  }
}

/** The site whose row a datum stands in. */
export function siteOfDatum(comparison: CalibrationComparison, { at }: Datum): SiteComparison | undefined {
  const sites = comparison.sites.filter(({ shift }) => shift !== null)
  return sites.find((_, index) => rowAt(index) === at.y)
}

function rowAt(index: number): number {
  return box.top + (index + 0.5) * box.row
}

function reachOf({ shift, between }: SiteComparison): number {
  return Math.max(shift!.interval?.high ?? shift!.mean, between?.high ?? 0)
}

interface Row {
  site: SiteComparison
  y: number
  place: (value: number) => number
  width: number
}

function drawRow(option: ChartOption, look: Look, { site, y, place, width }: Row): void {
  const { shift, between } = site
  const ink = look.colour('ink')
  const shared = { x: 0, y, silent: true }
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line',
    ...shared,
    z: 9,
    shape: { x1, y1, x2, y2 },
    style: { stroke: ink, fill: 'none', lineWidth: 1.5 },
  })
  if (between !== null) {
    const shape = { x: place(0), y: -box.row / 2, width: place(between.high) - place(0), height: box.row }
    option.graphic.push({ type: 'rect', ...shared, z: 1, shape, style: { fill: look.colour('set-b-band') } })
  }
  if (shift!.interval !== null) {
    const [low, high] = [place(shift!.interval.low), place(shift!.interval.high)]
    option.graphic.push(line(low, 0, high, 0), line(low, -3, low, 3), line(high, -3, high, 3))
  }
  const shape = { cx: place(shift!.mean), cy: 0, r: 3.5 }
  option.graphic.push(
    { type: 'circle', ...shared, z: 10, shape, style: { fill: ink } },
    words(look, siteNames[site.site], { x: box.left - 8, y, align: 'right', tone: 'ink-2' }),
    words(look, stepsText(shift!.mean), { x: width, y, align: 'right', tone: 'ink', mono: true }),
  )
}

function captionOf({ paired }: CalibrationComparison, sites: readonly SiteComparison[]): string {
  const [{ shift, between } = { shift: null, between: null }] = sites
  const pairs = shift?.pairs ?? 0
  const texts = paired ? 'that share their texts class by class' : 'of other texts'
  const doubt = shift?.interval == null ? `${aloneWords(pairs)} no interval` : "Student's interval, 95 %"
  const zone = between === null ? '' : ' Grey: 95 % of the distances between two draws of one set lie in it.'
  return `Wasserstein-1 distance in steps of the reference's 8-bit grid; mean of ${counted(pairs, 'pair')} of draws ${texts}; ${doubt}.${zone}`
}

/** Why there is no interval. */
function aloneWords(pairs: number): string {
  return pairs < 2 ? 'one pair has' : 'distances that are all equal have'
}

function siteWords(site: SiteComparison): string {
  const { shift, between } = site
  const { mean, interval } = shift!
  const doubt = interval === null ? '' : `, 95 % from ${stepsText(interval.low)} to ${stepsText(interval.high)}`
  const zone = between === null ? '' : `; draws of one set up to ${stepsText(between.high)}`
  return `${siteNames[site.site]} ${stepsText(mean)}${doubt}${zone}.`
}

function datumOf(site: SiteComparison, x: number, y: number): Datum {
  return { at: { plot: null, x, y }, words: siteWords(site), place: {}, ids: [] }
}

function rowOf({ site, shift, between }: SiteComparison): string[] {
  const { mean, interval, pairs } = shift!
  const digits = interval === null ? 2 : digitsApart(interval.low, interval.high, 2)
  const alone = pairs < 2 ? 'one pair' : 'all equal'
  const ends = interval === null ? [alone, alone] : [fixed(interval.low, digits), fixed(interval.high, digits)]
  const zone = between === null ? ['one draw', 'one draw'] : [fixed(between.mean, digits), fixed(between.high, digits)]
  return [siteNames[site], fixed(mean, digits), ...ends, String(pairs), ...zone]
}

/** Steps with two digits after the point, more where that would round them to nothing. */
function stepsText(steps: number): string {
  if (steps === 0) return '0'
  return steps >= 0.005 ? fixed(steps, 2) : String(Number(steps.toPrecision(1)))
}
