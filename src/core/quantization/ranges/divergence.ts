import type { Scheme } from '../../../shared/contract/quantizationRules.ts'
import type { Distribution } from './distribution.ts'
import { symmetric, withZero, type ValueRange } from './valueRange.ts'

/**
 * The range whose quantized histogram is nearest to the histogram by Kullback-Leibler divergence, after the pseudocode of S. Migacz, "8-bit
 * inference with TensorRT", GTC 2017 (S7310). For each window of bins P is the window with what lies outside put into its end bins, Q the window
 * alone, each level's count spread evenly over those of its bins that are not empty; the window of least `sum P log(P / Q)` is taken, of equal ones
 * the widest.
 *
 * We differ in this:
 * - levels are those of the width, 2^(b-1) of magnitudes (128 at 8 bits, as published) and 2^b of affine values; a window has at least that many bins;
 * - a bin belongs to level `floor(bin * levels / window)`, as the pseudocode does not say;
 * - nothing is smoothed: where P has what Q lacks the divergence is infinite, and that window is not taken;
 * - the whole range is a window too, and a range ends where its window ends, not half a bin later;
 * - affine windows are cut from both ends in proportion, so that 0 stays where it is;
 * - a block of fewer weights than bins has as many bins as weights.
 *
 * @param width bits, 2 to 16; from 12 on no window of 2048 bins but the whole has enough bins, and the range is that of min-max
 */
export function leastDivergence(values: Distribution, scheme: Scheme, width: number, bins: number): ValueRange {
  const levels = 2 ** (scheme === 'symmetric' ? width - 1 : width)
  const count = Math.min(bins, Math.max(levels, values.mostBins))
  return scheme === 'symmetric' ? ofMagnitudes(values, levels, count) : ofBothEnds(values, levels, count)
}

function ofMagnitudes(values: Distribution, levels: number, bins: number): ValueRange {
  const magnitude = Math.max(-values.min, values.max)
  if (magnitude === 0) return symmetric(0)
  const window = bestWindow(values.magnitudeHistogram(bins), levels, () => 0)
  return symmetric((magnitude * window) / bins)
}

function ofBothEnds(values: Distribution, levels: number, bins: number): ValueRange {
  const { min, max } = withZero(values.min, values.max)
  if (min === max) return { min, max }
  const zero = (-min / (max - min)) * bins
  const startOf = (window: number): number => Math.round(zero * (1 - window / bins))
  const window = bestWindow(values.histogram(bins), levels, startOf)
  const end = (bin: number): number => (bin === bins ? max : min + ((max - min) * bin) / bins)
  return withZero(end(startOf(window)), end(startOf(window) + window))
}

/** Bins of the best window, the widest first. */
function bestWindow(counts: Float64Array, levels: number, startOf: (window: number) => number): number {
  const before = new Float64Array(counts.length + 1)
  counts.forEach((count, bin) => (before[bin + 1] = before[bin]! + count))
  let best = { window: counts.length, divergence: Infinity }
  for (let window = counts.length; window >= Math.min(levels, counts.length); window -= 1) {
    const start = startOf(window)
    const divergence = divergenceOf(counts, before, start, start + window, levels)
    if (divergence < best.divergence) best = { window, divergence }
  }
  return best.window
}

/** `sum P log(P / Q)` of the window [start, end); `before[bin]` is the count of the bins before one. */
function divergenceOf(counts: Float64Array, before: Float64Array, start: number, end: number, levels: number): number {
  const total = before[counts.length]!
  const inside = before[end]! - before[start]!
  const clipped = { low: before[start]!, high: total - before[end]! }
  if ((clipped.low > 0 && counts[start] === 0) || (clipped.high > 0 && counts[end - 1] === 0)) return Infinity
  let sum = 0
  for (let level = 0; level < levels; level += 1) {
    const from = start + Math.ceil((level * (end - start)) / levels)
    const to = start + Math.ceil(((level + 1) * (end - start)) / levels)
    const even = (before[to]! - before[from]!) / filledBins(counts, from, to)
    for (let bin = from; bin < to; bin += 1) {
      if (counts[bin] === 0) continue
      const p = counts[bin]! + (bin === start ? clipped.low : 0) + (bin === end - 1 ? clipped.high : 0)
      sum += (p / total) * Math.log((p * inside) / (even * total))
    }
  }
  return sum
}

function filledBins(counts: Float64Array, from: number, to: number): number {
  let filled = 0
  for (let bin = from; bin < to; bin += 1) if (counts[bin]! > 0) filled += 1
  return filled
}
