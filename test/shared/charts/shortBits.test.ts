import { describe, expect, it } from 'vitest'
import { labelsWithin, onOneLine } from '../../../src/shared/charts/bitsTicks.ts'
import { heatMap } from '../../../src/shared/charts/heatMap.ts'
import { lookOf } from '../../../src/shared/charts/look.ts'
import { shortBits, shortLabels } from '../../../src/shared/charts/shortBits.ts'
import { lightTokens } from '../../../src/shared/charts/tokens.ts'
import { bitsLabel } from '../../../src/shared/units.ts'
import { makeResults } from '../../core/export/results.ts'

const mixed = bitsLabel({
  ...({ weights: 8, input: 8, hidden: 8, gates: 16, sigmoid: 16, tanh: 16, cell: 16, head: 8 } as const),
})

describe('a width where there is little room', () => {
  it.each([
    ['float', 'float'],
    ['W4 A8 C8', 'W4 A8 C8'],
    [mixed, 'W8 A8/16 C16'],
    ['W2 input2 hiddenfloat gates2 sigmoid4 tanh2 head2 C2', 'W2 A2/float/4 C2'],
  ])('%s is %s', (label, short) => expect(shortBits(label)).toBe(short))

  it('keeps whole what would look like another', () => {
    const other = 'W8 input16 hidden8 gates8 sigmoid8 tanh8 head8 C16'
    const alike = 'W8 input16 hidden8 gates16 sigmoid8 tanh8 head8 C16'
    expect(shortLabels([other, alike, 'W4 A4 C4'])).toEqual([other, alike, 'W4 A4 C4'])
  })

  it('stands in two lines, and in three where those would run into each other', () => {
    const labels = ['float', 'W8\nA8 C8']
    expect(labelsWithin({ labels }, 60)).toEqual(labels)
    expect(labelsWithin({ labels }, 36)).toEqual(['float', 'W8\nA8\nC8'])
    expect(labelsWithin({ labels }, 30)[0]).toBe('fl.')
    expect(onOneLine('fl.')).toBe('float')
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
