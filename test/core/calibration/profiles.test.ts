import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ActivationProfile, SiteProfile } from '../../../src/core/calibration/activationProfile.ts'
import { compareProfiles, wasserstein } from '../../../src/core/calibration/compareProfiles.ts'
import { magnitudeQuantile, quantile, shareOutside } from '../../../src/core/calibration/histogram.ts'
import { mergeProfiles } from '../../../src/core/calibration/mergeProfiles.ts'
import { mergeRanges, ProfileCollector, RangeCollector } from '../../../src/core/calibration/profileCollector.ts'

const golden = JSON.parse(readFileSync(new URL('../../golden/calibration_profiles.json', import.meta.url), 'utf8'))
const cases = golden.cases.map((_: unknown, k: number) => k) as number[]

function collect(values: readonly number[], bins: number, chunk = values.length): SiteProfile {
  const chunks = Array.from({ length: Math.ceil(values.length / chunk) }, (_, k) =>
    Float32Array.from(values.slice(k * chunk, (k + 1) * chunk)),
  )
  const ranges = new RangeCollector()
  for (const part of chunks) ranges.add('cell', part)
  const collector = new ProfileCollector(ranges.ranges(), bins)
  for (const part of chunks) collector.add('cell', part)
  return collector.profile().cell!
}

function profileOf(cell: SiteProfile): ActivationProfile {
  return { bins: cell.histogram.length, texts: 2, steps: 10, parts: [{ cell }] }
}

describe('ProfileCollector', () => {
  it('gives the hand-computed figures of five values in four bins', () => {
    // Bins over [-1, 3] are one wide; 0 begins the second and 3 is in the last. Mean 1; deviations -2, -1, 0, 1, 2.
    expect(collect([-1, 0, 1, 2, 3], 4)).toEqual({
      count: 5,
      min: -1,
      max: 3,
      mean: 1,
      deviation: Math.SQRT2,
      histogram: Uint32Array.of(1, 1, 1, 2),
    })
  })

  it.each(cases)("agrees with NumPy's histogram and moments, case %i", (k) => {
    const expected = golden.cases[k]
    const found = collect(expected.values, golden.bins)
    expect([...found.histogram]).toEqual(expected.histogram)
    for (const name of ['min', 'max', 'mean', 'deviation'] as const) expect(found[name]).toBeCloseTo(expected[name], 12)
  })

  it('gives the same bits whatever the chunks', () => {
    const { values } = golden.cases[1]
    for (const chunk of [1, 7, 64]) expect(collect(values, 64, chunk)).toEqual(collect(values, 64))
  })

  it('puts a constant site into the first bin, with no -0', () => {
    expect(collect([-0, -0, -0], 4)).toEqual({
      count: 3,
      min: 0,
      max: 0,
      mean: 0,
      deviation: 0,
      histogram: Uint32Array.of(3, 0, 0, 0),
    })
    expect(collect([0.1, 0.1], 2)).toMatchObject({ min: Math.fround(0.1), mean: Math.fround(0.1), deviation: 0 })
  })

  it('knows no site that it saw no value of', () => {
    const ranges = new RangeCollector()
    ranges.add('cell', new Float32Array())
    expect(ranges.ranges()).toEqual({})
  })

  it.each([NaN, Infinity, -Infinity])('refuses %s with the name of its site', (value) => {
    const act = (): void => new RangeCollector().add('tanh-g', Float32Array.of(1, value))
    expect(act).toThrowError(expect.objectContaining({ code: 'non-finite-value' }))
    expect(act).toThrowError('tanh-g')
  })

  it('refuses a second pass that sees other values, or fewer', () => {
    const collector = new ProfileCollector({ cell: { count: 2, min: 0, max: 1 } }, 4)
    expect(() => collector.add('cell', Float32Array.of(1.5))).toThrow(RangeError)
    expect(() => collector.add('cell', Float32Array.of(NaN))).toThrow(RangeError)
    expect(() => collector.add('hidden', Float32Array.of(0))).toThrow(RangeError)
    expect(() => collector.profile()).toThrow(RangeError)
  })
})

