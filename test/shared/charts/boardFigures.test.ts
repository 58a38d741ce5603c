import { describe, expect, it } from 'vitest'
import { boardConditions, type Conditions } from '../../../src/shared/charts/boardConditions.ts'
import { boardPareto, frontOf, type BoardPoint } from '../../../src/shared/charts/boardPareto.ts'
import type { Figure } from '../../../src/shared/charts/figure.ts'
import {
  latencyBetween,
  latencyBins,
  latencyEnds,
  latencyText,
  latencyTicks,
} from '../../../src/shared/charts/latencyBins.ts'
import { meet } from '../../../src/shared/charts/labelPlaces.ts'
import { latencyHistogram, windowsWords, type Latencies } from '../../../src/shared/charts/latencyHistogram.ts'
import { lookOf } from '../../../src/shared/charts/look.ts'
import { lightTokens } from '../../../src/shared/charts/tokens.ts'

const look = lookOf((token) => lightTokens[token], { sans: "'Sans'", mono: "'Mono'" })

/** Bins of half a millisecond from 1 ms on. */
function histogram(counts: number[], marked: number[] = counts.map(() => 0), beyond = { below: 0, above: 0 }) {
  return { low_us: 1000, width_us: 500, counts, marked, ...beyond }
}

function latencies(change: Partial<Latencies> = {}): Latencies {
  return {
    family: 'discriminative',
    label: 'W8 A8 C8',
    histogram: histogram([0, 0, 1, 1, 1, 0, 0, 0], [0, 0, 1, 0, 0, 0, 1, 0]),
    windows: [null, 'throttled'],
    percentiles: [
      { name: 'p50', value_ms: 2.5, low_ms: 2.4, high_ms: 2.6, doubted: false },
      { name: 'p99', value_ms: 4, low_ms: null, high_ms: null, doubted: true },
    ],
    level: 0.95,
    method: 'bootstrap of blocks',
    emulated: false,
    ...change,
  }
}

function point(id: string, ms: number, accuracy: number, change: Partial<BoardPoint> = {}): BoardPoint {
  return {
    id,
    label: id,
    family: 'discriminative',
    latency: { value: ms, ends: { low: ms * 0.99, high: ms * 1.01 } },
    bytes: Math.round(ms * 1e5),
    accuracy: { value: accuracy, ends: { low: accuracy - 0.01, high: accuracy + 0.01 } },
    doubt: null,
    emulated: false,
    ...change,
  }
}

const hostile = '<img src=x onerror=alert(1)>\u202e\u001b[31m' + 'x'.repeat(80)

/** Draws every item of the series that draw themselves, in units of the axes. */
function shapes(figure: Figure): { type: string; shape?: Record<string, number>; style?: Record<string, unknown> }[] {
  const api = { coord: ([x = 0, y = 0]: number[]) => [x * 100, -y * 100] }
  const flat = (shape: { type: string; children?: unknown[] }): { type: string }[] =>
    shape.children === undefined ? [shape] : shape.children.flatMap((child) => flat(child as { type: string }))
  return figure.option.series.flatMap((series) => {
    if (series['type'] !== 'custom') return []
    const draw = series['renderItem'] as (item: { dataIndex: number }, api: unknown) => { type: string }
    return (series['data'] as unknown[]).flatMap((_, dataIndex) => flat(draw({ dataIndex }, api)))
  })
}

describe('bins of latencies', () => {
  it('run from the first to the last that holds a sample, those of windows in doubt apart', () => {
    const bins = latencyBins(histogram([0, 0, 5, 0, 1, 0], [0, 1, 0, 0, 0, 0]))!
    expect(bins.edges).toEqual([1.5, 2, 2.5, 3, 3.5])
    expect([bins.sound, bins.doubted]).toEqual([
      [0, 5, 0, 1],
      [1, 0, 0, 0],
    ])
  })

  it('are put together where there are more than asked for, and lose no sample', () => {
    const counts = Array.from({ length: 511 }, (_, bin) => bin % 7)
    const bins = latencyBins(histogram(counts), 60)!
    expect(bins.sound.length).toBeLessThanOrEqual(60)
    expect(bins.sound.reduce((sum, count) => sum + count, 0)).toBe(counts.reduce((sum, count) => sum + count, 0))
    expect(new Set(bins.edges.slice(1).map((edge, bin) => Math.round((edge - bins.edges[bin]!) * 1e6))).size).toBe(1)
  })

  it('are none where no sample lies in one', () => {
    expect(latencyBins(histogram([0, 0], [0, 0], { below: 0, above: 4 }))).toBeNull()
  })

  it('have ticks inside their ends', () => {
    expect(latencyTicks([2.1, 3.3], false, 6)).toEqual([2.2, 2.4, 2.6, 2.8, 3, 3.2])
    expect(latencyTicks([2, 60], true)).toEqual([2, 5, 10, 20, 50])
    expect(latencyTicks([0.01, 90], true)).toEqual([0.01, 0.1, 1, 10])
  })
})

