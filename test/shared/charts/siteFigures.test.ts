import { describe, expect, it } from 'vitest'
import { lookOf } from '../../../src/shared/charts/look.ts'
import { siteOverlay } from '../../../src/shared/charts/siteOverlay.ts'
import { siteOfDatum, siteShift } from '../../../src/shared/charts/siteShift.ts'
import { lightTokens } from '../../../src/shared/charts/tokens.ts'
import type { CalibrationComparison, ComparedSide, SiteComparison } from '../../../src/shared/contract/calibration.ts'

const look = lookOf((token) => lightTokens[token], { sans: 'sans', mono: 'mono' })

function side(offset: number, draws: number): ComparedSide {
  const clips = Array.from({ length: draws }, (_, draw) => ({ low: -3 + offset, high: 3 + offset + draw / 10 }))
  return { draws, mean: [0.1, 0.3, 0.1], low: [0, 0.2, 0], high: [0.2, 0.4, 0.2], clips, min: -5, max: 5 }
}

function comparison(change: Partial<SiteComparison> = {}): CalibrationComparison {
  const site: SiteComparison = {
    ...{ site: 'cell', from: -4, to: 4, set: side(0.5, 3), against: side(0, 3), step: 0.03 },
    shift: { mean: 0.92, interval: { low: 0.78, high: 1.08, level: 0.95, method: 'paired-t' }, pairs: 3 },
    between: { mean: 0.06, high: 0.11, pairs: 6 },
    ...change,
  }
  const model = { id: '01JD00000000000000000000M0', name: 'tiny', fingerprint: `sha256:${'ab'.repeat(32)}` }
  return { model, parts: 1, missing: [], paired: true, sites: [{ ...site, site: 'input' }, site] }
}

describe('two sets laid over each other', () => {
  it('say in words and in a table where each draw is clipped', () => {
    const figure = siteOverlay(comparison().sites[1]!, look, { set: 'mine', against: 'natural' })
    expect(figure.words).toContain('mine, 3 draws: values −5 to 5, clipped to −2.5 to 3.6.')
    expect(figure.table.rows).toHaveLength(6)
    expect(figure.table.rows[4]).toEqual(['natural', '1', '−3', '3.1'])
    expect(figure.keys.map(({ label, dash }) => [label, dash])).toEqual([
      ['mine', []],
      ['natural', [4, 3]],
    ])
    expect(figure.caption[0]).toContain('lowest to highest of 3 draws')
  })

  it('have no band where there is one draw, and one line where there is no reference', () => {
    const alone = { ...comparison().sites[1]!, set: side(0, 1), against: null, shift: null, between: null }
    const figure = siteOverlay(alone, look, { set: 'mine', against: null })
    expect(figure.option.series).toHaveLength(1)
    expect(figure.caption[0]).toContain('one draw, no band')
  })
})

describe('the shift by site', () => {
  it('gives each site with its interval, what draws of one set differ by, and the conditions', () => {
    const figure = siteShift(comparison(), look)!
    expect(figure.words).toContain('cell c 0.92, 95 % from 0.78 to 1.08; draws of one set up to 0.11.')
    expect(figure.table.rows[1]).toEqual(['cell c', '0.92', '0.78', '1.08', '3', '0.06', '0.11'])
    expect(figure.caption[0]).toMatch(/mean of 3 pairs of draws that share their texts/)
  })

  it('lets a site be chosen by its row', () => {
    const given = comparison()
    const [first, second] = siteShift(given, look)!.data!
    expect(siteOfDatum(given, first!)?.site).toBe('input')
    expect(siteOfDatum(given, second!)?.site).toBe('cell')
  })

  it('says that one pair has no interval, and is nothing without a reference', () => {
    const one = siteShift(comparison({ shift: { mean: 0.2, interval: null, pairs: 1 }, between: null }), look)!
    expect(one.table.rows[0]).toEqual(['input x', '0.20', 'one pair', 'one pair', '1', 'one draw', 'one draw'])
    expect(siteShift(comparison({ shift: null }), look)).toBeNull()
  })
})
