import { describe, expect, it } from 'vitest'
import { bitsTicks, ticksWithin, type BitsTicks } from '../../../src/shared/charts/bitsTicks.ts'
import type { FigureRow } from '../../../src/shared/charts/axes.ts'
import { accuracyByBits } from '../../../src/shared/charts/accuracyByBits.ts'
import { isDoubt, type Figure } from '../../../src/shared/charts/figure.ts'
import { heatMap } from '../../../src/shared/charts/heatMap.ts'
import { noiseCurves } from '../../../src/shared/charts/noiseCurves.ts'
import { lookOf, mixColours } from '../../../src/shared/charts/look.ts'
import { shortBits, shortLabels } from '../../../src/shared/charts/shortBits.ts'
import { lightTokens } from '../../../src/shared/charts/tokens.ts'
import { bitsLabel } from '../../../src/shared/units.ts'
import { makeResults } from '../../core/export/results.ts'

const mixed = bitsLabel({
  ...({ weights: 8, input: 8, hidden: 8, gates: 16, sigmoid: 16, tanh: 16, cell: 16, head: 8 } as const),
})

const policy = (...exceptions: string[]): string => ['W8 A8 C8', ...exceptions].join(' ')

describe('a width where there is little room', () => {
  it.each([
    ['float', 'float'],
    ['W4 A8 C8', 'W4 A8 C8'],
    [mixed, 'W8 A8/16 C16'],
    ['W2 input2 hiddenfloat gates2 sigmoid4 tanh2 head2 C2', 'W2 A2/float/4 C2'],
    [policy('gate-f4'), 'W8 A8 C8 gate-f4'],
    [policy('gate-f4', 'lstm-x4', 'embedding4'), 'W8 A8 C8 +3'],
    [`${mixed} gate-f4 gate-g4`, 'W8 A8/16 C16 +2'],
    ['a name of another kind', 'a name of another kind'],
  ])('%s is %s', (label, short) => expect(shortBits(label)).toBe(short))

  it('shows what is its own where it would look like another', () => {
    const other = 'W8 input16 hidden8 gates8 sigmoid8 tanh8 head8 C16'
    const alike = 'W8 input16 hidden8 gates16 sigmoid8 tanh8 head8 C16'
    expect(shortLabels([other, alike, 'W4 A4 C4'])).toEqual(['W8 …gates8', 'W8 …gates16', 'W4 A4 C4'])
    expect(shortLabels([policy('gate-f4'), policy('gate-g4')], 14)).toEqual(['W8 …gate-f4', 'W8 …gate-g4'])
    expect(shortLabels([policy('gate-f4')], 14)).toEqual(['W8 …gate-f4'])
  })

  it('has a number where what is its own is long', () => {
    const long = [policy('gate-f4', 'sigmoid-i4', 'tanh-g4'), policy('gate-g4', 'sigmoid-f4', 'embedding4')]
    expect(shortLabels([...long, 'W4 A4 C4'], 14)).toEqual(['W8 mix 1', 'W8 mix 2', 'W4 A4 C4'])
  })

  it.each([14, 20, Number.POSITIVE_INFINITY])('is not that of another, at %f characters', (most) => {
    const some = ['gate-f4', 'gate-g4', 'embedding4', 'lstm-x4', 'sigmoid-o4']
    const labels = some.flatMap((one, at) => [policy(one), ...some.slice(at + 1).map((two) => policy(one, two))])
    expect(new Set(shortLabels(labels, most)).size).toBe(labels.length)
  })
})

