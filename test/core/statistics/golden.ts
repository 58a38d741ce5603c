import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

/** Made by `test/golden/statistics_tests.py` with the versions it names. */
export const golden = JSON.parse(
  readFileSync(new URL('../../golden/statistics_tests.json', import.meta.url), 'utf8'),
) as Golden

export type P = Record<'two-sided' | 'greater' | 'less', number>
export interface Table {
  both: number
  firstOnly: number
  secondOnly: number
  neither: number
}
type Alternative = keyof P
interface Found {
  alternative: Alternative
  p: number
}

export interface Golden {
  versions: Record<string, string>
  distributions: Record<
    'normal' | 'student' | 'studentQuantile' | 'chiSquare' | 'f' | 'kolmogorov' | 'range',
    number[][]
  >
  mcnemar: { table: Table; statistic: number; statsmodels: number; exact: P; midP: P }[]
  pairedIntervals: { table: Table; level: number; tango: [number, number]; newcombe: [number, number] }[]
  means: {
    cases: {
      values: number[]
      interval: [number, number]
      margin: number
      tost: number
      prediction: [number, number]
    }[]
    stratified: { strata: number[][]; interval: [number, number] }
  }
  bootstrap: {
    values: number[]
    method: 'bootstrap-percentile' | 'bootstrap-bca'
    level: number
    replicates: number[]
    interval: [number, number]
  }[]
  signFlip: { values: number[]; mean: number; p: P }[]
  wilcoxon: {
    values: number[]
    exact: (Found & { zeros: 'wilcox' | 'pratt'; plus: number })[]
    asymptotic: (Found & { zeros: 'wilcox' | 'pratt'; plus: number; continuity: boolean })[]
  }[]
  twoGroups: {
    x: number[]
    y: number[]
    mannWhitney: { exact: (Found & { u: number })[]; asymptotic: (Found & { u: number; continuity: boolean })[] }
    brunnerMunzel: (Found & { method: 'student' | 'normal'; statistic: number })[]
    ks: { statistic: number; exact: number; asymptotic: number }
    permuted: P | null
    cliffsDelta: number
    wasserstein: number
    energy: number
  }[]
  manyGroups: {
    groups: number[][]
    kruskal: [number, number]
    levene: [number, number]
    brownForsythe: [number, number]
    anderson: number
  }[]
  friedman: { rows: number[][]; statistic: number; p: number; nemenyi: number[][] }[]
  energy: { pairs: number; distances: number[]; statistic: number; p: number }[]
  detectable: { n: number; discordant: number; alpha: number; difference: number | null }[]
  detectableMeans: { df: number; alpha: number; errors: number }[]
  corrections: Record<'p' | 'holm' | 'benjamini-hochberg' | 'benjamini-yekutieli', number[]>[]
}

/** The accuracy that statistics and p-values are promised to (p down to 1e-12). */
export const statisticTolerance = 1e-12
export const pTolerance = 1e-9

export function expectStatistic(found: number, expected: number): void {
  expectWithin(found, expected, statisticTolerance)
}

export function expectP(found: number, expected: number): void {
  if (expected < 1e-12) expect(found).toBeLessThan(1e-11)
  else expectWithin(found, expected, pTolerance)
}

/** Relative to the expected value; near 0, to 1. */
export function expectWithin(found: number, expected: number, tolerance: number): void {
  const scale = Math.abs(expected) < 1e-12 ? 1 : Math.abs(expected)
  expect(Math.abs(found - expected) / scale, `${found} for ${expected}`).toBeLessThanOrEqual(tolerance)
}
