import { describe, expect, it } from 'vitest'
import { KeyedLock } from '../../../src/host/jobs/keyedLock.ts'

describe('KeyedLock', () => {
  it('lets one piece of work at a time have a key, in their order, and other keys go on meanwhile', async () => {
    const lock = new KeyedLock()
    const seen: string[] = []
    const gate = Promise.withResolvers<undefined>()
    const work = (name: string, wait?: Promise<unknown>) => async (): Promise<string> => {
      seen.push(`${name} begins`)
      await wait
      seen.push(`${name} ends`)
      return name
    }
    const all = [
      lock.run('a', work('first', gate.promise)),
      lock.run('a', work('second')),
      lock.run('b', work('other')),
    ]
    await all[2]
    expect(seen).toEqual(['first begins', 'other begins', 'other ends'])
    gate.resolve(undefined)
    expect(await Promise.all(all)).toEqual(['first', 'second', 'other'])
    expect(seen.slice(3)).toEqual(['first ends', 'second begins', 'second ends'])
  })

  it('goes on after work that failed', async () => {
    const lock = new KeyedLock()
    const failed = lock.run('a', () => Promise.reject(new Error('no')))
    const next = lock.run('a', () => Promise.resolve('yes'))
    await expect(failed).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })
})