describe('the ticks of widths', () => {
  const ticksOf = (...labels: string[]): BitsTicks => ({
    ...{ values: labels, bits: [], whole: shortLabels(labels, 14), said: labels, name: 'bits', notes: [] },
    labels: shortLabels(labels, 14).map((label) => label.replace(' ', '\n')),
  })

  it('stand in two lines, and in three where those would run into each other', () => {
    const ticks = ticksOf('float', 'W8 A8 C8')
    expect(ticksWithin(ticks, 60).labels).toEqual(['float', 'W8\nA8 C8'])
    expect(ticksWithin(ticks, 36).labels).toEqual(['float', 'W8\nA8\nC8'])
    expect(ticksWithin(ticks, 30).labels[0]).toBe('fl.')
  })

  it('are numbers where a word is longer than a step, with a key to each', () => {
    const ticks = ticksOf('float', policy('gate-f4'), policy('gate-g4'), 'W4 A4 C4')
    expect(ticksWithin(ticks, 80)).toMatchObject({
      labels: ['float', 'W8\n…gate-f4', 'W8\n…gate-g4', 'W4\nA4 C4'],
      notes: ['W8 …gate-f4 stands for W8 A8 C8 gate-f4.', 'W8 …gate-g4 stands for W8 A8 C8 gate-g4.'],
    })
    expect(ticksWithin(ticks, 42)).toMatchObject({
      labels: ['float', 'W8\nmix\n1', 'W8\nmix\n2', 'W4\nA4\nC4'],
      notes: ['W8 mix 1 stands for W8 A8 C8 gate-f4.', 'W8 mix 2 stands for W8 A8 C8 gate-g4.'],
    })
  })

  it('count on what has a number already', () => {
    const long = policy('gate-g4', 'sigmoid-f4', 'embedding4')
    const ticks = ticksOf(policy('gate-f4', 'sigmoid-i4', 'tanh-g4'), long, `W8 A8 C16`)
    expect(ticksWithin(ticks, 42).labels).toEqual(['W8\nmix\n1', 'W8\nmix\n2', 'W8\nA8\nC16'])
  })
})

describe('the heat map of two recipes at different widths', () => {
  it('has in each block the widths that it was measured at, and all of them in its table', () => {
    const study = makeResults({
      models: { disc: 'discriminative' },
      widths: [8, 4],
      compositions: ['a', 'b'],
      draws: 1,
    })
    const rows = study.rows.flatMap((row) => {
      if (row.bits.label === 'W8 A8 C8') return [row]
      return row.bits.label === 'W4 A4 C4' ? [{ ...row, recipe: 'other' }] : []
    })
    const look = lookOf((name) => lightTokens[name], { sans: 'sans-serif', mono: 'monospace' })
    const figure = heatMap({ rows }, look, { only: { noise: ['none'] } })
    expect(figure?.data?.map(({ place }) => `${place.recipe} ${place.bits}`).toSorted()).toEqual([
      ...['other W4 A4 C4', 'other W4 A4 C4'],
      ...['ours W8 A8 C8', 'ours W8 A8 C8'],
    ])
    expect(JSON.stringify(figure?.option)).not.toContain('no result')
    expect(figure?.table.rows[0]).toContain('no result')
  })
})

describe('the heat map of many widths', () => {
  const look = lookOf((name) => lightTokens[name], { sans: 'sans-serif', mono: 'monospace' })
  const study = makeResults({ compositions: ['a', 'b'], draws: 2 })
  const rights = (figure: Figure): number[] => (figure.data ?? []).map(({ at }) => at.x + (at.width ?? 0) / 2)

  it.each([260, 360, 720])('is as wide as it was asked to be, %i pixels, and shows each cell once', (width) => {
    const figure = heatMap(study, look, { only: { noise: ['none'] } }, width)!
    expect(figure.width).toBe(width)
    expect(Math.max(...rights(figure))).toBeLessThanOrEqual(width)
    const cells = (figure.data ?? []).map(({ place: { model, bits, composition } }) =>
      [model, bits, composition].join(),
    )
    expect(cells).toHaveLength(2 * 8 * 2)
    expect(new Set(cells).size).toBe(cells.length)
  })

  it('has its blocks beside each other where they are not all in sight below each other', () => {
    const few = makeResults({ widths: [8, 4, 2], compositions: ['a', 'b'], draws: 2 })
    const tall = heatMap(few, look, { only: { noise: ['none'] } }, 720, 400)!
    const low = heatMap(few, look, { only: { noise: ['none'] } }, 720, 150)!
    expect(low.height).toBeLessThanOrEqual(150)
    expect(tall.height).toBeGreaterThan(low.height)
    expect(Math.max(...rights(low))).toBeLessThanOrEqual(720)
  })

  it('is pale where all losses are small', () => {
    const few = makeResults({ models: { disc: 'discriminative' }, widths: [8], compositions: ['a'], draws: 1 })
    const rows = few.rows.map((row) => {
      const difference = row.difference === null ? null : { ...row.difference, value: -0.003 }
      return { ...row, difference }
    })
    const figure = heatMap({ rows }, look, { only: { noise: ['none'] } })!
    const grounds = figure.option.graphic.flatMap(({ type, style }) =>
      type === 'rect' ? [(style as { fill: string }).fill] : [],
    )
    expect(grounds).toEqual([mixColours(lightTokens.sunken, lightTokens.disc, 0.06)])
  })

  it('has lower rows where that brings all blocks into sight', () => {
    const few = makeResults({ widths: [8, 6, 5, 4, 3, 2], compositions: ['a', 'b', 'c', 'd'], draws: 2 })
    const figure = heatMap(few, look, { only: { noise: ['none'] } }, 420, 400)!
    expect(figure.height).toBeLessThanOrEqual(400)
    expect(heatMap(few, look, { only: { noise: ['none'] } }, 420)!.height).toBeGreaterThan(400)
  })
})

