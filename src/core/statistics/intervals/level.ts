import { AppError } from '../../../shared/errors.ts'

/** @throws AppError `input-invalid` */
export function assertLevel(level: number): void {
  if (level > 0 && level < 1) return
  throw new AppError('input-invalid', 'An interval has a level of confidence.', {
    expected: 'between 0 and 1, 0.95 as a rule',
    found: String(level),
  })
}

/** 1 less the level, without the rounding of `1 - 0.95`: p = 0.05 is not below it. */
export function alphaOf(level: number): number {
  return Number((1 - level).toPrecision(12))
}
