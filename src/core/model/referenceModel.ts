import { logSumExp } from '../evaluation/logSumExp.ts'
import { reserved } from '../text/vocabulary.ts'
import { lstmSequence, zeroState, type LstmWeights } from './lstmCell.ts'
import type { DiscriminativeSpec, GenerativeSpec, ModelSpec } from '../../shared/contract/modelRules.ts'
import { classPrefix } from './parameters.ts'

/** A model's parameters in float64, by name; shapes as in `parameters.ts`. */
export type ReferenceWeights = ReadonlyMap<string, Float64Array>

/**
 * The logits of one text in float64, one loop a formula: `W pool(h_1 .. h_T) + b`, [classes]. No dropout, as in evaluation.
 *
 * @param tokens word ids
 */
export function discriminativeLogits(
  spec: DiscriminativeSpec,
  weights: ReferenceWeights,
  tokens: readonly number[],
): Float64Array {
  const pooled = pool(spec, hiddenStates(spec, weights, '', tokens))
  return affine(pooled, weights.get('head.kernel')!, weights.get('head.bias')!)
}

/**
 * `log p(text | class)` in float64, by the direct form: logits over all words at each step, and their logarithm of summed exponentials.
 *
 * @param tokens word ids; EOS is added here where the model predicts it
 */
export function generativeLogLikelihood(
  spec: GenerativeSpec,
  weights: ReferenceWeights,
  tokens: readonly number[],
  label: number,
): number {
  const prefix = spec.head === 'independent' ? classPrefix(label) : ''
  const targets = spec.predictEnd ? [...tokens, reserved.end] : [...tokens]
  const read = [reserved.begin, ...targets.slice(0, -1)].slice(0, targets.length)
  const offsets = wordOffsets(spec, weights, prefix, label)
  return hiddenStates(spec, weights, prefix, read).reduce((sum, hidden, t) => {
    const logits = affine(hidden, weights.get(`${prefix}head.hidden`)!, offsets)
    return sum + logits[targets[t]!]! - logSumExp(logits)
  }, 0)
}

/** What the class and the word add to a logit, `U_l e_y + b (+ b_y)`, [words]. */
function wordOffsets(spec: GenerativeSpec, weights: ReferenceWeights, prefix: string, label: number): Float64Array {
  const bias = weights.get(`${prefix}head.bias`)!
  if (spec.head === 'independent') return bias
  const { labelEmbedding: width, classes } = spec
  const embedded = weights.get('label')!.slice(label * width, (label + 1) * width)
  const offsets = affine(embedded, weights.get('head.label')!, bias)
  const ofClass = weights.get('head.classBias')
  return ofClass === undefined ? offsets : offsets.map((value, v) => value + ofClass[v * classes + label]!)
}

function hiddenStates(
  spec: ModelSpec,
  weights: ReferenceWeights,
  prefix: string,
  tokens: readonly number[],
): Float64Array[] {
  const { embedding: width, hidden } = spec
  const table = weights.get(`${prefix}embedding`)!
  const lstm: LstmWeights = {
    inputs: width,
    hidden,
    kernel: weights.get(`${prefix}lstm.kernel`)!,
    bias: weights.get(`${prefix}lstm.bias`)!,
  }
  const xs = tokens.map((token) => table.slice(token * width, (token + 1) * width))
  return lstmSequence(lstm, zeroState(hidden), xs).map((state) => state.hidden)
}

function pool({ pooling, hidden }: DiscriminativeSpec, states: readonly Float64Array[]): Float64Array {
  if (states.length === 0) return new Float64Array(hidden)
  if (pooling === 'last') return states.at(-1)!
  return new Float64Array(hidden).map((_, k) => states.reduce((sum, state) => sum + state[k]!, 0) / states.length)
}

/** `matrix input + bias`; the matrix is row-major [outputs, inputs]. */
function affine(input: Float64Array, matrix: Float64Array, bias: Float64Array): Float64Array {
  const inputs = input.length
  return bias.map((offset, row) =>
    input.reduce((sum, value, column) => sum + value * matrix[row * inputs + column]!, offset),
  )
}