describe('the names of lines under noise', () => {
  it('stay beside their plot, however low it was asked to be', () => {
    const look = lookOf((name) => lightTokens[name], { sans: 'sans-serif', mono: 'monospace' })
    const { option } = noiseCurves(makeResults({ draws: 1 }), look, { only: { composition: ['one'] } }, 720, 72)!
    const [first] = option.grid
    const names = option.graphic.filter(({ style }) => /^(float|W\d+ )/.test((style as { text?: string })?.text ?? ''))
    expect(names.length).toBeGreaterThan(8)
    for (const { y } of names) expect(y).toBeGreaterThan(first!.top - 14)
  })
})

describe('a line of a chart', () => {
  const look = lookOf((name) => lightTokens[name], { sans: 'sans-serif', mono: 'monospace' })
  const study = makeResults({ models: { disc: 'discriminative' }, widths: [8, 6, 4], compositions: ['a'], draws: 1 })
  const lineOf = (rows: FigureRow[]): unknown[] => {
    const request = { panels: 'composition' as const, only: { noise: ['none'] }, enlarged: false }
    const series = accuracyByBits({ rows }, look, request)?.option.series ?? []
    return series
      .filter(({ type }) => type === 'line')
      .map(({ data }) => (data as [number, unknown][]).map(([x]) => Math.abs(Math.round(x))))
  }

  it('goes past the widths that it was never measured at, and is parted where one is missing', () => {
    const turned = study.rows.map((row) => (row.bits.label === 'W6 A6 C6' ? { ...row, recipe: 'other' } : row))
    expect(lineOf(turned)).toEqual([
      [0, 1, 3],
      [0, 2],
    ])
    const missing = [...study.rows, ...study.rows.map((row) => ({ ...row, composition: row.composition && 'b' }))]
    const rows = missing.filter((row) => row.composition !== 'b' || row.bits.label !== 'W6 A6 C6')
    expect(lineOf(rows)).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ])
  })
})

describe('the enlarged accuracies', () => {
  it('span two points at least, so that a text or two do not look like a fall', () => {
    const look = lookOf((name) => lightTokens[name], { sans: 'sans-serif', mono: 'monospace' })
    const study = makeResults({ models: { disc: 'discriminative' }, widths: [8, 6], compositions: ['a'], draws: 1 })
    const rows = study.rows.map((row, at) => ({ ...row, accuracy: 0.69 + at / 10_000, interval: null }))
    const request = { panels: 'composition' as const, only: { noise: ['none'] }, enlarged: true }
    const axis = accuracyByBits({ rows: rows as unknown as FigureRow[] }, look, request)!.option.yAxis[0]!
    expect(Number(axis['max']) - Number(axis['min'])).toBeGreaterThanOrEqual(0.02)
  })
})

describe('the key to a label in short', () => {
  it('is told from what is doubtful', () => {
    const [note = ''] = bitsTicks(
      makeResults({ widths: [8] }).rows.map((row) => ({ ...row, bits: { ...row.bits, label: mixed } })),
    ).notes
    expect(note).toBe(`W8 A8/16 C16 stands for ${mixed}.`)
    expect(isDoubt(note)).toBe(false)
    expect(isDoubt('Warning, dead signal, in 3 cells: the LSTM stands for nothing.')).toBe(true)
  })
})
