import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import {
  largestScale,
  smallestScale,
  type DynamicGrid,
  type RoundingRules,
  type StaticGrid,
} from '../../core/quantization/grid.ts'
import type { SiteGrid } from '../../core/quantization/quantizedModel.ts'
import { smallestFloat } from '../../core/quantization/siteVector.ts'
import type { Kept } from './kept.ts'
import type { SiteValue } from './siteValue.ts'

/** Puts float32 values [rows, width] on the grid of a site. */
export type SiteQuantizer = (values: Tensor) => SiteValue

/** The scale and zero point of some values, all [] or [rows, 1]. */
interface Step {
  scale: Tensor
  reciprocal: Tensor
  zero: Tensor
  /** `low - z` and `high - z` */
  least: Tensor
  most: Tensor
}

/** `quantizeVector` of core's siteVector.ts for many vectors, one operation a rounding (numerics.md section 3). */
export function siteQuantizer(kept: Kept, grid: SiteGrid, rules: RoundingRules): SiteQuantizer {
  if (grid.kind === 'float') return (values) => ({ kind: 'float', real: values })
  if (grid.kind === 'dynamic') {
    const powers = grid.powerOfTwo ? kept.floats(allPowers) : null
    return (values) => quantize(kept, values, stepOfVectors(kept, values, grid, powers), rules, true)
  }
  const step = staticStep(kept, grid)
  return (values) => quantize(kept, values, step, rules, grid.zero !== 0)
}

/** The same where a float site flushes: magnitudes below 2^-60 become +0 (numerics.md section 5). */
export function flushingQuantizer(kept: Kept, grid: SiteGrid, rules: RoundingRules): SiteQuantizer {
  if (grid.kind !== 'float') return siteQuantizer(kept, grid, rules)
  const { ops } = kept
  const [none, least] = [kept.scalar(0), kept.scalar(smallestFloat)]
  return (values) => {
    const size = ops.float('Maximum', values, ops.float('Sub', none, values))
    return { kind: 'float', real: ops.select(ops.float('Less', size, least), none, values) }
  }
}

function quantize({ ops }: Kept, values: Tensor, step: Step, rules: RoundingRules, shifted: boolean): SiteValue {
  const steps =
    rules.rounding === 'divide' ? ops.float('RealDiv', values, step.scale) : ops.float('Mul', values, step.reciprocal)
  const rounded =
    rules.zeroPoint === 'before' && shifted
      ? ops.float('Sub', ops.float('Rint', ops.float('AddV2', steps, step.zero)), step.zero)
      : ops.float('Rint', steps)
  const codes = ops.float('Minimum', ops.float('Maximum', rounded, step.least), step.most)
  return { kind: 'integer', codes, scale: step.scale, zero: step.zero }
}

function staticStep(kept: Kept, { low, high, zero, scale, reciprocal }: StaticGrid): Step {
  return {
    scale: kept.scalar(scale),
    reciprocal: kept.scalar(reciprocal),
    zero: kept.scalar(zero),
    least: kept.scalar(low - zero),
    most: kept.scalar(high - zero),
  }
}

/** `gridOfVector` of core's grid.ts for each row; `powers` where the scale is one of them. */
function stepOfVectors(kept: Kept, values: Tensor, grid: DynamicGrid, powers: Tensor | null): Step {
  const { ops } = kept
  const none = kept.scalar(0)
  const min = ops.float('Minimum', ops.min(values, 1), none)
  const max = ops.float('Maximum', ops.max(values, 1), none)
  const below = ops.float('Sub', none, min)
  const affine = grid.scheme === 'affine'
  const extent = affine ? ops.float('Sub', max, min) : ops.float('Maximum', below, max)
  const scale = scaleOfVectors(kept, extent, grid.divisor, powers)
  const reciprocal = ops.float('RealDiv', kept.scalar(1), scale)
  const [low, high] = [kept.scalar(grid.low), kept.scalar(grid.high)]
  const zero = affine ? clamp(kept, ops.float('Rint', ops.float('Mul', below, reciprocal)), low, high) : none
  return { scale, reciprocal, zero, least: ops.float('Sub', low, zero), most: ops.float('Sub', high, zero) }
}

function scaleOfVectors(kept: Kept, extent: Tensor, divisor: number, powers: Tensor | null): Tensor {
  const { ops } = kept
  const divided = ops.float('RealDiv', extent, kept.scalar(divisor))
  const bounded = clamp(kept, divided, kept.scalar(smallestScale), kept.scalar(largestScale))
  const scale = powers === null ? bounded : powerOfTwoFrom(kept, bounded, powers)
  return ops.select(ops.float('Equal', extent, kept.scalar(0)), kept.scalar(1), scale)
}

/** Those that a scale can be, rising. */
const allPowers = Array.from({ length: 81 }, (_, k) => smallestScale * 2 ** k)

/** The smallest power of two that is not below a scale: as many of them are passed over as are smaller. */
function powerOfTwoFrom(kept: Kept, scale: Tensor, powers: Tensor): Tensor {
  const { ops } = kept
  const smaller = ops.select(ops.float('Less', powers, scale), kept.scalar(1), kept.scalar(0))
  const count = ops.reshape(ops.sum(smaller, 1), scale.shape)
  return ops.elements(powers, ops.toIntegers(count))
}

function clamp({ ops }: Kept, values: Tensor, low: Tensor, high: Tensor): Tensor {
  return ops.float('Minimum', ops.float('Maximum', values, low), high)
}
