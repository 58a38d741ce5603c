import type { RandomStream } from '../../random/randomStream.ts'

/**
 * Draws how often each of a few values comes up in `n` draws with replacement from `n` things of which `counts[k]` have value k: what n
 * single draws would give, with a number of steps that grows with the root of n.
 */
export class MultinomialCounts {
  readonly #counts: ArrayLike<number>
  readonly #logFactorials: Float64Array

  constructor(counts: ArrayLike<number>) {
    this.#counts = counts
    const n = Array.from(counts).reduce((sum, count) => sum + count, 0)
    this.#logFactorials = new Float64Array(n + 1)
    for (let k = 2; k <= n; k += 1) this.#logFactorials[k] = this.#logFactorials[k - 1]! + Math.log(k)
  }

  /** Writes one draw to `into`, one number a value. */
  draw(into: Uint32Array, stream: RandomStream): void {
    let [draws, things] = [this.#logFactorials.length - 1, this.#logFactorials.length - 1]
    for (let k = 0; k < this.#counts.length; k += 1) {
      const share = this.#counts[k]! / things
      into[k] = share >= 1 ? draws : this.#binomial(draws, share, stream.uniform())
      draws -= into[k]!
      things -= this.#counts[k]!
    }
  }

  /** The binomial number of a uniform one: the outcomes take turns from the most likely one outwards until theirs is used up. */
  #binomial(n: number, share: number, uniform: number): number {
    if (n === 0 || share <= 0) return 0
    const odds = share / (1 - share)
    const mode = Math.min(n, Math.floor((n + 1) * share))
    const most = this.#probability(mode, n, share)
    let [down, up, pDown, pUp] = [mode, mode, most, most]
    let left = uniform - most
    while (left >= 0 && (down > 0 || up < n)) {
      if (up < n) {
        pUp *= ((n - up) / (up + 1)) * odds
        up += 1
        left -= pUp
        if (left < 0) return up
      }
      if (down > 0) {
        pDown *= down / (n - down + 1) / odds
        down -= 1
        left -= pDown
        if (left < 0) return down
      }
    }
    return mode
  }

  #probability(k: number, n: number, share: number): number {
    const ways = this.#logFactorials[n]! - this.#logFactorials[k]! - this.#logFactorials[n - k]!
    return Math.exp(ways + k * Math.log(share) + (n - k) * Math.log1p(-share))
  }
}
