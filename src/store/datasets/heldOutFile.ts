import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { z } from 'zod'
import type { DatasetRecord } from '../../shared/contract/datasetRecord.ts'
import { AppError } from '../../shared/errors.ts'
import { fingerprintSchema } from '../../shared/units.ts'
import { readJson, writeJson } from './jsonFile.ts'

const heldOutName = 'held-out.json'
const limit_bytes = 256 * 1024 * 1024

const heldOutSchema = z.strictObject({
  kind: z.literal('held-out-rows'),
  version: z.literal(1),
  /** of the dataset */
  fingerprint: fingerprintSchema,
  /** line numbers in the train split, from 0, ascending */
  rows: z.array(z.int().min(0)),
})

/**
 * Rows of a dataset's train split whose text, normalised, stands in dev or test too; undefined where nothing readable says so. They are written
 * when the dataset is made, while all its texts are at hand, so that nobody need open the test split to keep clear of it.
 */
export async function readHeldOut(
  folder: string,
  { fingerprint }: Pick<DatasetRecord, 'fingerprint'>,
): Promise<number[] | undefined> {
  try {
    const file = await readJson(join(folder, heldOutName), heldOutName, heldOutSchema, limit_bytes)
    return file.fingerprint === fingerprint ? file.rows : undefined
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'store-damaged') return undefined
    throw thrown
  }
}

/** Writes the file whole or not at all, over one that is there. */
export async function writeHeldOut(
  folder: string,
  { fingerprint }: Pick<DatasetRecord, 'fingerprint'>,
  rows: readonly number[],
): Promise<void> {
  const path = join(folder, heldOutName)
  const temporary = `${path}.${ulid()}.tmp`
  await writeJson(temporary, { kind: 'held-out-rows', version: 1, fingerprint, rows })
  await rename(temporary, path)
}
