import { describe, expect, it } from 'vitest'
import { pivotAxes, selectRows, type FigureRow, type Only } from '../../../src/shared/charts/axes.ts'
import { columnsOf } from '../../../src/shared/charts/runColumns.ts'
import { facets, narrow, selectColumns, valuesAmong } from '../../../src/shared/charts/selectColumns.ts'
import type { Bits, Noise } from '../../../src/shared/units.ts'

function bitsOf(width: 4 | 8 | 'float'): Bits {
  const groups = {
    weights: width,
    input: width,
    hidden: width,
    gates: width,
    sigmoid: width,
    tanh: width,
    cell: width,
    head: width,
  }
  return { ...groups, label: `W${width} A${width} C${width}` }
}

const clean: Noise = { kind: 'none', level: 0 }
const noisy: Noise = { kind: 'qwerty', level: 0.1 }

function rowOf(number: number, change: Partial<FigureRow>): FigureRow {
  return {
    ...{ id: String(number), model: 'disc', family: 'discriminative', seed: 1, recipe: 'ours', bits: bitsOf(8) },
    ...{ composition: 'balanced', draw: 0, noise: clean, shift: null, split: 'test', n: 100, accuracy: number / 100 },
    interval: { low: 0, high: 1, level: 0.95, method: 'wilson' },
    ...{ macroF1: 0, nll: null, ece: 0, agreement: null, difference: null, model_bytes: 1, warnings: [] },
    ...change,
  }
}

const float = { recipe: null, composition: null, draw: null, bits: bitsOf('float') }
const rows = [
  rowOf(0, float),
  rowOf(1, { ...float, noise: noisy }),
  rowOf(2, {}),
  rowOf(3, { noise: noisy }),
  rowOf(4, { composition: 'one' }),
  rowOf(5, { bits: bitsOf(4), composition: 'one', draw: 1 }),
  rowOf(6, { model: 'gen', family: 'generative', bits: bitsOf(4) }),
]
const columns = columnsOf(rows)
const idsOf = (found: Uint32Array) => Array.from(found, (row) => columns.id(row))

describe('filters over columns', () => {
  const asked: Only[] = [
    {},
    { noise: ['none'] },
    { composition: ['one'] },
    { composition: ['one', 'balanced'], bits: ['W4 A4 C4'] },
    { model: ['gen'], noise: ['qwerty 0.1'] },
    { model: ['nobody'] },
  ]

  it.each(asked)('take the rows that the same filters take of a list: %o', (only) => {
    expect(idsOf(selectColumns(columns, only))).toEqual(selectRows(rows, only).map(({ id }) => id))
  })

  it.each(asked)('count for each value what a filter by it would leave, the others as they are: %o', (only) => {
    const counts = facets(columns, only)
    for (const axis of pivotAxes) {
      const others: Only = Object.fromEntries(Object.entries(only).filter(([name]) => name !== axis))
      columns.axes[axis].values.forEach((value, place) => {
        const left = selectRows(rows, others).filter((row) => columnsOf([row]).axes[axis].values.includes(value))
        expect(counts[axis][place], `${axis} ${value}`).toBe(left.length)
      })
    }
  })

  it('fix what is left over with several values: clean input, the usual composition, else the first', () => {
    const { only, fixed, rows: left } = narrow(columns, {}, ['model', 'recipe', 'bits'], { composition: 'one' })
    expect(only).toEqual({ noise: ['none'], composition: ['one'] })
    expect(fixed).toEqual(['noise', 'composition'])
    expect(idsOf(left)).toEqual(['0', '4', '5'])
    expect(narrow(columns, { model: ['gen'] }, ['bits']).fixed).toEqual([])
  })

  it('fix one of several values that a filter leaves', () => {
    const { only } = narrow(columns, { composition: ['one', 'balanced'] }, ['model', 'bits', 'noise'])
    expect(only).toEqual({ composition: ['balanced'] })
  })

  it('say which values are among some rows, in their order', () => {
    expect(valuesAmong(columns, Uint32Array.of(5, 0, 2), 'bits')).toEqual(['float', 'W8 A8 C8', 'W4 A4 C4'])
  })
})
