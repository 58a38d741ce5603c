import type { Site } from '../../shared/contract/quantizationRules.ts'

/**
 * What was seen of one site on the float trajectory: real steps only, no padding, of all units together.
 *
 * The histogram has equal bins over [min, max]; a value x counts in bin `min(bins - 1, floor((x - min) / (max - min) * bins))`, in float64.
 * Where min = max everything is in bin 0.
 */
export interface SiteProfile {
  /** values seen, at least 1 */
  count: number
  min: number
  max: number
  mean: number
  /** standard deviation, of the values seen */
  deviation: number
  /** [bins], counts whose sum is `count` */
  histogram: Uint32Array
}

/** Profiles of one language model or classifier. `head-output` is there where it was asked for. */
export type PartProfile = Readonly<Partial<Record<Site, SiteProfile>>>

/** One part for each of `QuantizedModel.parts`. */
export interface ActivationProfile {
  bins: number
  texts: number
  /** real steps of all texts */
  steps: number
  parts: readonly PartProfile[]
}
