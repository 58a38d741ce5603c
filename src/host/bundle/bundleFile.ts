import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fingerprintSchema } from '../../shared/units.ts'
import { datasetNameSchema } from '../../shared/contract/datasetRules.ts'

export const bundleManifestName = 'manifest.json'

/** What a bundle holds at most; beyond it nothing is read. */
export const bundleLimits = {
  /** of the manifest */
  manifest_bytes: 64 * 1024 * 1024,
  /** of one file in it */
  file_bytes: 2 * 1024 * 1024 * 1024,
  /** of all, unpacked */
  total_bytes: 256 * 1024 * 1024 * 1024,
  files: 500_000,
} as const

/** Every name that a file in a bundle may have; nothing is ever written under it. */
const names =
  /^(study\.json|cells\/\d{6}\.jsonl|runs\/\d{6}\.(jsonl|bin)|(models|profiles)\/[0-9a-f]{64}\/(manifest\.json|model\.safetensors|profile\.bin))$/

const fileSchema = z.strictObject({
  path: z.string().regex(names),
  bytes: z.int().min(0).max(bundleLimits.file_bytes),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type BundledFile = z.infer<typeof fileSchema>

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