describe('latencies as text', () => {
  it('have three digits, and ends as many as tell them apart', () => {
    expect([0.00871, 0.412, 3.218, 12.34, 104.2, 12_345].map(latencyText)).toEqual([
      '0.00871',
      '0.412',
      '3.22',
      '12.3',
      '104',
      '12,345',
    ])
    expect(latencyEnds(3.2151, 3.2209)).toEqual(['3.215', '3.221'])
    expect(latencyBetween(3.218, 3.2151, 3.2209)).toBe('3.218')
    expect(latencyEnds(0.00412, 0.00418)).toEqual(['0.00412', '0.00418'])
    expect(latencyEnds(1234.5, 1300)).toEqual(['1,235', '1,300'])
    expect(latencyEnds(3.1, 3.2)).toEqual(['3.10', '3.20'])
    expect(latencyEnds(3, 3)).toEqual(['3.00', '3.00'])
  })
})

describe('the histogram of latencies', () => {
  it('says its percentiles with their ends, and which windows are in doubt', () => {
    const figure = latencyHistogram(latencies(), look)!
    expect(figure.words).toBe(
      'Latency of W8 A8 C8 at batch 1 over 2 windows: p50 2.50 ms (2.40 to 2.60), p99 4.00 ms; in doubt: window 2.',
    )
    expect(figure.notes).toEqual(['Window 2: throttled.'])
    expect(figure.caption[0]).toContain('5 samples in 2 windows, none left out')
  })

  it('draws samples of windows in doubt as outlines, others filled', () => {
    const bars = shapes(latencyHistogram(latencies(), look)!).filter(({ type }) => type === 'rect')
    expect(bars.filter(({ style }) => style?.['fill'] === lightTokens.disc)).toHaveLength(3)
    expect(bars.filter(({ style }) => style?.['stroke'] === lightTokens.warn)).toHaveLength(2)
  })

  it('dashes a percentile in doubt, and draws a zone only where there is an interval', () => {
    const drawn = shapes(latencyHistogram(latencies(), look)!)
    expect(drawn.filter(({ type }) => type === 'line').map(({ style }) => style?.['lineDash'])).toEqual([
      undefined,
      [4, 3],
    ])
    expect(drawn.filter(({ style }) => style?.['fill'] === lightTokens['set-b-band'])).toHaveLength(1)
  })

  it('gives a bin of one sample a height', () => {
    const one = latencyHistogram(latencies({ histogram: histogram([1, 2]), percentiles: [] }), look)!
    for (const { shape } of shapes(one)) expect(shape!['height']).toBeGreaterThan(0)
  })

  it('can be gone through bin by bin, empty ones left out, and counts all in its table', () => {
    const figure = latencyHistogram(latencies(), look)!
    expect(figure.data!.length).toBe(figure.table.rows.length)
    const counted = figure.table.rows.map(([, , sound, doubted]) => Number(sound) + Number(doubted))
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(5)
    expect(figure.data!.at(-1)!.words).toMatch(/ms: 0 samples, and 1 sample of windows in doubt\.$/)
  })

  it('says that it was emulated in its notes, its key and its words', () => {
    const { notes, keys, words } = latencyHistogram(latencies({ emulated: true }), look)!
    expect(notes[0]).toMatch(/^Emulated/)
    expect(keys[0]!.label).toContain('emulated')
    expect(words).toContain('Emulated')
  })

  it('keeps labels of percentiles apart, the last inside the picture', () => {
    const near = [1, 1.001, 1.002, 1.003].map((value_ms, index) => ({
      ...{ name: `p${index}`, value_ms, low_ms: null, high_ms: null, doubted: false },
    }))
    const figure = latencyHistogram(latencies({ histogram: histogram([3]), percentiles: near }), look, 400)!
    const places = figure.option.graphic.filter(({ y }) => y === 12).map(({ x }) => Number(x))
    for (const [index, place] of places.entries()) if (index > 0) expect(place - places[index - 1]!).toBeGreaterThan(40)
    expect(places.at(-1)).toBeLessThan(400 - 40)
  })

  it('says how many samples lie beyond its bins, and counts them', () => {
    const figure = latencyHistogram(
      latencies({ histogram: histogram([1, 2], [0, 0], { below: 0, above: 12 }), percentiles: [] }),
      look,
    )!
    expect(figure.caption[0]).toMatch(/^15 samples/)
    expect(JSON.stringify(figure.option.graphic)).toContain('12 above 2.00 →')
  })

  it('tells short times in microseconds', () => {
    const short = { low_us: 1, width_us: 0.5, counts: [1, 3], marked: [0, 0], below: 0, above: 0 }
    const median = { name: 'p50', value_ms: 0.0015, low_ms: null, high_ms: null, doubted: false }
    const figure = latencyHistogram(latencies({ histogram: short, percentiles: [median] }), look)!
    expect(figure.words).toContain('p50 1.50 µs;')
    expect(figure.option.xAxis[0]!['name']).toBe('microseconds an inference, batch 1')
    expect(figure.table.rows[0]!.slice(0, 2)).toEqual(['1.00', '1.50'])
  })

  it('is nothing without samples', () => {
    expect(latencyHistogram(latencies({ histogram: histogram([0]) }), look)).toBeNull()
  })

  it.each([
    [[2], 'window 2'],
    [[2, 3], 'windows 2 and 3'],
    [[1, 2, 5], 'windows 1, 2 and 5'],
  ])('calls %j %s', (numbers, words) => expect(windowsWords(numbers)).toBe(words))
})

