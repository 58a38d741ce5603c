import { readFileSync } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { tensorflowVariantSchema } from '../../src/shared/contract/system.ts'
import { bytesSchema, momentSchema } from '../../src/shared/units.ts'
import { hashFile } from './hashFile.ts'

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

/** One installed file; `path` is relative to the library's folder, `mtime_s` whole seconds since 1970. */
export const manifestFileSchema = z.strictObject({
  path: z.string().min(1),
  bytes: bytesSchema,
  sha256: sha256Schema,
  mtime_s: z.int(),
})
export type ManifestFile = z.infer<typeof manifestFileSchema>

/** What set-up installed. It is written last: a folder without it is not a library. */
export const manifestSchema = z.strictObject({
  schema: z.literal('bitgauge/tensorflow-library/1'),
  variant: tensorflowVariantSchema,
  version: z.string(),
  platform: z.string(),
  addonVersion: z.string(),
  napi: z.int(),
  installed: momentSchema,
  wheels: z.array(z.strictObject({ file: z.string(), bytes: bytesSchema, sha256: sha256Schema })),
  files: z.array(manifestFileSchema).min(1),
})
export type Manifest = z.infer<typeof manifestSchema>

const fileName = 'manifest.json'

/** The manifest of a library's folder, `missing` where there is none, `invalid` where it cannot be read as one. */
export function readManifest(directory: string): Manifest | 'missing' | 'invalid' {
  return readManifestAs(manifestSchema, directory)
}

/** The same of anything that set-up installs. */
export function readManifestAs<T>(schema: z.ZodType<T>, directory: string): T | 'missing' | 'invalid' {
  try {
    return schema.parse(JSON.parse(readFileSync(join(directory, fileName), 'utf8')))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'invalid'
  }
}

/** Writes the manifest whole or not at all, and waits until it is on the disk. */
export async function writeManifest<M extends { schema: string }>(directory: string, manifest: M): Promise<void> {
  const temporary = join(directory, `${fileName}.new`)
  const handle = await open(temporary, 'w', 0o644)
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 1)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, join(directory, fileName))
  await syncFolder(directory)
}

/** Makes a rename inside a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export function manifestBytes(manifest: Pick<Manifest, 'files'>): number {
  return manifest.files.reduce((sum, file) => sum + file.bytes, 0)
}

/** A file's entry for the manifest. */
export async function describeFile(directory: string, path: string): Promise<ManifestFile> {
  const { size, mtimeMs } = await stat(join(directory, path))
  const sha256 = await hashFile(join(directory, path))
  return { path, bytes: size, sha256, mtime_s: Math.floor(mtimeMs / 1000) }
}
