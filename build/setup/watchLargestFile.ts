import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface SizeWatch {
  /** the largest size seen so far */
  largest: () => number
  stop: () => void
}

const interval_ms = 100

/**
 * Tells how a file grows that another program writes somewhere below these folders: the size of the largest file there, ten times a
 * second, never falling.
 */
export function watchLargestFile(folders: readonly string[], onSize: (bytes: number) => void): SizeWatch {
  let largest = 0
  let stopped = false
  let busy = false
  const look = async (): Promise<void> => {
    if (busy) return
    busy = true
    const sizes = await Promise.all(folders.map(largestFile))
    busy = false
    const size = Math.max(largest, ...sizes)
    if (size === largest) return
    largest = size
    if (!stopped) onSize(size)
  }
  const timer = setInterval(() => void look(), interval_ms)
  const stop = (): void => {
    stopped = true
    clearInterval(timer)
  }
  return { largest: () => largest, stop }
}

/** 0 where there is none; files come and go while we look. */
async function largestFile(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    const sizes = await Promise.all(files.map((file) => sizeOf(join(file.parentPath, file.name))))
    return Math.max(0, ...sizes)
  } catch {
    return 0
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
