import type { Limits } from './limits.ts'
import { digestOf, findByDigest, newSecret } from './secrets.ts'

interface LinkToken {
  readonly digest: Buffer
  readonly made: number
}

/** The one-time tokens of the links that `serve` prints. Only digests are kept. */
export class LinkTokens {
  readonly #limits: Pick<Limits, 'tokens' | 'token_ms'>
  #unused: LinkToken[] = []

  constructor(limits: Pick<Limits, 'tokens' | 'token_ms'>) {
    this.#limits = limits
  }

  /** A fresh token. Where too many are unused, the oldest stops working. */
  mint(): string {
    const secret = newSecret()
    this.#unused = [...this.#unused, { digest: digestOf(secret), made: Date.now() }].slice(-this.#limits.tokens)
    return secret
  }

  /** True once for each token that was minted. */
  redeem(secret: string): boolean {
    const oldest = Date.now() - this.#limits.token_ms
    this.#unused = this.#unused.filter((token) => token.made > oldest)
    const found = findByDigest(this.#unused, digestOf(secret))
    this.#unused = this.#unused.filter((token) => token !== found)
    return found !== null
  }
}
