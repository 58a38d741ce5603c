import { AppError } from '../../shared/errors.ts'

/** What the board program said makes no measurement. */
export function boardFailure(found: string): AppError {
  return new AppError('board-failed', 'What the board program said is no measurement.', {
    expected: 'a whole measurement',
    found,
    hint: 'Nothing of it is kept. Measure again; where it comes again, check the board with bitgauge board check.',
  })
}
