import type { z } from 'zod'
import { inspectJson } from '../../core/model/inspectJson.ts'
import { modelRecordSchema, type ModelRecord } from '../../shared/contract/model.ts'
import { profileRecordSchema, type ProfileRecord } from '../../shared/contract/calibration.ts'
import { AppError } from '../../shared/errors.ts'
import type { RunArray } from '../../store/index.ts'
import { bundleLimits, sha256 } from './bundleFile.ts'
import {
  bundledCellSchema,
  bundledRunSchema,
  bundledStudySchema,
  type BundledArray,
  type BundledCell,
  type BundledRun,
  type BundledStudy,
} from './bundledRecords.ts'
import type { BundleEntry } from './readBundle.ts'

export type ReadEntry =
  | { kind: 'study'; study: BundledStudy }
  | { kind: 'cells'; cells: BundledCell[] }
  | { kind: 'runs'; runs: BundledRun[]; arrays: RunArray[][] }
  | { kind: 'model'; record: ModelRecord; bytes: Uint8Array }
  | { kind: 'profile'; record: ProfileRecord; bytes: Uint8Array }
  /** the first of two files that are one thing */
  | { kind: 'first-half' }

export interface EntryReader {
  (entry: BundleEntry): ReadEntry
  /** Errors: `input-invalid` where a second half is missing. */
  assertWhole(): void
}

/** Reads the entries of a bundle one after another; runs come with their arrays, models and profiles with their records. */
export function entryReader(): EntryReader {
  let half: BundleEntry | null = null
  const read = (entry: BundleEntry): ReadEntry => {
    const { path } = entry.file
    if (path === 'study.json') return { kind: 'study', study: one(entry, bundledStudySchema) }
    if (path.startsWith('cells/')) return { kind: 'cells', cells: lines(entry, bundledCellSchema) }
    if (half === null) {
      half = entry
      return { kind: 'first-half' }
    }
    const first = half
    half = null
    return join(first, entry)
  }
  const assertWhole = (): void => {
    if (half !== null) throw unpaired(half.file.path)
  }
  return Object.assign(read, { assertWhole })
}

function join(first: BundleEntry, second: BundleEntry): ReadEntry {
  const [stem, ending] = [first.file.path.replace(/(\.jsonl|manifest\.json)$/, ''), second.file.path]
  if (ending === `${stem}.bin`) {
    const runs = lines(first, bundledRunSchema)
    return { kind: 'runs', runs, arrays: cutArrays(runs, second) }
  }
  if (ending === `${stem}model.safetensors`) {
    return { kind: 'model', record: asNamed(one(first, modelRecordSchema), second), bytes: second.bytes }
  }
  if (ending === `${stem}profile.bin`) {
    return { kind: 'profile', record: asNamed(one(first, profileRecordSchema), second), bytes: second.bytes }
  }
  throw unpaired(first.file.path)
}

/** The record is of the file beside it, which lies where its hash says. */
function asNamed<R extends { fingerprint: string }>(record: R, { file }: BundleEntry): R {
  const folder = file.path.split('/')[1]
  if (record.fingerprint === `sha256:${file.sha256}` && folder === file.sha256) return record
  throw new AppError('hash-mismatch', 'The bundle’s files are not what their records say.', {
    expected: record.fingerprint,
    found: file.sha256,
  })
}

const numbers = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

/** The arrays of each run, end to end in the file. */
function cutArrays(runs: readonly BundledRun[], { bytes, file }: BundleEntry): RunArray[][] {
  let at = 0
  const cut = ({ name, dtype, shape, bytes: length, sha256: expected }: BundledArray): RunArray => {
    const kind = numbers[dtype]
    const product = shape.reduce((size, side) => size * side, kind.BYTES_PER_ELEMENT)
    const part = bytes.subarray(at, at + length)
    at += length
    if (product !== length || part.length !== length || sha256(part) !== expected) {
      throw new AppError('hash-mismatch', `The bundle’s array ${name} is not what its run says.`, { found: file.path })
    }
    return { name, shape, data: new kind(new Uint8Array(part).buffer) }
  }
  const arrays = runs.map((run) => run.arrays.map(cut))
  if (at !== bytes.length)
    throw new AppError('input-invalid', 'The bundle holds arrays of no run.', { found: file.path })
  return arrays
}

function one<T>(entry: BundleEntry, schema: z.ZodType<T>): T {
  const [first, second] = lines(entry, schema)
  if (first !== undefined && second === undefined) return first
  throw new AppError('input-invalid', 'The bundle cannot be read.', { found: entry.file.path })
}

/** One value a line. Depth and names that stand twice are looked for first: what reads a value again recurses, and keeps one of two. */
function lines<T>({ file, bytes }: BundleEntry, schema: z.ZodType<T>): T[] {
  const wrong = (place: string, details: { expected?: string; cause?: unknown }): AppError =>
    new AppError('input-invalid', 'The bundle cannot be read.', { found: `${file.path}${place}`, ...details })
  const parse = (line: string): T => {
    const { depth, repeated } = inspectJson(line)
    if (depth > bundleLimits.depth || repeated !== undefined) throw new RangeError('no JSON of a bundle')
    return schema.parse(JSON.parse(line))
  }
  return textOf(bytes, () => wrong('', { expected: 'UTF-8' }))
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return parse(line)
      } catch (cause) {
        throw wrong(`, line ${index + 1}`, { cause })
      }
    })
}

function textOf(bytes: Uint8Array, otherwise: () => AppError): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw otherwise()
  }
}

function unpaired(path: string): AppError {
  return new AppError('input-invalid', 'The bundle lacks the other half of a file.', { found: path })
}
