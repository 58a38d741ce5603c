import { describe, expect, it } from 'vitest'
import { philox4x32, type Words } from '../../../src/core/random/philox.ts'
import { stream } from '../../../src/core/random/randomStream.ts'

describe('philox4x32', () => {
  // Known answers for philox4x32 at 10 rounds in `kat_vectors` of the Random123 library of the algorithm's authors.
  it.each<[Words, [number, number], Words]>([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the published answer for counter %j and key %j', (counter, key, answer) => {
    expect(philox4x32(counter, key)).toEqual(answer)
  })
})

describe('stream', () => {
  it('gives the same draws for the same seed and labels, and others for any other', () => {
    const draws = (...of: Parameters<typeof stream>): number[] =>
      Array.from({ length: 8 }, (_, i) => stream(...of).uniformAt(i))
    expect(draws(7, 'noise', 'test:1')).toEqual(draws(7, 'noise', 'test:1'))
    const others = [
      draws(8, 'noise', 'test:1'),
      draws(7, 'noise', 'test:2'),
      draws(7, 'noisetest', ':1'),
      draws(7, 'noise', 1),
    ]
    for (const other of others) expect(other).not.toEqual(draws(7, 'noise', 'test:1'))
  })

  it('gives a draw by its index whatever was drawn before', () => {
    const random = stream(1, 'a')
    const first = random.uniformAt(5)
    random.uint32()
    random.uniformAt(123_456_789_012)
    expect(random.uniformAt(5)).toBe(first)
  })

  it('draws every number below a bound about equally often', () => {
    const random = stream(3, 'below')
    const counts = [0, 0, 0, 0, 0, 0, 0]
    for (let draw = 0; draw < 70_000; draw += 1) counts[random.below(7)]! += 1
    // chi-squared with 6 degrees of freedom: 22.5 is exceeded with probability 0.001
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.5)
  })

  it('shuffles without losing anything, into every order of three', () => {
    const orders = new Map<string, number>()
    const random = stream(4, 'shuffle')
    for (let draw = 0; draw < 6000; draw += 1) {
      const order = random.shuffle(['a', 'b', 'c']).join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    expect([...orders.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])
    // chi-squared with 5 degrees of freedom
    expect([...orders.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(20.5)
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses the seed %d', (seed) => {
    expect(() => stream(seed)).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })
})
