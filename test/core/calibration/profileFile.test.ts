import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ActivationProfile } from '../../../src/core/calibration/activationProfile.ts'
import { ProfileCollector, RangeCollector } from '../../../src/core/calibration/profileCollector.ts'
import { decodeProfile, encodeProfile, profileLimits } from '../../../src/core/calibration/profileFile.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import type { Site } from '../../../src/shared/contract/quantizationRules.ts'

function collect(seed: number, sites: readonly Site[]): ActivationProfile['parts'][number] {
  const random = stream(seed, 'profile')
  const values = sites.map((site) => [site, Float32Array.from({ length: 50 }, () => random.uniform() - 0.3)] as const)
  const ranges = new RangeCollector()
  for (const [site, of] of values) ranges.add(site, of)
  const collector = new ProfileCollector(ranges.ranges(), 16)
  for (const [site, of] of values) collector.add(site, of)
  return collector.profile()
}

const profile: ActivationProfile = {
  bins: 16,
  texts: 3,
  steps: 25,
  parts: [collect(1, ['input', 'hidden', 'cell']), {}, collect(2, ['cell'])],
}
const bytes = encodeProfile(profile)

/** The file with its header changed, length and padding made right again. */
function withHeader(change: (header: Record<string, never>) => unknown): Uint8Array {
  const length = new DataView(bytes.buffer).getUint32(12, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(16, 16 + length)))
  const changed = change(header) ?? header
  const text = typeof changed === 'string' ? changed : JSON.stringify(changed)
  const json = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 4) * 4))
  const made = new Uint8Array([...bytes.subarray(0, 16), ...json, ...bytes.subarray(16 + length)])
  new DataView(made.buffer).setUint32(12, json.length, true)
  return made
}

describe('profile file', () => {
  it('gives back every digit', () => {
    expect(decodeProfile(bytes)).toEqual(profile)
  })

  it('of version 1, written by an independent program, is read and written again', () => {
    const golden = (ending: string): Buffer =>
      readFileSync(new URL(`../../golden/activation_profile_v1.${ending}`, import.meta.url))
    const told = JSON.parse(golden('json').toString(), (name, value: unknown) =>
      name === 'histogram' ? Uint32Array.from(value as number[]) : value,
    ) as ActivationProfile
    const file = new Uint8Array(golden('bin'))
    expect(decodeProfile(file)).toEqual(told)
    expect(encodeProfile(told)).toEqual(file)
  })

  it('is the same bytes for the same profile, whatever the order of its sites', () => {
    const { input, hidden, cell } = profile.parts[0]!
    const turned = {
      ...profile,
      parts: [{ cell, hidden, input } as (typeof profile.parts)[0], ...profile.parts.slice(1)],
    }
    expect(encodeProfile(turned)).toEqual(bytes)
  })

  it('reads a view that begins anywhere', () => {
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(decodeProfile(shifted.subarray(3))).toEqual(profile)
  })

  it('takes -0 for 0', () => {
    const cell = { count: 1, min: -0, max: 0, mean: -0, deviation: 0, histogram: Uint32Array.of(1) }
    const read = decodeProfile(encodeProfile({ bins: 1, texts: 1, steps: 1, parts: [{ cell }] }))
    expect(read.parts[0]!.cell).toEqual({ ...cell, min: 0, mean: 0 })
  })

  it('refuses to write histograms of another length than it says', () => {
    expect(() => encodeProfile({ ...profile, bins: 8 })).toThrow(RangeError)
  })

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['another file', new Uint8Array(64)],
    ['a file cut short', bytes.subarray(0, bytes.length - 1)],
    ['a file with more behind it', new Uint8Array([...bytes, 0])],
    ['another version', bytes.with(8, 2)],
    ['a length past the end', bytes.with(13, 0xff)],
    ['a count that is not the histogram', bytes.with(bytes.length - 1, 1)],
    ['a header that is no JSON', withHeader(() => '{"kind": ')],
    ['a header of another kind', withHeader((header) => ({ ...header, kind: 'calibration-set' }))],
    ['an unknown site', withHeader((header) => ({ ...header, parts: [{ attention: {} }] }))],
    ['a name twice', withHeader(() => '{"kind":"activation-profile","kind":"activation-profile"}')],
    ['deep nesting', withHeader(() => '['.repeat(100_000))],
    ['more bins than the file has', withHeader((header) => ({ ...header, bins: 17 }))],
    ['bins past the limit', withHeader((header) => ({ ...header, bins: profileLimits.bins + 1 }))],
    ['no parts', withHeader((header) => ({ ...header, parts: [] }))],
    ['a range upside down', withHeader((header) => site(header, { min: 5 }))],
    ['a mean outside the range', withHeader((header) => site(header, { mean: 2 }))],
    ['a deviation past half the range', withHeader((header) => site(header, { deviation: 0.7 }))],
    ['a number that float32 has not', withHeader((header) => site(header, { max: 1e39 }))],
  ])('refuses %s', (_, hostile) => {
    expect(() => decodeProfile(hostile)).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })

  it('refuses a header that claims more than the limit', () => {
    const hostile = bytes.slice()
    new DataView(hostile.buffer).setUint32(12, 0xffff_ffff, true)
    expect(() => decodeProfile(hostile)).toThrowError(expect.objectContaining({ code: 'too-large' }))
  })
})

function site(header: { parts?: { cell: object }[] }, change: object): unknown {
  const [first, ...rest] = header.parts!
  return { ...header, parts: [{ ...first!, cell: { ...first!.cell, ...change } }, ...rest] }
}
