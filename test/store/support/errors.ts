import { expect } from 'vitest'
import { AppError, describeError, toErrorRecord, type ErrorCode } from '../../../src/shared/errors.ts'

/** Runs `act`, which must fail with this code; gives the one line that a person sees. */
export function failure(code: ErrorCode, act: () => unknown): string {
  let thrown: unknown
  try {
    act()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(AppError)
  expect(thrown).toMatchObject({ code })
  const line = describeError(toErrorRecord(thrown))
  expect(line).not.toContain('\n')
  return line
}
