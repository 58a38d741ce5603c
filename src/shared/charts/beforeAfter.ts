import type { BeforeAfter } from '../contract/results.ts'
import type { ChartOption, Figure } from './figure.ts'
import { plainNumber } from './figures.ts'
import { densities, type Bins } from './histograms.ts'
import type { Look } from './look.ts'
import { outlines, setKeys } from './pairedSets.ts'
import { addPlot, emptyOption, numberAxis, words } from './pieces.ts'

const side = { least: 96, gap: 16, head: 20, height: 64, foot: 22 }

/**
 * Values before and after quantization, a plot for each array or site: after solid and filled, before dashed, as densities on scales of their own.
 * Null where there is none.
 *
 * @param of what the values are: `weights`, `activations`
 */
export function beforeAfter(
  pairs: readonly BeforeAfter[],
  look: Look,
  of: 'weights' | 'activations',
  width = 720,
): Figure | null {
  if (pairs.length === 0) return null
  const option = emptyOption(look)
  const columns = Math.max(1, Math.min(4, Math.floor((width + side.gap) / (side.least + side.gap))))
  const panelWidth = (width - (columns - 1) * side.gap) / columns
  const lineHeight = side.head + side.height + side.foot
  pairs.forEach((pair, index) => {
    const left = (index % columns) * (panelWidth + side.gap)
    drawPair(option, look, { left, top: Math.floor(index / columns) * lineHeight, width: panelWidth }, pair)
  })
  return {
    name: `${of}-before-and-after`,
    title: `${of === 'weights' ? 'Weights' : 'Activations'} before and after`,
    caption:
      of === 'weights'
        ? ['Density of the weights as they were, and as the integers stand for them.']
        : ["Density of the float model's values on the calibration texts, and as each site's quantizer leaves them."],
    notes: [],
    keys: setKeys(look, 'after', 'before'),
    words: `${of === 'weights' ? 'Weights' : 'Activations'} before and after quantization. ${pairs.map(pairWords).join(' ')}`,
    table: {
      head: [of === 'weights' ? 'array' : 'site', 'from', 'to', 'bins taken before', 'bins taken after'],
      rows: pairs.map((pair) => [
        nameOf(pair),
        plainNumber(pair.min),
        plainNumber(pair.max),
        String(taken(pair.before)),
        String(taken(pair.after)),
      ]),
    },
    width,
    height: Math.ceil(pairs.length / columns) * lineHeight,
    option,
  }
}

function nameOf({ part, name }: BeforeAfter): string {
  return part === 0 ? name : `${name}, class ${part + 1}`
}

function taken(counts: readonly number[]): number {
  return counts.filter((count) => count > 0).length
}

function pairWords(pair: BeforeAfter): string {
  const { min, max, before, after } = pair
  return `${nameOf(pair)}: ${plainNumber(min)} to ${plainNumber(max)}; of ${before.length} bins ${taken(before)} were taken before and ${taken(after)} after.`
}

function drawPair(
  option: ChartOption,
  look: Look,
  { left, top, width }: { left: number; top: number; width: number },
  pair: BeforeAfter,
): void {
  const { min, max } = pair
  const [before, after] = [pair.before, pair.after].map((counts): Bins => ({ min, max, counts })) as [Bins, Bins]
  // A grid's few values stand far above the values that they came from: the scale is that of what was there before.
  const peak = Math.max(...densities(before)) * 2 || 1
  const [from, to] = max > min ? [min, max] : [min - 0.5, max + 0.5]
  const x = numberAxis(look, 'foot', [from, to], {
    values: [from, to],
    text: (value) => plainNumber(Number(value.toPrecision(2))),
  })
  const aligned = { ...x, axisLabel: { ...(x['axisLabel'] as object), alignMinLabel: 'left', alignMaxLabel: 'right' } }
  const y = { ...numberAxis(look, 'side', [0, peak], { values: [], text: () => '' }), splitLine: { show: false } }
  const plot = addPlot(option, { left, top: top + side.head, width, height: side.height }, aligned, y)
  option.series.push(...outlines(plot, look, after, before))
  option.graphic.push(words(look, nameOf(pair), { x: left, y: top + 10, tone: 'ink', weight: 500, mono: true, width }))
}
