import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'

/** What the board program said makes no measurement. */
export function boardFailure(found: string): AppError {
  return new AppError('board-failed', 'What the board program said is no measurement.', {
    expected: 'a whole measurement',
    found,
    hint: nextStep('profile-on-board-again'),
  })
}
