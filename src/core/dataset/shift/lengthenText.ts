import { stream } from '../../random/randomStream.ts'
import type { Row } from '../rowsFile.ts'

/**
 * A longer text of the same class: the text, then other texts of its class from `pool`, drawn without return, until it has `factor`
 * times its words. A class with one text alone stays as it is.
 *
 * @param pool rows of the same split, this one among them or not
 */
export function lengthenText(row: Row, pool: readonly Row[], factor: number, seed: number): string {
  const wanted = countBlankWords(row.text) * factor
  const mates = pool.filter((other) => other.label === row.label && other.id !== row.id)
  const random = stream(seed, 'shift', 'lengthen', row.id)
  let text = row.text
  for (let left = mates.length; left > 0 && countBlankWords(text) < wanted; left -= 1) {
    const drawn = random.below(left)
    text = `${text} ${(mates[drawn] as Row).text}`
    mates[drawn] = mates[left - 1] as Row
  }
  return text
}

function countBlankWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length
}
