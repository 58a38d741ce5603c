import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 32 random bytes, base64url: 43 characters that nobody guesses. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a secret, so that memory and dumps hold nothing to log in with. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** The first of `kept` with this digest; every one is looked at, each in constant time. */
export function findByDigest<T extends { readonly digest: Buffer }>(kept: Iterable<T>, digest: Buffer): T | null {
  let found: T | null = null
  for (const one of kept) {
    if (timingSafeEqual(one.digest, digest)) found ??= one
  }
  return found
}
