import type { Site } from '../../shared/contract/quantizationRules.ts'
import type { RoundingRules } from './grid.ts'
import { product } from './product.ts'
import type { DiscriminativeHead, GenerativeHead, SiteGrid } from './quantizedModel.ts'
import { quantizeVector, type SiteVector } from './siteVector.ts'

const { fround } = Math

/** What the head computes of one vector: at each step of a generative model, once for a text of a discriminative one. */
export interface HeadStep {
  input: SiteVector
  /** [rows]; null where an operand is float */
  accumulators: Float64Array | null
  /** [rows] `fround(product(W, input) + b)` */
  values: Float32Array
}

/** `values[r] = fround(product(W, input)[r] + b[r])`, the vector put on the site `head-input` before. */
export function headStep(
  head: DiscriminativeHead | GenerativeHead,
  sites: Readonly<Record<Site, SiteGrid>>,
  vector: Float32Array,
  rules: RoundingRules,
): HeadStep {
  const input = quantizeVector(vector, sites['head-input'], rules)
  const { accumulators, values } = product(head.matrix, input)
  return { input, accumulators, values: values.map((value, r) => fround(value + head.bias[r]!)) }
}

/**
 * A text's vector from its hidden vectors, before the site `head-input`; zeros for a text without words.
 *
 *     last    d(h_T)
 *     mean    fround(fround(fround(S) * s_h) / fround(T))        S = sum_t (q_t - z), an exact whole number, where `hidden` is static
 *             fround(fround(sum_t d(h_t)) / fround(T))           otherwise, the sum in float32, step after step
 *
 * @param length of the hidden vector
 * @see numerics.md section 7
 */
export function pool(
  pooling: 'mean' | 'last',
  hidden: readonly SiteVector[],
  site: SiteGrid,
  length: number,
): Float32Array {
  const last = hidden.at(-1)
  if (last === undefined) return new Float32Array(length)
  if (pooling === 'last') return last.values
  const steps = fround(hidden.length)
  return sumOverTime(hidden, site, length).map((sum) => fround(sum / steps))
}

function sumOverTime(hidden: readonly SiteVector[], site: SiteGrid, length: number): Float32Array {
  if (site.kind === 'static') {
    const sum = (k: number): number =>
      hidden.reduce((total, { integers }) => total + integers!.codes[k]! - site.zero, 0)
    return new Float32Array(length).map((_, k) => fround(fround(sum(k)) * site.scale))
  }
  return new Float32Array(length).map((_, k) => hidden.reduce((total, { values }) => fround(total + values[k]!), 0))
}
