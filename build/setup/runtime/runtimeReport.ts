import type { Progress } from '../../../src/shared/contract/jobs.ts'
import type { LocatedRuntime } from './locateRuntime.ts'

export interface RuntimeSetupOptions {
  cache: string
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
  /** that the compiler is found in; the process's own by default */
  environment?: NodeJS.ProcessEnv
}

/** What set-up of the runtime did. */
export interface RuntimeReport {
  state: 'already-there' | 'installed'
  version: string
  directory: string
  bytes: number
  compiler: string
  build_s: number
}

/** The report of a set-up that had nothing to do. */
export function reportOf({ version, directory, bytes, compiler }: LocatedRuntime): RuntimeReport {
  return { state: 'already-there', version, directory, bytes, compiler: compiler ?? '', build_s: 0 }
}
