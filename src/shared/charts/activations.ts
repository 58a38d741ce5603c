import type { Results, SiteSummary } from '../contract/results.ts'
import type { ChartOption, Figure } from './figure.ts'
import { plainNumber } from './figures.ts'
import { coarser, densities, type Bins } from './histograms.ts'
import type { Look } from './look.ts'
import { outlines, setKeys } from './pairedSets.ts'
import { addPlot, emptyOption, endsAnd, numberAxis, words } from './pieces.ts'
import { nameOfSite } from './siteNames.ts'
import { findSubject, sameAndOther, subjectWords, type Subject } from './subjects.ts'

export interface Activations {
  /** the set in hand, and the reference */
  set: Subject
  against: Subject | null
  /** what the profiles were collected on */
  texts: 'own' | 'common'
  part: number
}

const side = { columns: 4, gap: 16, head: 22, height: 84, foot: 26 }
const bins = 64

/**
 * Distributions of the values at each site, one set or two laid over each other, as densities; each plot has its own scales. Null where there
 * is no such profile.
 */
export function activations(
  results: Pick<Results, 'profiles'>,
  look: Look,
  request: Activations,
  width = 720,
): Figure | null {
  const profiles = results.profiles.filter((profile) => profile.texts === request.texts)
  const a = findSubject(profiles, request.set)
  const b = request.against === null ? null : (findSubject(profiles, request.against) ?? null)
  if (a === undefined || a === b) return null
  const pairs = pairsOf(a.sites, b?.sites ?? [], request.part)
  if (pairs.length === 0) return null
  const option = emptyOption(look)
  const panelWidth = (width - (side.columns - 1) * side.gap) / side.columns
  const lineHeight = side.head + side.height + side.foot
  pairs.forEach((pair, index) => {
    const left = (index % side.columns) * (panelWidth + side.gap)
    drawSite(option, look, { left, top: Math.floor(index / side.columns) * lineHeight, width: panelWidth }, pair)
  })
  const { same, other } = sameAndOther(a, b)
  const names =
    b === null ? ([subjectWords(a, same), null] as const) : ([subjectWords(a, other), subjectWords(b, other)] as const)
  return {
    name: 'activations',
    title: `Activations, ${subjectWords(
      a,
      same.filter((key) => key === 'model'),
    )}`,
    caption: [
      `${subjectWords(a, same)}; profiles of ${request.texts === 'own' ? "each set's own texts" : 'one common set of texts'}.`,
      'Density of the values at each site; each plot has scales of its own.',
    ],
    notes: [],
    keys: setKeys(look, names[0], names[1]),
    words: `Distributions of activations. ${pairs.map(siteWords).join(' ')}`,
    table: {
      head: ['site', 'set', 'count', 'min', 'max', 'mean', 'deviation'],
      rows: pairs.flatMap(({ site, a: first, b: second }) => [
        ...(first === null ? [] : [siteRow(site, names[0], first)]),
        ...(second === null || names[1] === null ? [] : [siteRow(site, names[1], second)]),
      ]),
    },
    width,
    height: Math.ceil(pairs.length / side.columns) * lineHeight,
    option,
  }
}

interface Pair {
  site: string
  a: SiteSummary | null
  b: SiteSummary | null
}

function pairsOf(a: readonly SiteSummary[], b: readonly SiteSummary[], part: number): Pair[] {
  const sites = [...new Set([...a, ...b].filter((one) => one.part === part).map(({ site }) => site))]
  const find = (list: readonly SiteSummary[], site: string) =>
    list.find((one) => one.site === site && one.part === part) ?? null
  return sites.map((site) => ({ site, a: find(a, site), b: find(b, site) }))
}

function binsOf({ min, max, histogram }: SiteSummary): Bins {
  return { min, max, counts: coarser(histogram, bins) }
}

function drawSite(
  option: ChartOption,
  look: Look,
  { left, top, width }: { left: number; top: number; width: number },
  { site, a, b }: Pair,
): void {
  const sets = [a, b].filter((one) => one !== null)
  const [low, high] = [Math.min(...sets.map(({ min }) => min)), Math.max(...sets.map(({ max }) => max))]
  const peak = Math.max(...sets.flatMap((one) => densities(binsOf(one)))) || 1
  const [from, to] = high > low ? [low, high] : [low - 0.5, high + 0.5]
  const ticks = low < 0 && high > 0 ? endsAnd(0, [from, to], { text: axisText, width }) : [from, to]
  const x = numberAxis(look, 'foot', [from, to], { values: ticks, text: axisText })
  const y = {
    ...numberAxis(look, 'side', [0, peak * 1.05], { values: [], text: () => '' }),
    splitLine: { show: false },
  }
  const aligned = { ...x, axisLabel: { ...(x['axisLabel'] as object), alignMinLabel: 'left', alignMaxLabel: 'right' } }
  const plot = addPlot(option, { left, top: top + side.head, width, height: side.height }, aligned, y)
  option.series.push(...outlines(plot, look, a === null ? null : binsOf(a), b === null ? null : binsOf(b)))
  option.graphic.push(words(look, nameOfSite(site), { x: left, y: top + 12, tone: 'ink', weight: 500, size: 12 }))
}

function axisText(value: number): string {
  return plainNumber(Number(value.toPrecision(2)))
}

function siteWords({ site, a, b }: Pair): string {
  const range = (one: SiteSummary | null) =>
    one === null ? 'not there' : `${plainNumber(one.min)} to ${plainNumber(one.max)}, mean ${plainNumber(one.mean)}`
  return `${nameOfSite(site)}: ${range(a)}${b === null ? '' : `; reference ${range(b)}`}.`
}

function siteRow(site: string, set: string, { count, min, max, mean, deviation }: SiteSummary): string[] {
  return [nameOfSite(site), set, count.toLocaleString('en'), ...[min, max, mean, deviation].map(plainNumber)]
}
