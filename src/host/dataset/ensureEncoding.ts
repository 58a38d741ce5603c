import { join } from 'node:path'
import { stat } from 'node:fs/promises'
import type { EncodingRecord } from '../../shared/contract/datasetRecord.ts'
import {
  createStaging,
  encodingTarget,
  makeEncoding,
  moveIntoPlace,
  readEncodingRecord,
  removeFolder,
  type EncodingJob,
  type Work,
} from '../../store/datasets/index.ts'

/** The encoding of a stored dataset under these options, made where it is not there yet. */
export async function ensureEncoding(
  job: EncodingJob,
  work: Work,
): Promise<{ record: EncodingRecord; folder: string }> {
  const folder = encodingTarget(job)
  if ((await stat(folder).catch(() => undefined)) === undefined) await make(job, folder, work)
  return { record: await readEncodingRecord(folder), folder }
}

async function make(job: EncodingJob, folder: string, work: Work): Promise<void> {
  const staging = await createStaging(join(job.folder, 'encodings'))
  try {
    await makeEncoding(job, join(staging, 'encoding'), work)
    await moveIntoPlace(join(staging, 'encoding'), folder)
  } finally {
    await removeFolder(staging)
  }
}
