import { exp32 } from './nonlinearities.ts'
import { laneMax } from './laneReductions.ts'

const { fround } = Math

/** What one class adds to the words' logits, with what the factored form makes of it once for all texts. */
export interface LabelOffsets {
  /** `c_yv`, [words] */
  offsets: Float32Array
  max: number
  /** `B_yv = exp(fround(c_yv - max c_y))`, [words] */
  weights: Float32Array
}

/** @param table row-major [classes, words] */
export function labelOffsets(table: Float32Array, words: number): LabelOffsets[] {
  return Array.from({ length: table.length / words }, (_, y) => {
    const offsets = table.subarray(y * words, (y + 1) * words)
    const max = laneMax(offsets)
    return { offsets, max, weights: offsets.map((value) => exp32(fround(value - max))) }
  })
}

/** `max_y (max c_y - min c_y)`; up to 55 the guard of the factored form cannot fire (numerics.md section 8). */
export function widestOffsets(classes: readonly LabelOffsets[]): number {
  return classes.reduce(
    (widest, { offsets, max }) => Math.max(widest, fround(max + laneMax(offsets.map((c) => -c)))),
    0,
  )
}
