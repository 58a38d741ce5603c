import { z } from 'zod'
import { sites, siteSchema, type Site } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import { inspectJson } from '../model/inspectJson.ts'
import { canonicalJson } from '../run/canonicalJson.ts'
import type { ActivationProfile, PartProfile, SiteProfile } from './activationProfile.ts'

/** What a file may claim at most. */
export const profileLimits = { headerBytes: 16 * 1024 * 1024, parts: 65_536, bins: 65_536 } as const

const magic = 'BGPROFIL'
const prefixBytes = 16
const float32Max = 3.4028234663852886e38
const value = z.number().min(-float32Max).max(float32Max)

const siteHeaderSchema = z.strictObject({
  count: z.int().min(1).max(0xffff_ffff),
  min: value,
  max: value,
  mean: value,
  deviation: z.number().min(0).max(float32Max),
})
type SiteHeader = z.infer<typeof siteHeaderSchema>

const headerSchema = z.strictObject({
  kind: z.literal('activation-profile'),
  version: z.literal(1),
  bins: z.int().min(1).max(profileLimits.bins),
  texts: z.int().min(1),
  steps: z.int().min(0),
  parts: z.array(z.partialRecord(siteSchema, siteHeaderSchema)).min(1).max(profileLimits.parts),
})
type Header = z.infer<typeof headerSchema>

/**
 * A profile as bytes, the same for the same profile: `BGPROFIL`, the version and the header's length (u32 each, little-endian), the header
 * (canonical JSON, padded with blanks to a multiple of 4), then the histograms as u32, part after part, sites in their order.
 */
export function encodeProfile({ bins, texts, steps, parts }: ActivationProfile): Uint8Array {
  const headers = parts.map((part) => Object.fromEntries(entries(part).map(([site, of]) => [site, headerOf(of)])))
  const header = { kind: 'activation-profile', version: 1, bins, texts, steps, parts: headers }
  const json = new TextEncoder().encode(canonicalJson(header))
  const headerBytes = Math.ceil(json.length / 4) * 4
  const histograms = parts.flatMap((part) => entries(part).map(([, { histogram }]) => histogram))
  if (histograms.some(({ length }) => length !== bins))
    throw new RangeError(`Every histogram of a profile has ${bins} bins.`)
  const bytes = new Uint8Array(prefixBytes + headerBytes + histograms.length * bins * 4)
  bytes.set(new TextEncoder().encode(magic))
  const view = new DataView(bytes.buffer)
  view.setUint32(8, 1, true)
  view.setUint32(12, headerBytes, true)
  bytes.fill(0x20, prefixBytes, prefixBytes + headerBytes).set(json, prefixBytes)
  let at = prefixBytes + headerBytes
  for (const histogram of histograms) for (const texts of histogram) view.setUint32((at += 4) - 4, texts, true)
  return bytes
}

/**
 * Reads a profile from bytes that may have been made to do harm: lengths against the file before memory is taken, the header by schema, and of
 * each site what one implies of another (range, moments, the histogram's sum).
 *
 * @throws AppError `input-invalid`, `too-large`
 */
export function decodeProfile(bytes: Uint8Array): ActivationProfile {
  const { header, at } = parseHeader(bytes)
  const { bins, texts, steps } = header
  const found = header.parts.reduce((sum, part) => sum + Object.keys(part).length, 0)
  if (bytes.length - at !== found * bins * 4) {
    throw invalid(`${bytes.length - at} bytes of histograms where the header says ${found * bins * 4}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + at)
  let read = 0
  const readSite = (site: Site, of: SiteHeader): SiteProfile => {
    const histogram = Uint32Array.from({ length: bins }, (_, bin) => view.getUint32((read + bin) * 4, true))
    read += bins
    assertSite(site, of, histogram)
    return { ...of, histogram }
  }
  const parts = header.parts.map((part): PartProfile =>
    Object.fromEntries(sites.flatMap((site) => (part[site] ? [[site, readSite(site, part[site])]] : []))),
  )
  return { bins, texts, steps, parts }
}

function entries(part: PartProfile): [Site, SiteProfile][] {
  return sites.flatMap((site): [Site, SiteProfile][] => (part[site] === undefined ? [] : [[site, part[site]]]))
}

function headerOf({ count, min, max, mean, deviation }: SiteProfile): SiteHeader {
  // 0 is added because JSON has no -0.
  return { count, min: min + 0, max: max + 0, mean: mean + 0, deviation }
}

function parseHeader(bytes: Uint8Array): { header: Header; at: number } {
  if (bytes.length < prefixBytes || new TextDecoder().decode(bytes.subarray(0, 8)) !== magic) {
    throw invalid('a file that does not begin as one')
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  if (view.getUint32(8, true) !== 1) throw invalid(`version ${view.getUint32(8, true)}, and this program reads 1`)
  const length = view.getUint32(12, true)
  if (length > profileLimits.headerBytes) {
    throw new AppError('too-large', 'The activation profile claims more than is read.', {
      expected: `a header of at most ${profileLimits.headerBytes} bytes`,
      found: String(length),
    })
  }
  if (prefixBytes + length > bytes.length) throw invalid(`a header of ${length} bytes in a file of ${bytes.length}`)
  return { header: parseJson(bytes.subarray(prefixBytes, prefixBytes + length)), at: prefixBytes + length }
}

function parseJson(bytes: Uint8Array): Header {
  let parsed: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const { depth, repeated } = inspectJson(text)
    if (depth <= 4 && repeated === undefined) parsed = JSON.parse(text)
  } catch {
    // Falls through to the schema's refusal.
  }
  const header = headerSchema.safeParse(parsed)
  if (!header.success) throw invalid('a header that does not describe a profile')
  return header.data
}

/** Of a moment's place: `slack` is what its rounding may be off by. */
function assertSite(site: Site, { count, min, max, mean, deviation }: SiteHeader, histogram: Uint32Array): void {
  const slack = (max - min) * 1e-9
  const total = histogram.reduce((sum, texts) => sum + texts, 0)
  if (min > max) throw invalid(`a least value above the largest, at ${site}`)
  if (mean < min - slack || mean > max + slack) throw invalid(`a mean outside the range, at ${site}`)
  if (deviation > (max - min) / 2 + slack) throw invalid(`a deviation that the range forbids, at ${site}`)
  if (total !== count) throw invalid(`a histogram of ${total} values where the count says ${count}, at ${site}`)
}

function invalid(found: string): AppError {
  return new AppError('input-invalid', 'The activation profile cannot be read.', {
    expected: 'a file that Bitgauge wrote',
    found,
    hint: 'Calibrate anew.',
  })
}
