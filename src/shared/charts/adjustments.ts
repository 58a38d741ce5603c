import type { Adjustment, Results } from '../contract/results.ts'
import type { ChartOption, Figure } from './figure.ts'
import { plainNumber } from './figures.ts'
import { coarser, densities, type Bins } from './histograms.ts'
import type { Look } from './look.ts'
import { outlines, setKeys } from './pairedSets.ts'
import { addPlot, drawn, emptyOption, endsAnd, numberAxis, roundSteps, words } from './pieces.ts'
import { findSubject, sameAndOther, subjectWords, type Subject } from './subjects.ts'

export interface Adjustments {
  set: Subject
  against: Subject | null
}

const side = { columns: 4, gap: 16, head: 22, height: 96, foot: 40, bars: 150, left: 44 }
const bins = 51
const gates = ['i', 'f', 'g', 'o'] as const

/**
 * How far quantization moved the weights: above, the distribution of dW in steps of its row's scale for each array; below, the mean of |dW| in
 * steps for each gate. One set or two laid over each other. Null where there is none.
 */
export function adjustments(
  results: Pick<Results, 'adjustments'>,
  look: Look,
  request: Adjustments,
  width = 720,
): Figure | null {
  const a = findSubject(results.adjustments, request.set)
  const b = request.against === null ? null : (findSubject(results.adjustments, request.against) ?? null)
  if (a === undefined || a === b) return null
  const arrays = a.adjustments.filter(({ gate }) => gate === null)
  if (arrays.length === 0) return null
  const option = emptyOption(look)
  const panelWidth = (width - (side.columns - 1) * side.gap) / side.columns
  const lineHeight = side.head + side.height + side.foot
  arrays.forEach((one, index) => {
    const place = {
      left: (index % side.columns) * (panelWidth + side.gap),
      top: Math.floor(index / side.columns) * lineHeight,
      width: panelWidth,
    }
    drawHistogram(option, look, place, one, twinOf(one, b?.adjustments))
  })
  const histograms = Math.ceil(arrays.length / side.columns) * lineHeight
  const gated = arrays.filter(({ weight }) => a.adjustments.some((one) => one.weight === weight && one.gate !== null))
  if (gated.length > 0)
    drawGates(
      option,
      look,
      { top: histograms, width },
      gated.map(({ weight }) => weight),
      a.adjustments,
      b?.adjustments ?? null,
    )
  const { same, other } = sameAndOther(a, b)
  const names =
    b === null ? ([subjectWords(a, same), null] as const) : ([subjectWords(a, other), subjectWords(b, other)] as const)
  const alike = b !== null && JSON.stringify(a.adjustments) === JSON.stringify(b.adjustments)
  return {
    name: 'weight-adjustments',
    title: `Weight adjustments, ${subjectWords(
      a,
      same.filter((key) => key === 'model' || key === 'bits'),
    )}`,
    caption: [
      `${subjectWords(a, same)}.`,
      "Density of dW in steps of its row's scale, values beyond half a step in the outer bins; below, mean of |dW| in steps by gate.",
    ],
    notes: alike ? ['The two are identical: what differs between them does not reach these weights.'] : [],
    keys: setKeys(look, names[0], names[1]),
    words: wordsOf(a.adjustments, b?.adjustments ?? null),
    table: {
      head: [
        'array',
        'gate',
        'set',
        'mean |dW|',
        'mean steps',
        'largest steps',
        'Wasserstein',
        'norm ratio',
        'at ends',
      ],
      rows: [
        ...a.adjustments.map((one) => rowOf(one, names[0])),
        ...(b === null ? [] : b.adjustments.map((one) => rowOf(one, names[1] ?? ''))),
      ],
    },
    width,
    height: histograms + (gated.length > 0 ? side.head + side.bars + side.foot : 0),
    option,
  }
}

function twinOf(one: Adjustment, others: readonly Adjustment[] | undefined): Adjustment | null {
  return others?.find((other) => other.weight === one.weight && other.gate === one.gate) ?? null
}

function binsOf({ histogram }: Adjustment): Bins {
  return { min: -0.5, max: 0.5, counts: coarser(histogram, bins) }
}

