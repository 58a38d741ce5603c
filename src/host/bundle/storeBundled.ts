import { ulid } from 'ulid'
import { decodeProfile } from '../../core/calibration/profileFile.ts'
import type { ModelRecord } from '../../shared/contract/model.ts'
import type { ProfileRecord } from '../../shared/contract/calibration.ts'
import { AppError } from '../../shared/errors.ts'
import type { RunArray } from '../../store/index.ts'
import { describeModelFile } from '../../store/models/index.ts'
import type { BundledRun } from './bundledRecords.ts'
import type { BundleParts } from './createBundle.ts'

export type Stored = 'added' | 'existing'

/** A float model under a name that is free; one that is here already keeps its own. Errors: those of `decodeModel`, `hash-mismatch`. */
export async function storeModel(
  { models }: BundleParts,
  { record, bytes }: { record: ModelRecord; bytes: Uint8Array },
): Promise<Stored> {
  const described = describeModelFile(bytes)
  if (described.weights !== record.weights || described.parameters !== record.parameters) {
    throw new AppError('hash-mismatch', 'The bundle’s model is not what its record says.', { found: record.name })
  }
  if ((await models.byFingerprint(record.fingerprint)) !== undefined) return 'existing'
  const taken = new Set((await models.list()).models.flatMap(({ record: { name, id } }) => [name, id]))
  let number = 1
  const name = (): string => (number === 1 ? record.name : `${record.name.slice(0, 58)}-${number}`)
  while (taken.has(name())) number += 1
  await models.put(bytes, { ...record, ...described, name: name(), id: taken.has(record.id) ? ulid() : record.id })
  return 'added'
}

/** Errors: those of `decodeProfile`. */
export async function storeProfile(
  { profileStore }: BundleParts,
  { record, bytes }: { record: ProfileRecord; bytes: Uint8Array },
): Promise<void> {
  decodeProfile(bytes)
  await profileStore.put(bytes, record)
}

/**
 * A run under its own id, or a new one where that is taken.
 *
 * @param ids ids that runs have here, by those that they have in the bundle, where they differ
 */
export function storeRun(
  { runs }: BundleParts,
  run: BundledRun,
  arrays: readonly RunArray[],
  ids: Map<string, string>,
): Stored {
  const there = runs.byKey(run.key)
  if (there !== undefined) {
    if (there.id !== run.id) ids.set(run.id, there.id)
    return 'existing'
  }
  const id = runs.get(run.id) === undefined ? run.id : ulid()
  if (id !== run.id) ids.set(run.id, id)
  runs.put({ ...unnamed(run), id, result: withIds(run.result, ids), arrays })
  return 'added'
}

function unnamed({ key: _, arrays: __, ...rest }: BundledRun): Omit<BundledRun, 'key' | 'arrays'> {
  return rest
}

/** What an evaluation says of the runs that it rests on, by the ids that they have here; all else, and its order, as it was. */
function withIds(result: unknown, ids: ReadonlyMap<string, string>): unknown {
  const { quantization } = (result ?? {}) as { quantization?: { run: string; float: { run: string } | null } | null }
  if (quantization === undefined || quantization === null) return result
  const of = (id: string): string => ids.get(id) ?? id
  const float = quantization.float === null ? null : { ...quantization.float, run: of(quantization.float.run) }
  return { ...(result as object), quantization: { ...quantization, run: of(quantization.run), float } }
}
