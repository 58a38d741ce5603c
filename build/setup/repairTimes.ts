import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readManifest, writeManifest, type ManifestFile } from './manifest.ts'
import { verifyLibrary } from './verify.ts'

/**
 * A library that was copied or restored from an archive has other times but the same content: takes the new times into the manifest,
 * which spares a download. False, with nothing changed, where any content differs.
 */
export async function repairTimes(directory: string, signal: AbortSignal): Promise<boolean> {
  const manifest = readManifest(directory)
  if (manifest === 'missing' || manifest === 'invalid') return false
  if (!(await verifyLibrary(directory, signal)).ok) return false
  const files: ManifestFile[] = []
  for (const file of manifest.files) {
    const { mtimeMs } = await stat(join(directory, file.path))
    files.push({ ...file, mtime_s: Math.floor(mtimeMs / 1000) })
  }
  await chmod(directory, 0o700)
  await writeManifest(directory, { ...manifest, files })
  return true
}
