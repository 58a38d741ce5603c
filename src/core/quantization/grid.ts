import type { Recipe, Scheme } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { IntegerWidth, SiteGrid } from './quantizedModel.ts'

export type StaticGrid = Extract<SiteGrid, { kind: 'static' }>
export type DynamicGrid = Extract<SiteGrid, { kind: 'dynamic' }>

/** How a real number becomes a step of a grid (numerics.md section 3). */
export type RoundingRules = Pick<Recipe, 'rounding' | 'zeroPoint'>

/** What a grid follows from, beside the range. */
export interface GridRules {
  width: IntegerWidth
  scheme: Scheme
  powerOfTwo: boolean
  symmetricDivisor: Recipe['symmetricDivisor']
}

/** Of every scale, both ends included: with them no step of an evaluation can give NaN or infinity. */
export const smallestScale = 1 / 0x100_0000_0000
export const largestScale = 0x100_0000_0000

const { fround } = Math

/**
 * The grid of a range that calibration found. The range is rounded to float32 and made to include 0.
 *
 *     symmetric    s = fround(max(|min|, |max|) / divisor)         z = 0                                   q signed, full range
 *     affine       s = fround(fround(max - min) / (2^b - 1))       z = clamp(rint(fround(-min * r)))       q unsigned
 *
 * `divisor` is 2^(b-1) - 1 (`narrow`) or 2^(b-1) (`full`). A scale below 2^-40 is raised to it; `powerOfTwo` then raises it to the next power
 * of two, so that nothing within the range is cut off. A range of nothing but 0 has s = 1, z = 0.
 *
 * @throws AppError `non-finite-value`; `input-invalid` where the scale would be above 2^40
 * @see numerics.md section 2
 */
export function staticGrid(range: { min: number; max: number }, rules: GridRules): StaticGrid {
  const min = fround(Math.min(range.min, 0))
  const max = fround(Math.max(range.max, 0))
  if (!Number.isFinite(min) || !Number.isFinite(max)) {
    throw new AppError('non-finite-value', 'The range of a quantized site is not finite.', {
      found: `${range.min} to ${range.max}`,
    })
  }
  const grid = gridOfRange(min, max, dynamicGrid(rules))
  if (grid.scale <= largestScale) return grid
  throw new AppError('input-invalid', 'The range of a quantized site is too wide.', {
    expected: `a scale up to ${largestScale}`,
    found: `${range.min} to ${range.max} in ${rules.width} bits`,
  })
}

/** The grid of a sigmoid that needs no calibration: unsigned, z = 0, s = fround(1 / (2^b - 1)), so that 0 and 1 are on it. */
export function sigmoidGrid(width: IntegerWidth): StaticGrid {
  const high = unsignedHigh(width)
  return gridOf({ width, low: 0, high }, fround(1 / high), 0)
}

/** What is known beforehand of a grid whose scale each vector brings along. */
export function dynamicGrid({ width, scheme, powerOfTwo, symmetricDivisor }: GridRules): DynamicGrid {
  const high = unsignedHigh(width)
  if (scheme === 'affine') return { kind: 'dynamic', width, scheme, low: 0, high, divisor: high, powerOfTwo }
  const half = (high + 1) / 2
  const divisor = symmetricDivisor === 'full' ? half : half - 1
  return { kind: 'dynamic', width, scheme, low: -half, high: half - 1, divisor, powerOfTwo }
}

/**
 * The grid of one vector, by the formulas of {@link staticGrid} from the vector's own minimum and maximum. A scale above 2^40 is lowered to it,
 * as no loader can refuse a value that arises while a text is read.
 *
 * @param values float32; none gives the grid of a vector of zeros
 */
export function gridOfVector(values: ArrayLike<number>, grid: DynamicGrid): StaticGrid {
  let min = 0
  let max = 0
  for (let k = 0; k < values.length; k += 1) {
    min = Math.min(min, values[k]!)
    max = Math.max(max, values[k]!)
  }
  const found = gridOfRange(min, max, grid)
  return found.scale <= largestScale ? found : gridOf(grid, largestScale, zeroPoint(min, 1 / largestScale, grid))
}

