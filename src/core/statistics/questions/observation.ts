import { AppError } from '../../../shared/errors.ts'

/** One evaluated cell. */
export interface Observation {
  /** where it lies on the study's axes; an axis on which it does not depend (a float model's composition) is left out */
  axes: Readonly<Record<string, string>>
  /** of the training */
  seed: number
  /** of the calibration; null where there was none */
  draw: number | null
  /** 0 to 1 */
  accuracy: number
  /** texts */
  n: number
  /** [texts] 1 where right, the same texts in the same order everywhere; needed where the unit is the text */
  right?: Uint8Array
  /** of the model that was evaluated: pairs that share it are identical by construction */
  fingerprint?: string
}

/** The value on an axis; `seed` and `draw` are axes too. Undefined where it does not depend on the axis. */
export function valueOn(observation: Observation, axis: string): string | undefined {
  const { axes, seed, draw } = observation
  if (Object.hasOwn(axes, axis)) return axes[axis]
  if (axis === 'seed') return String(seed)
  return axis === 'draw' && draw !== null ? String(draw) : undefined
}

/** @throws AppError `input-invalid`, `non-finite-value`, `shape-mismatch` */
export function assertObservation({ accuracy, n, right, seed, draw }: Observation): void {
  if (!Number.isFinite(accuracy)) {
    throw new AppError('non-finite-value', 'An accuracy is a number.', { expected: '0 to 1', found: String(accuracy) })
  }
  const whole = Number.isInteger(n) && Number.isInteger(seed) && (draw === null || Number.isInteger(draw))
  if (accuracy < 0 || accuracy > 1 || !whole || n < 1) {
    throw new AppError('input-invalid', 'An observation is an accuracy over texts, of a seed and a draw.', {
      expected: 'accuracy 0 to 1, n from 1, seed and draw whole',
      found: `accuracy ${accuracy}, n ${n}, seed ${seed}, draw ${draw}`,
    })
  }
  if (right !== undefined && right.length !== n) {
    throw new AppError('shape-mismatch', 'An observation says of each text whether it was right.', {
      expected: `${n} texts`,
      found: String(right.length),
    })
  }
}

/** `first - second` from the numbers of right texts where both had the same texts, so that equal differences are equal to the last bit. */
export function differenceOf(first: Observation, second: Observation): number {
  if (first.n !== second.n) return first.accuracy - second.accuracy
  return (Math.round(first.accuracy * first.n) - Math.round(second.accuracy * second.n)) / first.n
}