function drawHistogram(
  option: ChartOption,
  look: Look,
  { left, top, width }: { left: number; top: number; width: number },
  a: Adjustment,
  b: Adjustment | null,
): void {
  const sets = [a, ...(b === null ? [] : [b])].map(binsOf)
  const peak = Math.max(...sets.flatMap(densities)) || 1
  const text = (value: number): string => plainNumber(value)
  const x = numberAxis(look, 'foot', [-0.5, 0.5], { values: endsAnd(0, [-0.5, 0.5], { text, width }), text })
  const aligned = { ...x, axisLabel: { ...(x['axisLabel'] as object), alignMinLabel: 'left', alignMaxLabel: 'right' } }
  const y = {
    ...numberAxis(look, 'side', [0, peak * 1.05], { values: [], text: () => '' }),
    splitLine: { show: false },
  }
  const plot = addPlot(option, { left, top: top + side.head, width, height: side.height }, aligned, y)
  option.series.push(...outlines(plot, look, sets[0] ?? null, sets[1] ?? null))
  option.graphic.push(words(look, a.weight, { x: left, y: top + 12, tone: 'ink', weight: 500, mono: true }))
}

function drawGates(
  option: ChartOption,
  look: Look,
  { top, width }: { top: number; width: number },
  weights: readonly string[],
  a: readonly Adjustment[],
  b: readonly Adjustment[] | null,
): void {
  const bars = weights.flatMap((weight, array) =>
    gates.flatMap((gate, index) => {
      const of = (list: readonly Adjustment[] | null) =>
        list?.find((one) => one.weight === weight && one.gate === gate)?.meanSteps ?? null
      return [{ x: array * (gates.length + 1) + index, gate, a: of(a), b: of(b) }]
    }),
  )
  const steps = roundSteps(0, Math.max(...bars.flatMap((bar) => [bar.a ?? 0, bar.b ?? 0])), 4)
  const last = weights.length * (gates.length + 1) - 2
  const x = numberAxis(look, 'foot', [-0.7, last + 0.7], {
    values: bars.map((bar) => bar.x),
    text: (at) => bars.find((bar) => bar.x === at)?.gate ?? '',
  })
  const y = numberAxis(look, 'side', [0, steps.at(-1) || 1], { values: steps, text: plainNumber })
  const box = { left: side.left, top: top + side.head, width: width - side.left - 12, height: side.bars }
  const plot = addPlot(option, box, x, y)
  option.series.push(barSeries(plot, look, bars))
  weights.forEach((weight, array) => {
    const centre = (array * (gates.length + 1) + (gates.length - 1) / 2 + 0.7) / (last + 1.4)
    option.graphic.push(
      words(look, weight, {
        x: box.left + centre * box.width,
        y: top + 12,
        align: 'center',
        tone: 'ink',
        weight: 500,
        mono: true,
      }),
    )
  })
}

/** The set in hand as a filled bar, the reference as a dashed outline beside it. */
function barSeries(plot: number, look: Look, bars: readonly { x: number; a: number | null; b: number | null }[]) {
  const both = bars.some(({ b }) => b !== null)
  return drawn(
    plot,
    bars,
    2,
    ({ x, a, b }) => [x, Math.max(a ?? 0, b ?? 0)],
    ({ x, a, b }, place) => {
      const bar = (value: number, from: number, to: number, style: object) => {
        const [left, top] = place(x + from, value)
        const [right, foot] = place(x + to, 0)
        return {
          type: 'rect',
          silent: true,
          shape: { x: left, y: top, width: right - left, height: foot - top },
          style,
        }
      }
      return {
        type: 'group',
        children: [
          ...(a === null
            ? []
            : [bar(a, both ? -0.32 : -0.25, both ? -0.02 : 0.25, { fill: look.colour('set-a'), stroke: 'none' })]),
          ...(b === null
            ? []
            : [
                bar(b, 0.02, 0.32, {
                  fill: look.colour('set-b-band'),
                  stroke: look.colour('set-b'),
                  lineWidth: 1,
                  lineDash: [3, 2],
                }),
              ]),
        ],
      }
    },
  )
}

function wordsOf(a: readonly Adjustment[], b: readonly Adjustment[] | null): string {
  const parts = a.map((one) => {
    const twin = twinOf(one, b ?? undefined)
    return `${one.weight}${one.gate === null ? '' : ` gate ${one.gate}`}: ${plainNumber(one.meanSteps)}${twin === null ? '' : `, reference ${plainNumber(twin.meanSteps)}`}.`
  })
  return `Mean steps by which weights were moved. ${parts.join(' ')}`
}

function rowOf(one: Adjustment, set: string): string[] {
  return [
    one.weight,
    one.gate ?? 'all',
    set,
    plainNumber(one.meanAbsolute),
    plainNumber(one.meanSteps),
    // The end of a bin, not the weight that was moved furthest; 2 stands for all beyond one step.
    one.largestSteps > 1 ? '> 1' : `≤ ${plainNumber(one.largestSteps)}`,
    plainNumber(one.wasserstein),
    one.normRatio === null ? 'norm was 0' : plainNumber(one.normRatio),
    plainNumber(one.atEnds),
  ]
}
