import { createHash } from 'node:crypto'
import { AppError } from '../../shared/errors.ts'
import { philox4x32, type Words } from './philox.ts'

const twoTo32 = 0x1_0000_0000

/**
 * A stream of random numbers that is named by a seed and labels. Draws by index (`wordsAt`, `uniformAt`) and draws in turn (`uint32`,
 * `uniform`, `below`, …) come from counters that cannot meet: the third word of the counter tells them apart.
 */
export class RandomStream {
  readonly #key: readonly [number, number]
  #block: Words = [0, 0, 0, 0]
  #used = 4
  #next = 0

  constructor(key: readonly [number, number]) {
    this.#key = key
  }

  /** The four words of draw `index`, 0 to 2^53 - 1; the same for the same index, whatever was drawn before. */
  wordsAt(index: number): Words {
    return philox4x32([index % twoTo32, Math.floor(index / twoTo32), 1, 0], this.#key)
  }

  /** Draw `index` as a number in [0, 1) with 53 random bits. */
  uniformAt(index: number): number {
    const [high, low] = this.wordsAt(index)
    return toUniform(high, low)
  }

  /** The next whole number in [0, 2^32). */
  uint32(): number {
    if (this.#used === 4) {
      this.#block = philox4x32([this.#next % twoTo32, Math.floor(this.#next / twoTo32), 0, 0], this.#key)
      this.#next += 1
      this.#used = 0
    }
    return this.#block[this.#used++] as number
  }

  /** The next number in [0, 1), with 53 random bits. */
  uniform(): number {
    const high = this.uint32()
    return toUniform(high, this.uint32())
  }

  /** The next whole number in [0, bound), each equally likely: draws of the incomplete last interval are thrown away. */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > twoTo32) {
      throw new RangeError(`below() takes a whole number from 1 to 2^32, not ${bound}`)
    }
    const limit = twoTo32 - (twoTo32 % bound)
    for (;;) {
      const word = this.uint32()
      if (word < limit) return word % bound
    }
  }

  /** One of the items, each equally likely. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  /** Puts the items into a random order, in place (Fisher and Yates, from the end); gives the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let last = items.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1)
      const kept = items[last]
      items[last] = items[other]
      items[other] = kept
    }
    return items
  }
}

/**
 * The stream of a seed and a path of labels: `stream(7, 'noise', 'qwerty', 'test:17')`. Another seed, another label or the labels
 * joined differently is an independent stream, so that what one text draws depends on nothing but the seed and the text's id.
 *
 * The key is the first 64 bits of SHA-256 over the JSON text of `[seed, ...labels]`, in two little-endian words.
 *
 * @param seed 0 to 2^53 - 1
 * @throws AppError `input-invalid` where the seed is not such a number
 */
export function stream(seed: number, ...labels: readonly (string | number)[]): RandomStream {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new AppError('input-invalid', 'A seed is a whole number.', { expected: '0 to 2^53 - 1', found: String(seed) })
  }
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...labels]), 'utf8')
    .digest()
  return new RandomStream([digest.readUInt32LE(0), digest.readUInt32LE(4)])
}

function toUniform(high: number, low: number): number {
  return ((high >>> 5) * 0x400_0000 + (low >>> 6)) / 0x20_0000_0000_0000
}
