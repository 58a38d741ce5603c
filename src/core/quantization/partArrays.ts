import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { classPrefix } from '../model/parameters.ts'
import type { Weights } from '../model/weights.ts'
import { splitKernel } from './splitKernel.ts'

/** The float arrays of one language model or classifier, in the shapes of `QuantizedModel`; all row-major. */
export interface PartArrays {
  /** [words, inputs] */
  embedding: Float32Array
  /** [4 hidden, inputs] */
  wx: Float32Array
  /** [4 hidden, hidden] */
  wh: Float32Array
  /** [4 hidden] */
  bias: Float32Array
  /** [classes or words, hidden] */
  head: Float32Array
  /** [classes or words] */
  headBias: Float32Array
  label: LabelArrays | null
}

/** What makes the table of classes of a generative model with one language model. */
export interface LabelArrays {
  /** `U_l`, [words, labelEmbedding] */
  words: Float32Array
  /** `e_y`, [classes, labelEmbedding] */
  vectors: Float32Array
  /** `b_yv`, [words, classes]; null where the model has none */
  bias: Float32Array | null
}

/** As many parts as `QuantizedModel.parts` has. */
export function countParts(spec: ModelSpec): number {
  return spec.family === 'generative' && spec.head === 'independent' ? spec.classes : 1
}

/** @param weights of such a model (`assertWeights`) */
export function partArrays(spec: ModelSpec, weights: Weights, part: number): PartArrays {
  const prefix = countParts(spec) === 1 ? '' : classPrefix(part)
  const get = (name: string): Float32Array => weights.get(prefix + name)!.data
  const head = get(spec.family === 'generative' ? 'head.hidden' : 'head.kernel')
  const shared = spec.family === 'generative' && spec.head === 'shared'
  return {
    embedding: get('embedding'),
    ...splitKernel(get('lstm.kernel'), spec.embedding, spec.hidden),
    bias: get('lstm.bias'),
    head,
    headBias: get('head.bias'),
    label: shared
      ? { words: get('head.label'), vectors: get('label'), bias: spec.classBias ? get('head.classBias') : null }
      : null,
  }
}
