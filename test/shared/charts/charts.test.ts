import { describe, expect, it } from 'vitest'
import { accuracyByBits } from '../../../src/shared/charts/accuracyByBits.ts'
import type { Figure } from '../../../src/shared/charts/figure.ts'
import { frameFigure } from '../../../src/shared/charts/frame.ts'
import { coarser, densities, stepOutline } from '../../../src/shared/charts/histograms.ts'
import { lookOf } from '../../../src/shared/charts/look.ts'
import { apart, roundSteps } from '../../../src/shared/charts/pieces.ts'
import {
  chartRequestSchema,
  figureOf,
  figuresOf,
  referenceComposition,
  slug,
  usualCharts,
} from '../../../src/shared/charts/requests.ts'
import { lightTokens } from '../../../src/shared/charts/tokens.ts'
import { broken, roughWidth, wrapped } from '../../../src/shared/charts/wrapped.ts'
import type { Results } from '../../../src/shared/contract/results.ts'
import { hostileNames, makeHostileResults, makeResults } from '../../core/export/results.ts'

const look = lookOf((token) => lightTokens[token], { sans: "'Sans'", mono: "'Mono'" })
const results = makeResults()
const hostile = makeHostileResults()

const usual = (study: Results) => figuresOf(study, look, usualCharts(study))
const named = (study: Results, name: string) => usual(study).find((figure) => figure.name === name) as Figure

/** Every value in an option, functions left aside. */
function* leaves(value: unknown, key = ''): Generator<[key: string, value: unknown]> {
  if (typeof value !== 'object' || value === null) yield [key, value]
  else for (const [name, inner] of Object.entries(value)) yield* leaves(inner, Array.isArray(value) ? key : name)
}

const texts = (figure: Figure) =>
  [...leaves(figure.option)].flatMap(([key, value]) => (key === 'text' ? [String(value)] : []))

