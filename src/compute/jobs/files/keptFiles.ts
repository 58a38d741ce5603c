import type { ActivationProfile } from '../../../core/calibration/activationProfile.ts'
import { decodeProfile } from '../../../core/calibration/profileFile.ts'
import type { Row } from '../../../core/dataset/rowsFile.ts'
import { decodeModel } from '../../../core/model/modelFile.ts'
import type { FileOfHome } from '../../../shared/contract/computeFiles.ts'
import { readRows, readVerified } from './readFiles.ts'
import { Recent } from './recent.ts'

/**
 * Files that the jobs of a study ask for again and again, kept by the hash of their content. Nobody may change what is given. Models of usual size
 * are some ten megabytes, a split's texts too, profiles half a megabyte.
 */
const models = new Recent<ReturnType<typeof decodeModel>>(3)
const profiles = new Recent<ActivationProfile>(16)
const splits = new Recent<Row[]>(3)

/** Errors: `store-damaged`, and what `decodeModel` throws. */
export function keptModel(file: FileOfHome): Promise<ReturnType<typeof decodeModel>> {
  return models.get(file.sha256, async () => decodeModel(await readVerified(file)))
}

/** Errors: `store-damaged`, and what `decodeProfile` throws. */
export function keptProfile(file: FileOfHome): Promise<ActivationProfile> {
  return profiles.get(file.sha256, async () => decodeProfile(await readVerified(file)))
}

/** Errors: `store-damaged`, `too-large`. */
export function keptRows(file: FileOfHome, classes: number): Promise<Row[]> {
  return splits.get(`${file.sha256} ${classes}`, () => readRows(file, classes))
}
