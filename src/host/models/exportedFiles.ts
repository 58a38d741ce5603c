import { exportWeights } from '../../core/model/exportWeights.ts'
import type { decodeModel } from '../../core/model/modelFile.ts'
import { encodeSafetensors } from '../../core/model/safetensors.ts'
import type { ModelLayout } from '../../shared/contract/model.ts'
import type { PlannedFile } from './userFiles.ts'

/**
 * A model in a layout: our own file as it is, or the arrays in the names and shapes of another library with the vocabulary beside them.
 *
 * @throws AppError `input-invalid` where the layout has no form for the model
 */
export function exportedFiles(
  { description, weights }: ReturnType<typeof decodeModel>,
  bytes: Uint8Array,
  layout: ModelLayout,
  path: string,
): PlannedFile[] {
  if (layout === 'bitgauge') return [{ path, format: 'bitgauge-model/1', bytes }]
  const arrays = encodeSafetensors(exportWeights(description.spec, weights, layout), { format: layout })
  const weightsFile = { path, format: `safetensors/${layout}`, bytes: arrays }
  if (description.vocabulary.file === null) return [weightsFile]
  const vocabulary = Buffer.from(`${JSON.stringify(description.vocabulary.file, null, 2)}\n`)
  return [weightsFile, { path: `${path}.vocabulary.json`, format: 'bitgauge-vocabulary/1', bytes: vocabulary }]
}
