import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { factoredScores, offsetRange, safeRange } from '../../../src/core/evaluation/factoredScores.ts'

interface Case {
  name: string
  s: number[][]
  c: number[][]
  targets: number[]
  logLikelihoods: number[]
}
const { cases } = JSON.parse(readFileSync(new URL('../../golden/evaluation_scores.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}
const rows = (matrix: number[][]): Float64Array[] => matrix.map((row) => Float64Array.from(row))

describe('factoredScores', () => {
  it.each(cases)('give the direct form in 50 digits: $name', ({ s, c, targets, logLikelihoods }) => {
    const { relative, common } = factoredScores(rows(s), rows(c), targets)
    const largest = Math.max(1, ...logLikelihoods.map(Math.abs))
    logLikelihoods.forEach((value, y) => expect(Math.abs(relative[y]! + common - value)).toBeLessThan(1e-12 * largest))
  })

  it.each(cases)('need no guard where the offsets lie within 55: $name', ({ s, c, targets }) => {
    const { guarded } = factoredScores(rows(s), rows(c), targets)
    if (offsetRange(c) <= safeRange) expect(guarded).toBe(0)
  })

  it('take the direct form, and count it, where two spikes lie so far apart that 2 exp(-d) < 2^-80', () => {
    const guardedOf = (name: string): number => {
      const { s, c, targets } = cases.find((one) => one.name === name)!
      return factoredScores(rows(s), rows(c), targets).guarded
    }
    expect(guardedOf('two spikes, 54 apart')).toBe(0)
    expect(guardedOf('two spikes, 56 apart')).toBe(0)
    expect(guardedOf('two spikes, 80 apart')).toBe(2)
    expect(guardedOf('two spikes, 200 apart')).toBe(2)
  })
})
