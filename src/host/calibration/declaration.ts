import { canonicalJson } from '../../core/run/canonicalJson.ts'
import type { CalibrationManifest } from '../../shared/contract/calibrationRules.ts'

export type Declared = Pick<CalibrationManifest, 'composition' | 'size' | 'seed'> & {
  dataset: Pick<CalibrationManifest['dataset'], 'fingerprint'>
}

/** What all draws of a set have in common, as one text: dataset, composition, size and seed. */
export function declarationOf({ dataset: { fingerprint }, composition, size, seed }: Declared): string {
  return canonicalJson({ dataset: fingerprint, composition, size, seed })
}