/** A static grid of a known scale and zero point. */
export function gridOf(
  { width, low, high }: Pick<StaticGrid, 'width' | 'low' | 'high'>,
  scale: number,
  zero: number,
): StaticGrid {
  return { kind: 'static', width, low, high, zero, scale, reciprocal: fround(1 / scale) }
}

/** `fround(extent / divisor)`, at least 2^-40, 1 for an extent of 0; then the next power of two where that is asked for. */
export function scaleOf(extent: number, divisor: number, powerOfTwo = false): number {
  if (extent === 0) return 1
  const scale = Math.max(fround(extent / divisor), smallestScale)
  return powerOfTwo ? powerOfTwoFrom(scale) : scale
}

/** The smallest power of two that is not below `scale`; `scale` is at least 2^-40. */
export function powerOfTwoFrom(scale: number): number {
  let power = smallestScale
  while (power < scale) power *= 2
  return power
}

/**
 * The nearest whole number, halves to the even one, which `Math.round` does not give. For a float32 it is exact: from 2^52 on a float64
 * has no fraction, and a larger float32 has none to lose. Gives +0 where C's `rintf` gives -0.
 */
export function rint(value: number): number {
  return value + 6755399441055744 - 6755399441055744
}

/**
 * The integer that stands for a float32 value.
 *
 *     t = fround(x * r)          `reciprocal`              t = fround(x / s)          `divide`
 *     q = int(min(max(rint(t), low - z), high - z)) + z    zero point `after` rounding
 *     q = int(min(max(rint(fround(t + z)), low), high))    zero point `before`
 *
 * The value is clamped before it becomes an integer, as conversions overflow differently everywhere; an infinite t is clamped as any other.
 *
 * @param value float32, finite
 * @see numerics.md section 3
 */
export function quantizeValue(value: number, grid: StaticGrid, rules: RoundingRules): number {
  const { low, high, zero, scale, reciprocal } = grid
  const steps = rules.rounding === 'divide' ? fround(value / scale) : fround(value * reciprocal)
  if (rules.zeroPoint === 'before') return Math.min(Math.max(rint(fround(steps + zero)), low), high)
  return Math.min(Math.max(rint(steps), low - zero), high - zero) + zero
}

/** {@link quantizeValue} of many values, into `codes`. */
export function quantizeValues(
  values: Float32Array,
  grid: StaticGrid,
  rules: RoundingRules,
  codes: Int8Array | Int16Array | Uint16Array,
): void {
  if (rules.rounding !== 'reciprocal' || rules.zeroPoint !== 'after') {
    for (let k = 0; k < values.length; k += 1) codes[k] = quantizeValue(values[k]!, grid, rules)
    return
  }
  const { zero, reciprocal } = grid
  const [least, most] = [grid.low - zero, grid.high - zero]
  // Comparisons, as Math.min and Math.max look after NaN and -0 too, which are not here.
  for (let k = 0; k < values.length; k += 1) {
    const steps = rint(fround(values[k]! * reciprocal))
    codes[k] = (steps < least ? least : steps > most ? most : steps) + zero
  }
}

/** `fround((q - z) * s)`, the float32 value that an integer stands for. */
export function dequantize(code: number, { zero, scale }: Pick<StaticGrid, 'zero' | 'scale'>): number {
  return fround((code - zero) * scale)
}

function gridOfRange(min: number, max: number, grid: DynamicGrid): StaticGrid {
  const extent = grid.scheme === 'affine' ? fround(max - min) : Math.max(-min, max)
  const scale = scaleOf(extent, grid.divisor, grid.powerOfTwo)
  return gridOf(grid, scale, zeroPoint(min, fround(1 / scale), grid))
}

function zeroPoint(min: number, reciprocal: number, { scheme, low, high }: DynamicGrid): number {
  return scheme === 'symmetric' ? 0 : Math.min(Math.max(rint(fround(-min * reciprocal)), low), high)
}

function unsignedHigh(width: IntegerWidth): number {
  return (1 << width) - 1
}
