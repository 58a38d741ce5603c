/** What a grid has to reach: `min <= 0 <= max`. Symmetric: `min = -max`. */
export interface ValueRange {
  min: number
  max: number
}

/** The range with 0 in it (numerics.md section 2). */
export function withZero(min: number, max: number): ValueRange {
  // 0 is added because `Math.min(-0, 0)` is -0.
  return { min: Math.min(min, 0) + 0, max: Math.max(max, 0) + 0 }
}

export function symmetric(magnitude: number): ValueRange {
  return { min: -magnitude + 0, max: magnitude }
}
