import type { LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type { GridComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { Throughput, ThroughputCase } from '../../shared/contract/system.ts'
import { millisecondsText } from '../text/figures.ts'
import type { ChartLook } from './chartColours.ts'

export type ThroughputChartOption = ComposeOption<LineSeriesOption | ScatterSeriesOption | GridComponentOption>

type Op = ThroughputCase['op']

/** Hue is kept for model families, so operations differ by grey, by mark and by the name written beside them. */
const marks: Record<Op, { symbol: string; rotate: number; tone: 'ink' | 'ink2' | 'ink3' }> = {
  MatMul: { symbol: 'rect', rotate: 0, tone: 'ink3' },
  BlockLSTMV2: { symbol: 'triangle', rotate: 0, tone: 'ink2' },
  'BlockLSTMV2 gradient': { symbol: 'triangle', rotate: 180, tone: 'ink' },
}

/**
 * Milliseconds of one call against hidden units, both axes logarithmic: every sample as a small mark, spread from left to right in the
 * order it was measured, and the median as a large mark with its figure. Positions are worked out here (log2 of the size, log10 of
 * the time), so that ticks can stand at the measured sizes and at 1, 2 and 5.
 */
export function throughputChart(throughput: Throughput, look: ChartLook): ThroughputChartOption {
  const sizes = [...new Set(throughput.cases.map((one) => one.hidden))].sort((a, b) => a - b)
  const spread = sampleSpread(sizes)
  const times = timeTicks(throughput.cases.flatMap((one) => one.samples_s.map((sample_s) => sample_s * 1000)))
  return {
    animation: false,
    textStyle: { fontFamily: look.sans },
    grid: { left: 44, right: 136, top: 28, bottom: 40, outerBoundsMode: 'none' },
    xAxis: sizeAxis(sizes, spread, look),
    yAxis: timeAxis(times, look),
    series: groupByOp(throughput.cases).flatMap(([op, cases]) =>
      opSeries(op, cases, { spread, look, floor: times[0] ?? 0 }),
    ),
  }
}

function groupByOp(cases: readonly ThroughputCase[]): [Op, ThroughputCase[]][] {
  const groups = Map.groupBy(cases, (one) => one.op)
  return [...groups].map(([op, group]) => [op, group.sort((a, b) => a.hidden - b.hidden)])
}

/** Half the width, in log2 of the size, over which the samples of one case are spread. */
function sampleSpread(sizes: readonly number[]): number {
  const gaps = sizes.slice(1).map((size, index) => Math.log2(size / (sizes[index] ?? size)))
  return Math.min(0.25, ...gaps.map((gap) => gap * 0.32))
}

/** log10 positions of 1, 2 and 5 times each power of ten, two at least, that hold all times above 0 between their ends. */
export function timeTicks(times_ms: readonly number[]): number[] {
  const positive = times_ms.filter((time) => time > 0)
  const low = positive.length === 0 ? 1 : Math.min(...positive)
  const high = Math.max(...positive, low)
  const steps: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)) + 1; power += 1) {
    for (const digit of [1, 2, 5]) steps.push(digit * 10 ** power)
  }
  const first = steps.findLastIndex((step) => step <= low)
  const last = Math.max(
    steps.findIndex((step) => step >= high),
    first + 1,
  )
  return steps.slice(first, last + 1).map((step) => Math.log10(step))
}

function sizeAxis(sizes: readonly number[], spread: number, look: ChartLook) {
  const positions = sizes.map((size) => Math.log2(size))
  return {
    type: 'value' as const,
    min: Math.min(...positions) - spread * 1.4,
    max: Math.max(...positions) + spread * 1.4,
    name: 'hidden units',
    nameLocation: 'middle' as const,
    nameGap: 24,
    nameTextStyle: { color: look.tick, fontFamily: look.sans, fontSize: 11 },
    // log10 of 1 ms is 0: the line belongs at the foot all the same.
    axisLine: { show: true, onZero: false, lineStyle: { color: look.axis } },
    axisTick: { show: true, length: 3, lineStyle: { color: look.axis }, customValues: positions },
    axisLabel: {
      customValues: positions,
      formatter: (position: number) => String(Math.round(2 ** position)),
      color: look.tick,
      fontFamily: look.mono,
      fontSize: 11,
    },
    splitLine: { show: false },
  }
}

