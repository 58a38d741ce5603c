import { noCode } from '../../shared/charts/runColumns.ts'
import { AppError } from '../../shared/errors.ts'

/** Texts, each with a number from 0 in the order in which they came. */
export class Dictionary {
  readonly values: string[] = []
  readonly #codes = new Map<string, number>()

  /** Errors: `too-large`. */
  code(value: string): number {
    const known = this.#codes.get(value)
    if (known !== undefined) return known
    const code = this.values.length
    if (code >= noCode) {
      throw new AppError('too-large', 'The evaluations have too many values on one axis for a table.', {
        expected: `fewer than ${noCode}`,
        hint: 'Look at one study.',
      })
    }
    this.values.push(value)
    this.#codes.set(value, code)
    return code
  }
}

/** Codes of rows of which none has a value yet. */
export function fillCodes(count: number): Uint16Array {
  return new Uint16Array(count).fill(noCode)
}
