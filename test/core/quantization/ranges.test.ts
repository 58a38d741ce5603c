import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { SiteProfile } from '../../../src/core/calibration/activationProfile.ts'
import { ProfileCollector, RangeCollector } from '../../../src/core/calibration/profileCollector.ts'
import { gridOf, scaleOf, staticGrid } from '../../../src/core/quantization/grid.ts'
import { ofProfile, ofValues } from '../../../src/core/quantization/ranges/distribution.ts'
import { findRange, type RangeRequest } from '../../../src/core/quantization/ranges/findRange.ts'
import type { ValueRange } from '../../../src/core/quantization/ranges/valueRange.ts'
import { quantizeMatrix, dequantizeMatrix } from '../../../src/core/quantization/weightMatrix.ts'
import { calibratorSchema, recipeSchema, type Scheme } from '../../../src/shared/contract/quantizationRules.ts'

const golden = JSON.parse(readFileSync(new URL('../../golden/ranges_calibrators.json', import.meta.url), 'utf8'))
const cases = golden.map((_: unknown, k: number) => k) as number[]
const rules = { rounding: 'reciprocal', zeroPoint: 'after' } as const

function values(k: number): Float32Array {
  return Float32Array.from(golden[k].values)
}

function profile(of: Float32Array, bins: number): SiteProfile {
  const ranges = new RangeCollector()
  ranges.add('cell', of)
  const collector = new ProfileCollector(ranges.ranges(), bins)
  collector.add('cell', of)
  return collector.profile().cell!
}

function siteRequest(scheme: Scheme, width: RangeRequest['width'], calibrator: object): RangeRequest {
  const gridOf = (range: ValueRange) =>
    staticGrid(range, { width, scheme, powerOfTwo: false, symmetricDivisor: 'narrow' })
  return { calibrator: calibratorSchema.parse(calibrator), scheme, width, gridOf, rules }
}

/** The same with the narrow grid of weights. */
function weightRequest(width: RangeRequest['width'], calibrator: object): RangeRequest {
  const high = 2 ** (width - 1) - 1
  const ofRange = ({ max }: ValueRange) => gridOf({ width, low: -high, high }, scaleOf(Math.fround(max), high), 0)
  return { calibrator: calibratorSchema.parse(calibrator), scheme: 'symmetric', width, gridOf: ofRange, rules }
}

describe('percentile', () => {
  it.each(cases)("agrees with NumPy's quantiles of values and magnitudes, case %i", (k) => {
    const of = ofValues(values(k))
    for (const [q, expected] of golden[k].magnitudes) {
      const found = findRange(of, siteRequest('symmetric', 8, { name: 'percentile', q }))
      expect(found.max).toBeCloseTo(expected, 12)
      expect(found.min).toBe(-found.max)
    }
    for (const [q, [min, max]] of golden[k].quantiles) {
      const found = findRange(of, siteRequest('affine', 8, { name: 'percentile', q }))
      expect(found.min).toBeCloseTo(min, 12)
      expect(found.max).toBeCloseTo(max, 12)
    }
  })

  it.each(cases)('finds about the same from a profile: within two bins, case %i', (k) => {
    const of = profile(values(k), 2048)
    const width = (of.max - of.min) / 2048
    for (const [q, expected] of golden[k].magnitudes) {
      // The interpolation between order statistics moves a tail quantile by up to the gap of two of 300 values.
      const gap = neighbours(values(k), expected)
      const found = findRange(ofProfile(of), siteRequest('symmetric', 8, { name: 'percentile', q }))
      expect(Math.abs(found.max - expected)).toBeLessThan(gap + 2 * width)
    }
  })

  it('takes the whole range where a percentile is 0 and the values are not', () => {
    const mostlyZero = Float32Array.from({ length: 100 }, (_, k) => (k === 7 ? -0.5 : 0))
    const found = findRange(ofValues(mostlyZero), siteRequest('symmetric', 8, { name: 'percentile', q: 0.9 }))
    expect(found).toEqual({ min: -0.5, max: 0.5 })
  })
})

/** The distance of the two magnitudes about x. */
function neighbours(of: Float32Array, x: number): number {
  const sorted = of.map(Math.abs).sort()
  const above = sorted.findIndex((value) => value > x)
  return (
    sorted[above === -1 ? sorted.length - 1 : Math.min(above + 1, sorted.length - 1)]! -
    sorted[Math.max(0, (above === -1 ? sorted.length : above) - 2)]!
  )
}