describe('mergeProfiles', () => {
  it('gives what one collector gives of all values', () => {
    const values: number[] = golden.cases[0].values
    const halves = [values.slice(0, 100), values.slice(100)].map((half) => Float32Array.from(half))
    const ranges = halves.map((half) => {
      const collector = new RangeCollector()
      collector.add('cell', half)
      return collector.ranges()
    })
    const common = mergeRanges(ranges[0]!, ranges[1]!)
    const [a, b] = halves.map((half) => {
      const collector = new ProfileCollector({ cell: { ...common.cell!, count: half.length } }, 32)
      collector.add('cell', half)
      return profileOf(collector.profile().cell!)
    })
    const merged = mergeProfiles(a!, b!)
    const whole = collect(values, 32)
    expect(merged).toMatchObject({ texts: 4, steps: 20, bins: 32 })
    expect(merged.parts[0]!.cell).toMatchObject({
      count: 300,
      min: whole.min,
      max: whole.max,
      histogram: whole.histogram,
    })
    expect(merged.parts[0]!.cell!.mean).toBeCloseTo(whole.mean, 12)
    expect(merged.parts[0]!.cell!.deviation).toBeCloseTo(whole.deviation, 12)
  })

  it.each([
    ['ranges', profileOf(collect([0, 1], 4)), profileOf(collect([0, 2], 4))],
    ['bins', profileOf(collect([0, 1], 4)), profileOf(collect([0, 1], 8))],
    ['sites', profileOf(collect([0, 1], 4)), { ...profileOf(collect([0, 1], 4)), parts: [{}] }],
  ])('refuses unlike %s', (_, a, b) => {
    expect(() => mergeProfiles(a, b)).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })
})

describe('quantiles of a histogram', () => {
  it('interpolates within a bin: hand-computed for 1, 3, 4 values in three bins over [0, 3]', () => {
    const site = collect([0, 1, 1.5, 1.9, 2, 2.5, 2.7, 3], 3)
    expect([...site.histogram]).toEqual([1, 3, 4])
    // A quarter of 8 values is 2: one in the first bin, and a third of the second.
    expect(quantile(site, 0.25)).toBeCloseTo(4 / 3, 12)
    expect([quantile(site, 0), quantile(site, 0.5), quantile(site, 1)]).toEqual([0, 2, 3])
    expect(magnitudeQuantile(site, 0.25)).toBeCloseTo(4 / 3, 12)
  })

  it.each(cases)('agrees with NumPy and SciPy, case %i', (k) => {
    const { values, quantiles, magnitudes } = golden.cases[k]
    const site = collect(values, golden.bins)
    for (const [q, expected] of quantiles) expect(quantile(site, q)).toBeCloseTo(expected, 10)
    for (const [q, expected] of magnitudes) expect(magnitudeQuantile(site, q)).toBeCloseTo(expected, 10)
  })

  it('gives the largest magnitude at q = 1 exactly, and the constant of a constant site', () => {
    for (const k of cases) {
      const site = collect(golden.cases[k].values, golden.bins)
      expect(magnitudeQuantile(site, 1)).toBe(Math.max(Math.abs(site.min), Math.abs(site.max)))
      expect([quantile(site, 0), quantile(site, 1)]).toEqual([site.min, site.max])
    }
    const constant = collect([-0.5, -0.5], 4)
    expect([quantile(constant, 0.3), magnitudeQuantile(constant, 0.9)]).toEqual([-0.5, 0.5])
  })
})

describe('compareProfiles', () => {
  const sites = cases.map((k) => collect(golden.cases[k].values, golden.bins))

  it("agrees with SciPy's Wasserstein distance and the share outside, for every pair", () => {
    for (const { from, to, wasserstein: distance, outside } of golden.pairs) {
      const [shift] = compareProfiles(profileOf(sites[from]!), profileOf(sites[to]!))
      expect(shift!.wasserstein).toBeCloseTo(distance, 11)
      expect(shift!.outside).toBeCloseTo(outside, 11)
      expect(shift!.mean).toBeCloseTo(golden.cases[to].mean - golden.cases[from].mean, 11)
      expect(shift!.relative).toBeCloseTo(distance / golden.cases[from].deviation, 10)
    }
  })

  it('is a distance: zero of a profile to itself, alike both ways, and that of a shift', () => {
    for (const site of sites) expect(wasserstein(site, site)).toBe(0)
    expect(wasserstein(sites[0]!, sites[1]!)).toBeCloseTo(wasserstein(sites[1]!, sites[0]!), 12)
    const moved = { ...sites[0]!, min: sites[0]!.min + 2, max: sites[0]!.max + 2 }
    expect(wasserstein(sites[0]!, moved)).toBeCloseTo(2, 12)
  })

  it('measures from a constant site, which has no deviation to measure in', () => {
    const [shift] = compareProfiles(profileOf(collect([1, 1], 8)), profileOf(collect([1, 1, 1, 4], 8)))
    expect(shift).toMatchObject({ part: 0, site: 'cell', relative: null, outside: 1 })
    // The four values lie at bin centres 1.1875, 1.1875, 1.1875 and 3.8125.
    expect(shift!.wasserstein).toBeCloseTo((3 * 0.1875 + 2.8125) / 4, 12)
    expect(shareOutside(collect([1, 1], 8), { min: 1, max: 1 })).toBe(0)
  })

  it('leaves out sites that one profile lacks, and refuses unlike models', () => {
    const one = profileOf(sites[0]!)
    expect(compareProfiles(one, { ...one, parts: [{ hidden: sites[0]! }] })).toEqual([])
    expect(() => compareProfiles(one, { ...one, parts: [{}, {}] })).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })
})
