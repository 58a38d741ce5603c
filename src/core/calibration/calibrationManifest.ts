import { createHash } from 'node:crypto'
import { calibrationManifestSchema, type CalibrationManifest } from '../../shared/contract/calibrationRules.ts'
import { AppError } from '../../shared/errors.ts'
import { canonicalJson } from '../run/canonicalJson.ts'
import type { CalibrationDraw, DrawnSet } from './drawCalibrationSet.ts'

/** @param idOf the id of a row of the train split */
export function makeManifest(
  dataset: CalibrationManifest['dataset'],
  { composition, size, seed, draw }: Pick<CalibrationDraw, 'composition' | 'size' | 'seed' | 'draw'>,
  { rows, classes }: DrawnSet,
  idOf: (row: number) => string,
): CalibrationManifest {
  const made = { dataset, split: 'train', composition, size, seed, draw, classes, rows, checksum: checksum(rows, idOf) }
  return calibrationManifestSchema.parse({ kind: 'calibration-set', version: 1, ...made })
}

/**
 * What a calibration set is, apart from its dataset's name: `sha256:` and the digest of the canonical JSON of its manifest without
 * `dataset.name`.
 */
export function manifestFingerprint({ dataset, ...rest }: CalibrationManifest): string {
  return sha256(canonicalJson({ ...rest, dataset: { fingerprint: dataset.fingerprint } }))
}

/**
 * Checks that the rows which a manifest names are the ones that it was made of.
 *
 * @throws AppError `hash-mismatch`
 */
export function assertManifestRows(manifest: CalibrationManifest, idOf: (row: number) => string): void {
  const found = checksum(manifest.rows, idOf)
  if (found === manifest.checksum) return
  throw new AppError('hash-mismatch', 'The rows of the calibration set are not those that it was drawn from.', {
    expected: manifest.checksum,
    found,
    hint: 'The dataset has changed since: draw the set anew.',
  })
}

function checksum(rows: readonly number[], idOf: (row: number) => string): string {
  return sha256(rows.map((row) => `${idOf(row)}\n`).join(''))
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`
}
