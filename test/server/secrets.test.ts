import { createHash, timingSafeEqual } from 'node:crypto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { LinkTokens } from '../../src/server/linkTokens.ts'
import { digestOf, findByDigest, newSecret } from '../../src/server/secrets.ts'

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) }
})
const compared = vi.mocked(timingSafeEqual)
beforeEach(() => {
  compared.mockClear()
})

/** Lengths in bytes of both sides of every comparison so far. */
const lengths = (): number[][] => compared.mock.calls.map((sides) => sides.map((side) => side.byteLength))

describe('a secret that is compared', () => {
  it('is kept as its SHA-256 alone, which other code finds too', () => {
    const secret = newSecret()
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(digestOf(secret)).toEqual(createHash('sha256').update(secret).digest())
  })

  it.each([0, 1, 42, 43, 44, 10_000])(
    'is compared with one of %i characters over 32 bytes a side, in constant time',
    (length) => {
      const tokens = new LinkTokens({ tokens: 3, token_ms: 60_000 })
      for (let made = 0; made < 3; made += 1) tokens.mint()
      expect(tokens.redeem('x'.repeat(length))).toBe(false)
      expect(lengths()).toEqual([
        [32, 32],
        [32, 32],
        [32, 32],
      ])
    },
  )

  it('is looked for among all, wherever it stands: an early match ends nothing', () => {
    const kept = ['first', 'second', 'third'].map((name) => ({ name, digest: digestOf(name) }))
    for (const { name } of kept) {
      compared.mockClear()
      expect(findByDigest(kept, digestOf(name))?.name).toBe(name)
      expect(compared).toHaveBeenCalledTimes(kept.length)
    }
    expect(findByDigest(kept, digestOf('fourth'))).toBeNull()
  })

  it('is taken whole: neither a beginning, nor another case, nor one character more', () => {
    const tokens = new LinkTokens({ tokens: 3, token_ms: 60_000 })
    const secret = tokens.mint()
    const others = [secret.slice(0, -1), `${secret}=`, secret.toLowerCase(), ` ${secret}`, '', `${secret}\0`]
    for (const other of others) expect(tokens.redeem(other)).toBe(other === secret)
    expect(tokens.redeem(secret)).toBe(true)
    expect(tokens.redeem(secret)).toBe(false)
  })
})
