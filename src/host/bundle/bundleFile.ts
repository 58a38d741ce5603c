import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fingerprintSchema } from '../../shared/units.ts'
import { datasetNameSchema } from '../../shared/contract/datasetRules.ts'

export const bundleManifestName = 'manifest.json'

/** What a bundle holds at most; beyond it nothing is read. */
export const bundleLimits = {
  /** of the manifest */
  manifest_bytes: 64 * 1024 * 1024,
  /** of one record: the study's, a model's, a profile's */
  record_bytes: 16 * 1024 * 1024,
  /** of a file of lines, which becomes one text in memory */
  lines_bytes: 256 * 1024 * 1024,
  /** of any other file in it */
  file_bytes: 2 * 1024 * 1024 * 1024,
  /** of all, unpacked */
  total_bytes: 256 * 1024 * 1024 * 1024,
  /** of all, unpacked, whatever the size of the bundle */
  free_bytes: 1024 * 1024 * 1024,
  /** of all, unpacked, beyond `free_bytes`: so many times the bundle's size. Gzip reaches 1032; a study's arrays of scores do not get to 10. */
  ratio: 250,
  files: 500_000,
  /** levels of any JSON in it; the deepest that is kept is a recipe's, 64 */
  depth: 72,
} as const

/** Every name that a file in a bundle may have; nothing is ever written under it. */
const names =
  /^(study\.json|cells\/\d{6}\.jsonl|runs\/\d{6}\.(jsonl|bin)|(models|profiles)\/[0-9a-f]{64}\/(manifest\.json|model\.safetensors|profile\.bin))$/

const fileSchema = z
  .strictObject({
    path: z.string().regex(names),
    bytes: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .refine(({ path, bytes }) => bytes <= largestOf(path), { error: 'too large', path: ['bytes'] })
export type BundledFile = z.infer<typeof fileSchema>

/** What a file of a bundle may have at most, by its name. */
function largestOf(path: string): number {
  if (path.endsWith('.json')) return bundleLimits.record_bytes
  return path.endsWith('.jsonl') ? bundleLimits.lines_bytes : bundleLimits.file_bytes
}

/** What every version of the manifest has. */
export const anyBundleManifestSchema = z.looseObject({ kind: z.literal('bitgauge-bundle'), version: z.int().min(1) })

/** The first file of a bundle: all others, in their order. */
export const bundleManifestSchema = z.strictObject({
  kind: z.literal('bitgauge-bundle'),
  version: z.literal(1),
  study: z.strictObject({ name: datasetNameSchema, fingerprint: fingerprintSchema }),
  files: z.array(fileSchema).max(bundleLimits.files),
})
export type BundleManifest = z.infer<typeof bundleManifestSchema>

/** A file that is to be written: read when its turn comes, because all together may be more than the memory. */
export interface PlannedEntry {
  path: string
  read: () => Promise<Uint8Array> | Uint8Array
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
