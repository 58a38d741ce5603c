import { describe, expect, it } from 'vitest'
import { throughputChart, throughputWords, timeTicks } from '../../src/renderer/charts/throughputChart.ts'
import type { Throughput } from '../../src/shared/contract/system.ts'

const look = {
  ink: '#111111',
  ink2: '#222222',
  ink3: '#333333',
  axis: '#444444',
  grid: '#555555',
  tick: '#666666',
  surface: '#ffffff',
  sans: 'sans-serif',
  mono: 'monospace',
}

const throughput: Throughput = {
  device: 'cpu',
  cases: [
    { op: 'MatMul', hidden: 128, batch: 64, steps: 1, samples_s: [0.002, 0.004, 0.003], median_s: 0.003 },
    { op: 'MatMul', hidden: 64, batch: 64, steps: 1, samples_s: [0.001, 0.001, 0.01], median_s: 0.001 },
    { op: 'BlockLSTMV2', hidden: 64, batch: 64, steps: 64, samples_s: [0.1], median_s: 0.1 },
  ],
}

interface Series {
  type: string
  name: string
  symbol: string
  symbolRotate: number
  data: number[][]
}
const series = throughputChart(throughput, look).series as unknown as Series[]
const named = (name: string): Series => series.find((one) => one.name === name) as Series

describe('throughputChart', () => {
  it('draws every sample at log10 of its milliseconds, left to right as measured, around log2 of its size', () => {
    const points = named('MatMul samples').data
    expect(points).toHaveLength(6)
    // 64 comes before 128; 1, 1 and 10 ms are 0, 0 and 1; log2(64) is 6 and the spread a quarter.
    expect(points.slice(0, 3)).toEqual([
      [5.75, 0],
      [6, 0],
      [6.25, 1],
    ])
    expect(points[3]?.[0]).toBeCloseTo(6.75)
  })

  it('marks the medians by size', () => {
    expect(named('MatMul median').data).toEqual([
      [6, 0],
      [7, Math.log10(3)],
    ])
  })

  it('puts a lone sample on its size', () => {
    expect(named('BlockLSTMV2 samples').data).toEqual([[6, 2]])
  })

  it('tells operations apart by mark and grey, never by hue', () => {
    const marks = series.filter((one) => one.type === 'line').map((one) => `${one.symbol} ${one.symbolRotate}`)
    expect(new Set(marks).size).toBe(marks.length)
    const colours = JSON.stringify(series).match(/#[0-9a-f]{6}/g) ?? []
    expect(new Set(colours)).toEqual(new Set(['#111111', '#222222', '#333333', '#ffffff']))
  })

  it('names the unit of both axes', () => {
    const { xAxis, yAxis } = throughputChart(throughput, look) as { xAxis: { name: string }; yAxis: { name: string } }
    expect([xAxis.name, yAxis.name]).toEqual(['hidden units', 'ms'])
  })

  it('survives a time of zero', () => {
    const zero = { device: 'cpu', cases: [{ ...throughput.cases[2], samples_s: [0, 0], median_s: 0 }] } as Throughput
    expect(JSON.stringify(throughputChart(zero, look))).not.toMatch(/null|Infinity|NaN/)
  })
})

describe('timeTicks', () => {
  it('holds all times between steps of 1, 2 and 5', () => {
    expect(timeTicks([0.3, 7]).map((tick) => Number((10 ** tick).toPrecision(3)))).toEqual([0.2, 0.5, 1, 2, 5, 10])
  })
})

describe('throughputWords', () => {
  it('says the chart', () => {
    expect(throughputWords(throughput)).toBe(
      'Median milliseconds of one call by hidden units, on cpu. MatMul: 1.00 at 64, 3.00 at 128. BlockLSTMV2: 100 at 64.',
    )
  })
})
