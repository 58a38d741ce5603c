import { ulid } from 'ulid'
import type { ProfileRecord } from '../../shared/contract/calibration.ts'
import type { ModelRecord } from '../../shared/contract/model.ts'
import type { RunArray } from '../../store/index.ts'
import { withIds, type BundledIds } from './bundledIds.ts'
import type { BundledRun } from './bundledRecords.ts'
import type { BundleParts } from './createBundle.ts'

export type Stored = 'added' | 'existing'

/** A float model under a name that is free; one that is here already keeps its own. */
export async function storeModel(
  { models }: BundleParts,
  { record, bytes }: { record: ModelRecord; bytes: Uint8Array },
  ids: BundledIds,
): Promise<Stored> {
  if ((await models.byFingerprint(record.fingerprint)) !== undefined) return 'existing'
  const taken = new Set((await models.list()).models.flatMap(({ record: { name, id } }) => [name, id]))
  let number = 1
  const name = (): string => (number === 1 ? record.name : `${record.name.slice(0, 58)}-${number}`)
  while (taken.has(name())) number += 1
  const training = withIds(record.training, ids)
  await models.put(bytes, { ...record, training, name: name(), id: taken.has(record.id) ? ulid() : record.id })
  return 'added'
}

export async function storeProfile(
  { profileStore }: BundleParts,
  { record, bytes }: { record: ProfileRecord; bytes: Uint8Array },
  ids: BundledIds,
): Promise<void> {
  await profileStore.put(bytes, withIds(record, ids))
}

/** A run under the id that is planned for it. */
export function storeRun(
  { runs }: BundleParts,
  { key: _, arrays: __, ...run }: BundledRun,
  arrays: readonly RunArray[],
  ids: BundledIds,
): Stored {
  const { outcome } = runs.put({ ...run, id: withIds(run.id, ids), result: withIds(run.result, ids), arrays })
  return outcome === 'added' ? 'added' : 'existing'
}
