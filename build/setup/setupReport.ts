import type { Progress } from '../../src/shared/contract/jobs.ts'
import type { TensorflowVariant } from '../../src/shared/contract/system.ts'
import type { LocatedTensorflow } from './locate.ts'

export interface SetupOptions {
  cache: string
  variant: TensorflowVariant
  /** wheels on this disk instead of a download, one path a wheel */
  offlineWheels?: string[]
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
  /** environment that tools, index, proxy and certificates are read from; the process's own by default */
  environment?: NodeJS.ProcessEnv
}

/** What set-up did; bytes and seconds are 0 for what it did not need to do. */
export interface SetupReport {
  state: 'already-there' | 'installed'
  variant: TensorflowVariant
  version: string
  directory: string
  /** of all installed files */
  bytes: number
  downloaded_bytes: number
  download_s: number
  extract_s: number
  build_s: number
  /** one sentence a step, for people */
  steps: string[]
}

/** The report of a set-up that had nothing to do. */
export function alreadyThere(located: LocatedTensorflow, steps: string[]): SetupReport {
  const nothing = { downloaded_bytes: 0, download_s: 0, extract_s: 0, build_s: 0 }
  return { ...place(located), state: 'already-there', bytes: located.bytes, ...nothing, steps }
}

/** The fields that a report takes over from where the library is. */
export function place({ variant, version, directory }: LocatedTensorflow) {
  return { variant, version, directory }
}