describe('clock and temperature', () => {
  const conditions: Conditions = {
    points: [
      { at_s: 0, clock_GHz: 2.4, temperature_C: 61 },
      { at_s: 10, clock_GHz: 1.8, temperature_C: 85 },
      { at_s: 20, clock_GHz: 2.4, temperature_C: 80 },
    ],
    windows: [
      { number: 1, from_s: 0, to_s: 9, throttled: false },
      { number: 2, from_s: 9, to_s: 18, throttled: true },
    ],
  }

  it('has a ground behind a throttled window and a line where each window ends', () => {
    const drawn = shapes(boardConditions(conditions, look)!)
    expect(drawn.filter(({ style }) => style?.['fill'] === lightTokens['warn-soft'])).toHaveLength(1)
    expect(drawn.filter(({ type }) => type === 'line')).toHaveLength(2)
  })

  it('says both ranges and the windows that throttled', () => {
    const figure = boardConditions(conditions, look)!
    expect(figure.words).toBe('Clock 1.8 to 2.4 GHz, temperature 61.0 to 85.0 °C. The board throttled in window 2.')
    expect(figure.table.rows[1]).toEqual(['10.0', '1.80', '85.0', '2, throttled'])
  })

  it('says what a board does not tell, and is nothing where it tells neither', () => {
    const cool = conditions.points.map((one) => ({ ...one, temperature_C: null }))
    expect(boardConditions({ ...conditions, points: cool }, look)!.words).toContain('temperature not told')
    const mute = cool.map((one) => ({ ...one, clock_GHz: null }))
    expect(boardConditions({ ...conditions, points: mute }, look)).toBeNull()
  })
})

