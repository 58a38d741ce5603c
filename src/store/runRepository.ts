import type { Stage } from '../shared/stages.ts'
import type { Warning } from '../shared/units.ts'

/** One finished cell of work: what went in, what came out, and what made it. */
export interface Run {
  /** ULID */
  id: string
  /** sha256 of the canonical JSON of stage, stageVersion, inputs, recipe and seed: see `core/run/runKey.ts` */
  key: string
  stage: Stage
  stageVersion: number
  /** fingerprints of the inputs, by name */
  inputs: Readonly<Record<string, string>>
  /** JSON, all defaults filled in */
  recipe: unknown
  seed: number
  created: string
  duration_s: number
  /** recorded, not keyed */
  engine: string
  kernel: string | null
  machine: string
  result: unknown
  warnings: Warning[]
  /** sorted */
  tags: string[]
}

export type RunNumbers =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** A large array beside its run. The product of `shape` is the array's length; `shape` [] is one number. */
export interface RunArray {
  name: string
  shape: readonly number[]
  data: RunNumbers
}

export interface RunArrayInfo {
  name: string
  dtype: 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64'
  shape: readonly number[]
  /** uncompressed */
  bytes: number
  stored_bytes: number
  sha256: string
}

export type NewRun = Omit<Run, 'key'> & { arrays?: readonly RunArray[] }

export interface PutOptions {
  /** replaces the numbers of a run that has the same key; its id stays, its tags are joined */
  force?: boolean
}

export interface PutResult {
  run: Run
  outcome: 'added' | 'existing' | 'replaced'
}

export interface ListRuns {
  limit: number
  stage?: Stage | undefined
  tag?: string | undefined
  /** id of the last run of the page before */
  after?: string | undefined
}

export interface RunRepository {
  /** Stores a run under its key. The same key again gives the run that is there, unless `force`. */
  put(run: NewRun, options?: PutOptions): PutResult
  byKey(key: string): Run | undefined
  /** The runs of many keys in one query, by key; those that are not there or cannot be read are left out. */
  byKeys(keys: Iterable<string>): Map<string, Run>
  /** Ids of the runs of many keys, by key; reads no run. */
  idsByKeys(keys: Iterable<string>): Map<string, string>
  get(id: string): Run | undefined
  /** Newest first. */
  list(options: ListRuns): Run[]
  /** True where there was one. Its arrays and tags go with it. */
  remove(id: string): boolean
  /** Replaces the run's tags. Errors: `not-found`, `input-invalid`. */
  tag(id: string, tags: readonly string[]): Run
  /** What arrays a run has. */
  arrays(id: string): RunArrayInfo[]
  /** One array, its checksum verified. Errors: `not-found`, `store-damaged`. */
  array(id: string, name: string): RunArray
}