describe('least squared error', () => {
  it.each(cases)('finds the share of the range that NumPy finds by exhaustion, case %i', (k) => {
    const of = ofValues(values(k))
    for (const { scheme, kind, bits, share } of golden[k].mse) {
      const calibrator = { name: 'mse', steps: 50 }
      const request = kind === 'weights' ? weightRequest(bits, calibrator) : siteRequest(scheme, bits, calibrator)
      const widest = findRange(of, { ...request, calibrator: { name: 'min-max' } })
      const found = findRange(of, request)
      expect(found.max).toBeCloseTo(widest.max * share, 12)
      expect(found.min).toBeCloseTo(widest.min * share, 12)
    }
  })

  it('takes the whole range where no other errs less', () => {
    expect(findRange(ofValues(new Float32Array(5)), siteRequest('symmetric', 4, { name: 'mse' })).max).toBe(0)
    // At two bits -1, 0 and 1 are on the grid of the whole range alone.
    expect(findRange(ofValues(Float32Array.of(1, -1, 0)), weightRequest(2, { name: 'mse' })).max).toBe(1)
  })

  it('errs no more than the whole range on the grid that it is for', () => {
    const of = values(0)
    for (const width of [2, 3, 4, 8] as const) {
      const error = (name: 'mse' | 'min-max'): number => {
        const weights = recipeSchema.parse({ weights: { granularity: 'tensor', calibrator: { name } } }).weights
        const made = quantizeMatrix(of, 4, of.length / 4, { width, weights, rounding: 'reciprocal' }, false)
        return dequantizeMatrix(made).reduce((sum, value, k) => sum + (value - of[k]!) ** 2, 0)
      }
      expect(error('mse')).toBeLessThanOrEqual(error('min-max'))
    }
  })
})

describe('least divergence', () => {
  it.each(cases)('finds the window that SciPy finds by exhaustion, case %i', (k) => {
    const of = ofValues(values(k))
    for (const { bits, magnitude, range } of golden[k].kl) {
      const calibrator = { name: 'kl', bins: 64 }
      expect(findRange(of, siteRequest('symmetric', bits, calibrator)).max).toBeCloseTo(magnitude, 12)
      const affine = findRange(of, siteRequest('affine', bits, calibrator))
      expect([affine.min, affine.max]).toEqual([expect.closeTo(range[0], 12), expect.closeTo(range[1], 12)])
    }
  })

  it('finds the same from a profile whose bins are those of the search', () => {
    // Values of one sign: the bins of the profile over [0, max] are those of the magnitudes.
    const of = Float32Array.of(0, ...golden[2].values)
    const found = findRange(ofProfile(profile(of, 64)), siteRequest('symmetric', 4, { name: 'kl', bins: 64 }))
    const expected = findRange(ofValues(of), siteRequest('symmetric', 4, { name: 'kl', bins: 64 }))
    expect(found.max).toBeCloseTo(expected.max, 9)
  })

  it('takes the whole range where the width has more levels than there are bins', () => {
    const of = ofValues(values(3))
    expect(findRange(of, siteRequest('symmetric', 8, { name: 'kl', bins: 64 })).max).toBe(2)
    expect(findRange(of, siteRequest('affine', 16, { name: 'kl', bins: 2048 }))).toEqual({ min: -1.5, max: 2 })
  })

  it('cuts off two outliers at few bits', () => {
    expect(findRange(ofValues(values(3)), siteRequest('symmetric', 3, { name: 'kl', bins: 64 })).max).toBeLessThan(0.5)
  })
})

describe('every calibrator', () => {
  const all = [{ name: 'min-max' }, { name: 'percentile', q: 0.99 }, { name: 'mse' }, { name: 'kl', bins: 128 }]

  it.each(all)('$name gives a range with 0 in it, from values and from a profile', (calibrator) => {
    const samples = [
      ...cases.map(values),
      Float32Array.of(2, 3),
      Float32Array.of(-2, -3),
      Float32Array.of(0.5),
      new Float32Array(3),
    ]
    for (const of of samples) {
      for (const distribution of [ofValues(of), ofProfile(profile(of, 256))]) {
        for (const scheme of ['symmetric', 'affine'] as const) {
          const { min, max } = findRange(distribution, siteRequest(scheme, 4, calibrator))
          expect(min <= 0 && max >= 0 && !Object.is(min, -0) && !Object.is(max, -0)).toBe(true)
          if (scheme === 'symmetric') expect(min + max).toBe(0)
          expect(max).toBeLessThanOrEqual(Math.max(0, ...of.map(Math.abs)))
        }
      }
    }
  })

  it.each(all)('$name keeps a constant: its magnitude is the range', (calibrator) => {
    for (const constant of [0.5, -0.5]) {
      const of = ofProfile(profile(new Float32Array(9).fill(constant), 64))
      expect(findRange(of, siteRequest('symmetric', 8, calibrator)).max).toBeGreaterThan(0.49)
    }
  })
})
