import { describe, expect, it } from 'vitest'
import { Recent } from '../../../src/compute/jobs/files/recent.ts'

describe('the last few things that were made', () => {
  it('are made once, and the one asked for longest ago goes when there is one too many', async () => {
    const made: string[] = []
    const recent = new Recent<string>(2)
    const get = (key: string) =>
      recent.get(key, async () => {
        made.push(key)
        return key
      })
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await get(key)).toBe(key)
    expect(made).toEqual(['a', 'b', 'c', 'b'])
  })

  it('do not hold a failure', async () => {
    const recent = new Recent<number>(1)
    await expect(recent.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await recent.get('a', async () => 1)).toBe(1)
  })
})