describe('accuracy against latency', () => {
  const points = [point('W4', 1, 0.8), point('W6', 2, 0.9), point('W7', 2.5, 0.89), point('float', 8, 0.91)]

  it('has a front of what nothing beats in both', () => {
    expect(frontOf(points, 'latency').map(({ id }) => id)).toEqual(['W4', 'W6', 'float'])
    const doubted = points.map((one) => (one.id === 'W6' ? { ...one, doubt: 'throttled' } : one))
    expect(frontOf(doubted, 'latency').map(({ id }) => id)).toEqual(['W4', 'W7', 'float'])
    expect(frontOf(doubted, 'size').map(({ id }) => id)).toEqual(['W4', 'W6', 'float'])
  })

  it('draws whiskers both ways against latency, one way against an exact size', () => {
    const lines = (against: 'latency' | 'size') =>
      shapes(boardPareto({ points: points.slice(0, 1), against, enlarged: true }, look)!).filter(
        ({ type }) => type === 'line',
      ).length
    expect([lines('latency'), lines('size')]).toEqual([6, 3])
  })

  it('tells families by mark, and what is in doubt or emulated by an empty mark', () => {
    const some = [
      point('a', 1, 0.8),
      point('b', 2, 0.8, { family: 'generative' }),
      point('c', 3, 0.8, { doubt: 'throttled' }),
      point('d', 4, 0.8, { emulated: true }),
    ]
    const figure = boardPareto({ points: some, against: 'latency', enlarged: true }, look)!
    const marks = shapes(figure).filter(({ type }) => type === 'circle' || type === 'polygon')
    expect(marks.map(({ type, style }) => [type, style?.['fill'], style?.['stroke']])).toEqual([
      ['circle', lightTokens.disc, lightTokens.disc],
      ['polygon', lightTokens.gen, lightTokens.gen],
      ['circle', lightTokens.surface, lightTokens['ink-3']],
      ['circle', lightTokens.surface, lightTokens.disc],
    ])
    expect(figure.notes).toEqual(['Emulated, not the times of a board: d.', 'In doubt, c: throttled'])
  })

  it('says in its notes of which family a point is where both have the width', () => {
    const families = (['discriminative', 'generative'] as const).map((family) => point('W4', 1, 0.8, { family }))
    const some = [...families.map((one) => ({ ...one, doubt: 'throttled' })), point('W8', 2, 0.9, { doubt: 'noisy' })]
    expect(boardPareto({ points: some, against: 'latency', enlarged: true }, look)!.notes).toEqual([
      'In doubt, W4 (discriminative): throttled',
      'In doubt, W4 (generative): throttled',
      'In doubt, W8: noisy',
    ])
  })

  it('lets a point be chosen, and reads it with its ends', () => {
    const [first] = boardPareto({ points, against: 'latency', enlarged: false }, look)!.data!
    expect(first!.ids).toEqual(['W4'])
    expect(first!.words).toBe('W4 (discriminative): 1.00 ms (0.990 to 1.010), 80.00 % (79.0 to 81.0).')
  })

  it('shows all accuracies unless it is asked to enlarge them, and says that it does', () => {
    const full = boardPareto({ points, against: 'latency', enlarged: false }, look)!
    expect([full.option.yAxis[0]!['min'], full.option.yAxis[0]!['max']]).toEqual([0, 1])
    expect(boardPareto({ points, against: 'latency', enlarged: true }, look)!.title).toMatch(/enlarged: \d+ to \d+ %$/)
  })

  it('labels every point that has room, and no two at one place where points lie close', () => {
    expect(boardPareto({ points, against: 'latency', enlarged: false }, look, 400)!.option.graphic).toHaveLength(4)
    const close = Array.from({ length: 4 }, (_, index) => point(`W${index}`, 1 + index / 100, 0.9 + index / 2000))
    const figure = boardPareto({ points: close, against: 'latency', enlarged: true }, look, 400)!
    const places = figure.option.graphic
      .filter(({ type }) => type === 'text')
      .map(({ x, y }) => `${Math.round(Number(x))} ${Math.round(y)}`)
    expect(places.length).toBeGreaterThan(0)
    expect(new Set(places).size).toBe(places.length)
  })

  it.each([360, 520, 1000])('sets no label of several boards on another, %i pixels wide', (width) => {
    const boards = ['local', 'workbench', 'arm64-qemu'].flatMap((board, slow) =>
      ['float', 'W8 A8 C8', 'W4 A4 C4'].map((bits, at) =>
        point(`${board} ${bits}`, 0.0016 * 20 ** slow * (1 + at / 10), 0.35 + at / 100),
      ),
    )
    const figure = boardPareto({ points: boards, against: 'latency', enlarged: true }, look, width, 180)!
    const labels = figure.option.graphic.filter(({ type }) => type === 'text')
    // 6 pixels a character, 11 a line.
    const areas = labels.map(({ x, y, style }) => ({
      ...{ x: Number(x), y: y - 5.5, height: 11 },
      width: String((style as { text: string }).text).length * 6,
    }))
    expect(areas.length).toBeGreaterThan(2)
    for (const [index, area] of areas.entries())
      expect(areas.slice(index + 1).filter((other) => meet(area, other))).toEqual([])
  })

  it('is nothing without points', () => {
    expect(boardPareto({ points: [], against: 'latency', enlarged: true }, look)).toBeNull()
  })
})

describe('figures of boards', () => {
  const all = (label: string): Figure[] => [
    latencyHistogram(latencies({ label }), look)!,
    boardPareto({ points: [point(label, 1, 0.9, { doubt: label })], against: 'latency', enlarged: true }, look)!,
  ]

  it('hold hostile names as plain text that is cut', () => {
    for (const figure of all(hostile)) {
      const said = JSON.stringify([
        figure.title,
        figure.words,
        figure.notes,
        figure.keys,
        figure.table,
        figure.data!.map((one) => one.words),
      ])
      expect(said).not.toMatch(/\u202e|\\u001b/)
      expect(figure.title.length).toBeLessThan(80)
      expect(JSON.stringify(figure.option)).not.toContain('x'.repeat(40))
    }
  })

  it('hold finite numbers, colours of the tokens alone, and rows as long as their heads', () => {
    const tokens = new Set<string>(Object.values(lightTokens))
    for (const figure of all('W4')) {
      const text = JSON.stringify(figure.option)
      expect(text).not.toContain('null,null')
      expect((text.match(/#[0-9a-f]{6,8}/g) ?? []).filter((colour) => !tokens.has(colour))).toEqual([])
      for (const row of figure.table.rows) expect(row).toHaveLength(figure.table.head.length)
      expect(figure.option.animation).toBe(false)
    }
  })
})
