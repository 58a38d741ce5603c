import { describe, expect, it } from 'vitest'
import { publishedTable, publishedTextTable, type PublishedRequest } from '../../../src/core/export/published.ts'
import { publishedSeries } from '../../../src/core/export/publishedFigures.ts'
import { makeResults } from './results.ts'

const request: PublishedRequest = {
  protocol: 'rewrite-2026',
  data: 'ag-news',
  family: 'generative',
  algorithm: 'plain',
  composition: 'balanced',
  only: { model: ['gen'], composition: ['balanced'] },
}

/** Accuracies of three seeds at all widths; two draws each, one point apart. */
function withSeeds(accuracies: readonly number[]) {
  const made = makeResults({
    seeds: accuracies.map((_, index) => index),
    draws: 2,
    widths: [8, 4],
    noises: [{ kind: 'none', level: 0 }],
  })
  const rows = made.rows.map((row) => ({
    ...row,
    accuracy: (accuracies[row.seed ?? 0] as number) + (row.draw === 1 ? 0.01 : row.draw === 0 ? -0.01 : 0),
  }))
  return { ...made, rows }
}

describe('publishedTable', () => {
  it('holds a published figure against where a new training run is expected', () => {
    // Seeds 0.90, 0.91, 0.92: mean 0.91, s 0.01; t(0.975, 2) = 4.302653; half = t s sqrt(1 + 1/3) = 0.049683.
    const rows = publishedTable(withSeeds([0.9, 0.91, 0.92]), request)
    const [float, eight, , four] = rows
    expect(float).toMatchObject({ bits: 'float', published: 0.9067, verdict: 'consistent' })
    expect(eight?.measured).toBeCloseTo(0.91, 12)
    expect(eight?.interval?.low).toBeCloseTo(0.91 - 0.049683, 5)
    expect(eight?.interval?.high).toBeCloseTo(0.91 + 0.049683, 5)
    expect(four).toMatchObject({ bits: 4, published: 0.6145, verdict: 'below' })
  })

  it('says that the training set is another one, and that few seeds are few', () => {
    const [float] = publishedTable(withSeeds([0.9, 0.91, 0.92]), request)
    expect(float?.limits).toEqual(['trained on other texts', expect.stringContaining('3 seeds of ours')])
  })

  it('decides nothing with one training seed, and says "not measured" of widths that were not run', () => {
    const rows = publishedTable(makeResults({ widths: [8] }), request)
    expect(rows.map(({ bits, verdict }) => [bits, verdict])).toEqual([
      ['float', 'not-testable'],
      [8, 'not-testable'],
      [6, 'not-measured'],
      [4, 'not-measured'],
      [3, 'not-measured'],
      [2, 'not-measured'],
    ])
  })

  it('takes weights of a width with activations of eight for the protocol that had these', () => {
    const made = makeResults({ widths: [8, 4] })
    const rows = made.rows.map((row) =>
      row.bits.weights === 4
        ? {
            ...row,
            bits: {
              ...row.bits,
              input: 8,
              hidden: 8,
              gates: 8,
              sigmoid: 8,
              tanh: 8,
              cell: 8,
              head: 8,
              label: 'W4 A8 C8',
            } as const,
          }
        : row,
    )
    const preprint = { ...request, protocol: 'preprint-2025', algorithm: 'gpfq' } as const
    const measured = (found: ReturnType<typeof publishedTable>) =>
      found.filter((row) => row.measured !== null).map((row) => row.bits)
    expect(measured(publishedTable({ rows }, preprint))).toEqual(['float', 8, 4])
    expect(measured(publishedTable({ rows: made.rows }, preprint))).toEqual(['float', 8])
  })

  it.each<[string, string, Partial<PublishedRequest>]>([
    ['not-found', 'figures that nobody published', { data: 'dbpedia' }],
    ['input-invalid', 'a mixture of compositions', { only: { model: ['gen'] } }],
  ])('refuses with %s %s', (code, _what, change) => {
    expect(() => publishedTable(makeResults(), { ...request, ...change })).toThrowError(
      expect.objectContaining({ code }),
    )
  })
})

describe('the published figures', () => {
  it('are fractions as they were printed in per cent, float first', () => {
    const [series] = publishedSeries.filter(
      (one) => one.protocol === 'rewrite-2026' && one.family === 'generative' && one.algorithm === 'plain',
    )
    expect(series?.figures).toEqual([
      ['float', 0.9067],
      [8, 0.9072],
      [6, 0.9042],
      [4, 0.6145],
      [3, 0.2308],
      [2, 0.25],
    ])
  })

  it('stand with their source in the table for people', () => {
    const table = publishedTextTable(withSeeds([0.9, 0.91, 0.92]), request)
    expect(table.caption[0]).toContain('MushfiqShovon/gen_disc_ptq (2026); one training seed, trained on 110,000 texts')
    expect(table.rows[1]).toEqual({
      stub: ['all sites 8'],
      cells: [{ text: '90.72' }, { text: '91.00', second: '86.0–96.0' }, { text: 'consistent' }],
    })
  })
})
