import { printedManifests } from '../../../shared/calibration/printedManifests.ts'
import { calibrationManifestSchema, type CalibrationManifest } from '../../../shared/contract/calibrationRules.ts'
import { AppError } from '../../../shared/errors.ts'

/** A manifest names its rows; a hundred draws of ten thousand texts are some megabytes. */
const most_bytes = 64 * 1024 * 1024

/**
 * The manifests in a file that a person chose: one, or what the command line printed of several.
 *
 * @throws AppError `too-large`, `input-invalid`
 */
export async function readManifests(file: Pick<File, 'name' | 'size' | 'text'>): Promise<CalibrationManifest[]> {
  if (file.size > most_bytes) {
    throw new AppError('too-large', `The file ${file.name} is too large for a manifest.`, {
      expected: `at most ${most_bytes} bytes`,
      found: `${file.size} bytes`,
    })
  }
  const value = jsonOf(await file.text())
  const parsed = calibrationManifestSchema
    .array()
    .min(1)
    .safeParse(printedManifests(value) ?? [value])
  if (parsed.success) return parsed.data
  throw new AppError('input-invalid', `The file ${file.name} holds no manifest of a calibration set.`, {
    expected: 'a manifest, or what bitgauge calibrate show --json prints',
    found: parsed.error.issues[0]?.path.map(String).join('.') || 'something else',
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