describe('the usual charts', () => {
  it('are those that the study has something of, each with a name of its own', () => {
    const names = usual(results).map((figure) => figure.name)
    expect(names.slice(0, 5)).toEqual([
      'accuracy-by-bits',
      'accuracy-by-bits-enlarged',
      'noise-curves',
      'bits-by-composition',
      'differences-composition-matters',
    ])
    expect(names).toContain('activations-disc-one-against-balanced')
    expect(names).toContain('weight-adjustments-gen-w4-a4-c4-natural-against-balanced')
    expect(new Set(names).size).toBe(names.length)
    expect(usualCharts(results).map((request) => chartRequestSchema.parse(request))).toEqual(usualCharts(results))
  })

  it('are none of noise, quantization or questions where there are none', () => {
    const floats = makeResults({ widths: [], noises: [{ kind: 'none', level: 0 }] })
    expect(usual({ ...floats, answers: [], adjustments: [], profiles: [] })).toEqual([])
  })

  it.each([
    ['plain', results],
    ['hostile', hostile],
  ])('of %s results have file names of letters, digits and hyphens', (_kind, study) => {
    for (const { name } of usual(study)) expect(name).toMatch(/^[a-z0-9-]{1,200}$/)
  })

  it('hold no name as a template, as a style of rich text, or longer than thirty characters', () => {
    for (const figure of usual(hostile)) {
      const found = [...leaves(figure.option)]
      expect(
        found.filter(([key, value]) => ['formatter', 'rich'].includes(key) && typeof value !== 'function'),
      ).toEqual([])
      expect(figure.option.series.filter((series) => 'name' in series)).toEqual([])
      for (const text of [...texts(figure), figure.title, ...figure.keys.map(({ label }) => label)]) {
        expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
        expect(text).not.toContain(hostileNames.tex)
      }
    }
  })

  it('hold numbers that are finite, and do not move', () => {
    for (const figure of [...usual(results), ...usual(hostile)]) {
      for (const [, value] of leaves(figure.option))
        if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
      expect(figure.option.animation).toBe(false)
    }
  })

  it('use no colour but the tokens’, and mixtures in heat maps', () => {
    const tokens = new Set<string>(Object.values(lightTokens))
    for (const figure of usual(results).filter(({ name }) => name !== 'bits-by-composition')) {
      const colours = JSON.stringify(figure.option).match(/#[0-9a-f]{6,8}/g) ?? []
      expect(colours.filter((colour) => !tokens.has(colour))).toEqual([])
    }
  })

  it('have words and a table with as many cells in each row as in its head', () => {
    for (const { words, table } of usual(results)) {
      expect(words.length).toBeGreaterThan(40)
      for (const row of table.rows) expect(row).toHaveLength(table.head.length)
    }
  })
})

describe('what can be chosen in a chart', () => {
  const withData = usual(results).filter(({ data }) => data !== undefined)
  const rowsById = new Map(results.rows.map((row) => [row.id, row]))

  it('is every point of the curves and every cell of the heat map', () => {
    expect(withData.map(({ name }) => name)).toEqual([
      'accuracy-by-bits',
      'accuracy-by-bits-enlarged',
      'noise-curves',
      'bits-by-composition',
    ])
    const points = named(results, 'accuracy-by-bits').option.series.filter((series) => series['type'] === 'scatter')
    expect(named(results, 'accuracy-by-bits').data).toHaveLength(
      points.reduce((sum, series) => sum + (series['data'] as unknown[]).length, 0),
    )
    const cells = named(results, 'bits-by-composition').table.rows.flatMap((row) => row.slice(2))
    expect(named(results, 'bits-by-composition').data).toHaveLength(cells.filter((cell) => cell !== 'no result').length)
  })

  it('names the runs that it is made from, and they lie where it says', () => {
    for (const { at, place, ids } of withData.flatMap(({ data = [] }) => data)) {
      expect(ids.length).toBeGreaterThan(0)
      for (const id of ids) {
        const row = rowsById.get(id)
        expect(row?.model).toBe(place.model)
        if (place.composition !== undefined && row?.composition != null) expect(row.composition).toBe(place.composition)
      }
      if (ids.length === 1 && at.plot !== null) expect(at.y).toBe(rowsById.get(ids[0] ?? '')?.accuracy)
    }
  })

  it('has words that say which it is, its figure and its ends, without hostile signs', () => {
    const [first] = named(results, 'accuracy-by-bits').data ?? []
    expect(first?.words).toMatch(/^.+, .+, float: [\d.]+ % \([\d.]+ to [\d.]+\)/)
    for (const { words } of usual(hostile).flatMap(({ data = [] }) => data))
      expect(words).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
  })
})

describe('accuracyByBits', () => {
  const figure = named(results, 'accuracy-by-bits')
  const lines = figure.option.series.filter((series) => series['type'] === 'line') as {
    xAxisIndex: number
    data: [number, number][]
  }[]

  it('draws a plot for each composition and a line for each model in it', () => {
    expect(figure.option.grid).toHaveLength(4)
    expect(lines.map((line) => line.xAxisIndex)).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
  })

  it('puts the mean of the draws at each width, float first', () => {
    const cells = results.rows.filter(
      (row) => row.model === 'disc' && row.composition === 'one' && row.noise.kind === 'none' && row.bits.weights === 4,
    )
    const mean = cells.reduce((sum, row) => sum + row.accuracy, 0) / cells.length
    const line = lines[2]?.data ?? []
    expect(line).toHaveLength(9)
    expect(line[6]?.[1]).toBeCloseTo(mean, 12)
    expect(line[0]?.[1]).toBeCloseTo(0.9199, 3)
  })

  it('says what its whiskers are, and that float has none of that kind', () => {
    expect(figure.caption.join(' ')).toContain('Mean, lowest and highest of 3 calibration draws')
    expect(figure.caption.join(' ')).toContain('a float model has no draws')
  })

  it('draws the texts’ intervals where there is one draw, and then float’s too', () => {
    const single = makeResults({ draws: 1 })
    const words = named(single, 'accuracy-by-bits').caption.join(' ')
    expect(words).toContain('95 % Wilson interval over texts')
    expect(words).not.toContain('no draws')
  })

  it('goes from 0 to 100 %, and has a second chart that enlarges what is flat and says so', () => {
    expect(figure.option.yAxis[0]).toMatchObject({ min: 0, max: 1 })
    const enlarged = named(results, 'accuracy-by-bits-enlarged')
    expect(enlarged.title).toBe('Accuracy against width, enlarged: 88 to 93 %')
    expect(enlarged.table.head).toEqual(['panel', 'model', 'float', '16', '8', '7', '6'])
  })

  it('labels a mixture of widths in full, so that 4 never stands for it', () => {
    const mixed = makeResults({ widths: [8, 4] })
    const rows = mixed.rows.map((row) =>
      row.bits.weights === 4 ? { ...row, bits: { ...row.bits, cell: 8 as const, label: 'W4 A4 C8' } } : row,
    )
    const found = accuracyByBits({ rows }, look, { panels: 'composition', only: {}, enlarged: false }) as Figure
    expect(found.table.head.slice(2)).toEqual(['float', 'W8 A8 C8', 'W4 A4 C8'])
  })

  it('leaves a gap where a cell is missing and says "no result" in its table', () => {
    const partial = makeResults({
      leaveOut: (row) => row.composition === 'one' && row.bits.weights === 6 && row.model === 'gen',
    })
    const found = named(partial, 'accuracy-by-bits')
    const data = (found.option.series.filter((series) => series['type'] === 'line')[3] as { data: unknown[][] }).data
    expect(data[4]?.[1]).toBe('-')
    expect(found.table.rows[3]?.[6]).toBe('no result')
  })
})

describe('the heat map', () => {
  it('shows the loss with its half-width, in parentheses where an interval holds 0', () => {
    const { head, rows } = named(results, 'bits-by-composition').table
    expect(head.slice(2)).toEqual(['16', '8', '7', '6', '5', '4', '3', '2'])
    expect(rows[0]?.[2]).toMatch(/^\(−?0\.\d\), ±0\.\d$/)
    expect(rows[0]?.[7]).toMatch(/^18\.\d, ±0\.\d$/)
  })
})

describe('differences', () => {
  it('come on pages, the mark of each at the right and words where nothing could be tested', () => {
    const first = named(results, 'differences-composition-matters')
    expect(first.title).toBe('Differences: composition-matters, 1 of 2')
    expect(texts(first).filter((text) => text === 'not testable')).toHaveLength(3)
    expect(texts(first).filter((text) => text === '↓').length).toBeGreaterThan(5)
    expect(named(results, 'differences-composition-matters-2').table.rows).toHaveLength(8)
  })

  it('have no page past the last, and none of a question that is not asked', () => {
    expect(figureOf(results, look, { kind: 'differences', question: 'composition-matters', page: 2 })).toBeNull()
    expect(figureOf(results, look, { kind: 'differences', question: 'other', page: 0 })).toBeNull()
  })
})

describe('two sets', () => {
  it('that are identical are said to be', () => {
    const [first] = results.adjustments
    const twins = results.adjustments.map((one) => ({ ...one, adjustments: first?.adjustments ?? [] }))
    expect(
      named({ ...results, adjustments: twins }, 'weight-adjustments-disc-w4-a4-c4-one-against-balanced').notes,
    ).toEqual(['The two are identical: what differs between them does not reach these weights.'])
  })

  it('are held against the composition that a question names, else the balanced one, else the first', () => {
    expect(referenceComposition(results)).toBe('balanced')
    expect(referenceComposition({ ...results, answers: [] })).toBe('balanced')
    expect(referenceComposition(makeResults({ compositions: ['z', 'y'] }))).toBe('z')
  })
})

describe('histograms', () => {
  it('are densities: the area below them is 1', () => {
    const bins = { min: -2, max: 2, counts: [1, 2, 3, 2] }
    expect(densities(bins)).toEqual([0.125, 0.25, 0.375, 0.25])
    expect(densities(bins).reduce((sum, height) => sum + height, 0)).toBeCloseTo(1, 12)
  })

  it('step from foot to foot', () => {
    expect(stepOutline({ min: 0, max: 2, counts: [1, 1] })).toEqual([
      [0, 0],
      [0, 0.5],
      [1, 0.5],
      [1, 0.5],
      [2, 0.5],
      [2, 0],
    ])
  })

  it('of nothing, or of a single value, are drawn too', () => {
    expect(densities({ min: 0, max: 1, counts: [0, 0] })).toEqual([0, 0])
    expect(stepOutline({ min: 3, max: 3, counts: [5] })).toEqual([
      [2.5, 0],
      [2.5, 1],
      [3.5, 1],
      [3.5, 0],
    ])
  })

  it('become coarser by whole groups of bins, and stay as they are where none divides them', () => {
    expect(coarser([1, 2, 3, 4, 5, 6], 3)).toEqual([3, 7, 11])
    expect(coarser([1, 2, 3, 4, 5, 6, 7], 5)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })
})

describe('pieces', () => {
  it.each([
    [
      [0, 1],
      [0, 0.2, 0.4, 0.6, 0.8, 1],
    ],
    [
      [0.886, 0.923],
      [0.88, 0.89, 0.9, 0.91, 0.92, 0.93],
    ],
    [
      [-3, 14],
      [-5, 0, 5, 10, 15],
    ],
  ])('divide %j by round steps', ([low, high], steps) => {
    expect(roundSteps(low as number, high as number)).toEqual(steps)
  })

  it('move labels apart, as little as may be and not below the foot', () => {
    expect(apart([10, 12, 50], 13, 100)).toEqual([10, 23, 50])
    expect(apart([98, 99], 13, 100)).toEqual([87, 100])
    expect(apart([50, 10, 12], 13, 100)).toEqual([50, 10, 23])
  })

  it('break lines at blanks, and a word that is too long by itself', () => {
    const measure = (text: string) => text.length
    expect(wrapped('aa bb cc', 5, measure)).toEqual(['aa bb', 'cc'])
    expect(wrapped('abcdefgh ij', 3, measure)).toEqual(['abc', 'def', 'gh', 'ij'])
  })

  it('go to their lines by widths that no machine measures, what is left over into the last', () => {
    const size = 10
    expect(roughWidth('Mm', size)).toBeCloseTo(18.3, 9)
    expect(broken('short', 100, size, 2)).toBe('short')
    expect(broken('aaaa bbbb cccc dddd', 55, size, 2)).toBe('aaaa bbbb\ncccc dddd')
    expect(broken('aaaa bbbb cccc dddd', 30, size, 2)).toBe('aaaa\nbbbb cccc dddd')
    expect(broken('W'.repeat(30), 142.5, size, 2)).toBe(`${'W'.repeat(15)}\n${'W'.repeat(15)}`)
  })

  it('give a chart its heading by moving all of it down', () => {
    const figure = named(results, 'accuracy-by-bits')
    const measure = (text: string, size: number) => text.length * size * 0.5
    const framed = frameFigure(figure, look, measure, { heading: true, footer: ['made by'], padding: 16 })
    const bare = frameFigure(figure, look, measure, { heading: false, footer: [], padding: 0 })
    expect(framed.height).toBeGreaterThan(bare.height)
    const shift = (framed.option.grid[0]?.top ?? 0) - (figure.option.grid[0]?.top ?? 0)
    expect(shift).toBeGreaterThan(60)
    expect((framed.option.grid[3]?.top ?? 0) - (figure.option.grid[3]?.top ?? 0)).toBe(shift)
  })

  it('make file names of any text', () => {
    expect([slug('W4 A8 C8'), slug('Über/../Öl'), slug('你好'), slug('-x-')]).toEqual(['w4-a8-c8', 'uber-ol', '', 'x'])
  })

  it('end a long file name with a whole word, where there is one', () => {
    const words = 'accuracy model recipe composition by bits and noise'
    expect(slug(words)).toBe('accuracy-model-recipe-composition-by')
    expect(slug(words, 100)).toBe(words.replaceAll(' ', '-'))
    expect(slug('accuracy model recipe composition-by-bit s')).toBe('accuracy-model-recipe-composition-by-bit')
    expect(slug('x'.repeat(60))).toBe('x'.repeat(40))
  })
})
