import { classPrefix } from '../../core/model/parameters.ts'
import type { Weights } from '../../core/model/weights.ts'
import { labelTable } from '../../core/quantization/labelTable.ts'
import { countParts } from '../../core/quantization/partArrays.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import type { FloatArrays } from './addon.ts'

/**
 * One part of a float model as the runtime takes it. The table of classes is that of a quantized model: summed in float64, rounded once.
 *
 * @param weights    of such a model (`assertWeights`)
 * @param headOutput whether logits are looked at
 */
export function floatArrays(spec: ModelSpec, weights: Weights, part: number, headOutput: boolean): FloatArrays {
  const prefix = countParts(spec) === 1 ? '' : classPrefix(part)
  const get = (name: string): Float32Array => weights.get(prefix + name)!.data
  const { words, embedding: inputs, hidden } = spec
  const pooling = spec.family === 'generative' ? 2 : spec.pooling === 'last' ? 1 : 0
  const lstm = { embedding: get('embedding'), kernel: get('lstm.kernel'), bias: get('lstm.bias') }
  const arrays: FloatArrays = { words, inputs, hidden, rows: 0, classes: 0, pooling, ...lstm }
  if (!headOutput) return arrays
  const headBias = get('head.bias')
  const head = get(spec.family === 'generative' ? 'head.hidden' : 'head.kernel')
  const logits = { ...arrays, rows: headBias.length, head, headBias }
  if (spec.family === 'discriminative' || spec.head === 'independent') return logits
  const bias = spec.classBias ? get('head.classBias') : null
  const table = labelTable({ words: get('head.label'), vectors: get('label'), bias }, spec.labelEmbedding)
  return { ...logits, classes: spec.classes, labelTable: table }
}