function timeAxis(ticks: readonly number[], look: ChartLook) {
  return {
    type: 'value' as const,
    min: ticks[0] ?? 0,
    max: ticks.at(-1) ?? 1,
    name: 'ms',
    nameGap: 10,
    nameTextStyle: {
      color: look.tick,
      fontFamily: look.sans,
      fontSize: 11,
      align: 'right' as const,
      padding: [0, 8, 0, 0],
    },
    axisLine: { show: false },
    axisTick: { show: false, customValues: [...ticks] },
    axisLabel: {
      customValues: [...ticks],
      formatter: (position: number) => String(Number((10 ** position).toPrecision(1))),
      color: look.tick,
      fontFamily: look.mono,
      fontSize: 11,
    },
    splitLine: { show: true, lineStyle: { color: look.grid } },
  }
}

interface Placing {
  /** half the width of a case's samples, in log2 of the size */
  spread: number
  /** log10 position of the foot of the chart, where a time too short for the clock is drawn */
  floor: number
  look: ChartLook
}

function opSeries(op: Op, cases: readonly ThroughputCase[], { spread, floor, look }: Placing) {
  const mark = marks[op]
  const colour = look[mark.tone]
  const samples: ScatterSeriesOption = {
    type: 'scatter',
    name: `${op} samples`,
    silent: true,
    symbol: mark.symbol,
    symbolRotate: mark.rotate,
    symbolSize: 4,
    itemStyle: { color: colour, opacity: 0.5 },
    data: cases.flatMap((one) => samplePoints(one, spread, floor)),
    z: 2,
  }
  const medians: LineSeriesOption = {
    type: 'line',
    name: `${op} median`,
    silent: true,
    symbol: mark.symbol,
    symbolRotate: mark.rotate,
    symbolSize: 10,
    lineStyle: { color: colour, width: 1 },
    itemStyle: { color: colour, borderColor: look.surface, borderWidth: 1 },
    label: {
      show: true,
      position: 'top',
      distance: 6,
      formatter: ({ value }) => millisecondsText(10 ** Number((value as number[])[1])),
      color: look.ink,
      fontFamily: look.mono,
      fontSize: 11,
      textBorderColor: look.surface,
      textBorderWidth: 3,
    },
    data: cases.map((one) => [Math.log2(one.hidden), timePlace(one.median_s, floor)]),
    z: 3,
  }
  return [samples, medians, nameLabel(op, cases, { spread, floor, look })]
}

/** The operation's name to the right of its last median, where a legend would send the eye away. */
function nameLabel(op: Op, cases: readonly ThroughputCase[], { spread, floor, look }: Placing): ScatterSeriesOption {
  const last = cases.at(-1)
  return {
    type: 'scatter',
    name: op,
    silent: true,
    symbolSize: 0,
    label: {
      show: true,
      position: 'right',
      formatter: op,
      color: look.ink2,
      fontFamily: look.sans,
      fontSize: 12,
      fontWeight: 500,
    },
    labelLayout: { moveOverlap: 'shiftY' },
    data: last === undefined ? [] : [[Math.log2(last.hidden) + spread * 1.4, timePlace(last.median_s, floor)]],
  }
}

function timePlace(time_s: number, floor: number): number {
  return Math.max(floor, Math.log10(time_s * 1000))
}

function samplePoints(one: ThroughputCase, spread: number, floor: number): number[][] {
  const last = one.samples_s.length - 1
  return one.samples_s.map((sample_s, index) => {
    const place = last === 0 ? 0 : (2 * index) / last - 1
    return [Math.log2(one.hidden) + place * spread, timePlace(sample_s, floor)]
  })
}

/** The chart in words, for those who do not see it. */
export function throughputWords(throughput: Throughput): string {
  const parts = groupByOp(throughput.cases).map(([op, cases]) => {
    const medians = cases.map((one) => `${millisecondsText(one.median_s * 1000)} at ${one.hidden}`)
    return `${op}: ${medians.join(', ')}.`
  })
  return `Median milliseconds of one call by hidden units, on ${throughput.device}. ${parts.join(' ')}`
}
