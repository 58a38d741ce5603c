import { AppError } from '../../../shared/errors.ts'
import { stream } from '../../random/randomStream.ts'
import { coinWord } from '../coinWord.ts'

/** Input that differs from what a model was trained on, other than by typing errors. */
export type Shift =
  /** each word between blanks is, with chance `level`, one that no vocabulary holds; coupled over levels as noise is */
  | { kind: 'out-of-vocabulary'; level: number }
  /** keeps the first `share` of the words between blanks, at least one */
  | { kind: 'shorten'; share: number }

/** @throws AppError `input-invalid` for a level or share outside 0 to 1 */
export function shiftText(text: string, shift: Shift, seed: number, id: string): string {
  const amount = shift.kind === 'shorten' ? shift.share : shift.level
  if (!(amount >= 0 && amount <= 1)) {
    throw new AppError('input-invalid', 'The size of a shift is a share.', {
      expected: '0 to 1',
      found: String(amount),
    })
  }
  return shift.kind === 'shorten' ? shorten(text, amount) : coinWords(text, amount, seed, id)
}

function shorten(text: string, share: number): string {
  const words = text.split(/\s+/).filter((word) => word !== '')
  return words.slice(0, Math.max(1, Math.round(share * words.length))).join(' ')
}

function coinWords(text: string, level: number, seed: number, id: string): string {
  const random = stream(seed, 'shift', 'out-of-vocabulary', id)
  const parts = text.split(/(\s+)/)
  return parts
    .map((part, place) =>
      isWord(part) && random.uniformAt(place) < level ? coinWord(stream(seed, 'coin', id, place)) : part,
    )
    .join('')
}

function isWord(part: string): boolean {
  return part.trim() !== ''
}
