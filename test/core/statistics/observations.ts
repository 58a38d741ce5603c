import type { Observation } from '../../../src/core/statistics/questions/observation.ts'

/** An observation of `right` texts of 1000. */
export function observed(
  axes: Record<string, string>,
  seed: number,
  draw: number | null,
  right: number,
  fingerprint?: string,
): Observation {
  return { axes, seed, draw, n: 1000, accuracy: right / 1000, ...(fingerprint === undefined ? {} : { fingerprint }) }
}

/** An observation that says of each text whether it was right: `1101`. */
export function marked(axes: Record<string, string>, seed: number, draw: number | null, marks: string): Observation {
  const right = Uint8Array.from(marks, Number)
  const count = right.reduce((sum, mark) => sum + mark, 0)
  return { axes, seed, draw, n: right.length, accuracy: count / right.length, right }
}

/** Draws 1, 2, … of one seed on both sides: `against` has 900 right, `value` so many more or less. */
export function draws(
  value: Record<string, string>,
  against: Record<string, string>,
  seed: number,
  changes: number[],
): Observation[] {
  return changes.flatMap((change, k) => [
    observed(against, seed, k + 1, 900),
    observed(value, seed, k + 1, 900 + change),
  ])
}
