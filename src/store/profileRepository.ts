import type { ProfileEntry, ProfileResult } from '../shared/contract/profile.ts'

/** Every sample of a profile, in the order of measurement. */
export interface ProfileArrays {
  /** nanoseconds, the clock's own time subtracted */
  samples: Uint32Array | Float64Array
  /** the window of each, from 0 */
  windows: Uint16Array
}

export interface ListProfiles {
  board?: string | undefined
  /** fingerprint of the quantized model */
  model?: string | undefined
  session?: string | undefined
  limit: number
}

export interface ProfileRepository {
  /** Stores a profile with its samples, whole or not at all. */
  put(result: ProfileResult, arrays: ProfileArrays): void
  /** Newest first; rows that cannot be read are left out. */
  list(options: ListProfiles): ProfileEntry[]
  /** Errors: `store-damaged`. */
  get(id: string): ProfileResult | undefined
  /** Errors: `not-found`, `store-damaged`. */
  arrays(id: string): ProfileArrays
  /** Profiles of each board, by its name. */
  counts(): Map<string, number>
  /** True where there was one. */
  remove(id: string): boolean
}
