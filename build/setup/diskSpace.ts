import { statfs } from 'node:fs/promises'
import { megabytes } from './format.ts'
import type { WheelPin } from './libraryPin.ts'
import type { Missing } from './tools.ts'

/** The addon's object files, its log and the manifest, generously. */
const buildBytes = 64e6

/**
 * The most that set-up needs at one time beside what is there: the wheels to download and, at the same time, either pip's second
 * copy of the largest of them or everything unpacked.
 */
export function peakBytes(all: readonly WheelPin[], toDownload: readonly WheelPin[]): number {
  const downloads = toDownload.reduce((sum, wheel) => sum + wheel.bytes, 0)
  const largest = Math.max(0, ...toDownload.map((wheel) => wheel.bytes))
  const unpacked = all.reduce((sum, wheel) => sum + wheel.unpackedBytes, 0)
  return downloads + Math.max(largest, unpacked) + buildBytes
}

/** What is wrong with the free space of the folder's file system, if anything. */
export async function findSpace(folder: string, needed: number): Promise<Missing | undefined> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= needed) return undefined
  return {
    code: 'disk-full',
    need: `${megabytes(needed)} of free disk space in ${folder}`,
    found: `${megabytes(free)} free`,
    packages: [],
  }
}
