import { timeSharesOf } from '../../../core/profile/timeShares.ts'
import type { ProfileResult } from '../../../shared/contract/profile.ts'
import type { MeasuredBoard } from './measuredBoard.ts'
import type { PlacedVariant } from './variant.ts'

/** Where the time of an inference goes, by a run of its own; null where the program tells nothing. */
export async function measuredShares(board: MeasuredBoard, variant: PlacedVariant): Promise<ProfileResult['shares']> {
  const limit = Math.min(board.options.settings.timedTexts, variant.tokens.texts)
  const lines = await board.session.do(() => board.sayPinned(variant, ['--shares', '--limit', String(limit)]))
  const told = lines.find((line) => line.type === 'shares')
  return told === undefined ? null : timeSharesOf(told)
}
