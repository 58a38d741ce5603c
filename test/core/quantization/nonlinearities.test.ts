import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exp32, log32, sigmoid32, tanh32 } from '../../../src/core/quantization/nonlinearities.ts'

interface Words {
  /** [argument, exp, log, sigmoid, tanh] */
  samples: [number, number, number, number, number][]
  sweeps: Record<'exp' | 'log' | 'sigmoid' | 'tanh', { first: number; sum: number }>
}
const golden = JSON.parse(
  readFileSync(new URL('../../golden/nonlinearities/words.json', import.meta.url), 'utf8'),
) as Words

const word = new Uint32Array(1)
const number = new Float32Array(word.buffer)

function resultWord(act: (x: number) => number, argument: number): number {
  word[0] = argument
  number[0] = act(number[0]!)
  return word[0]!
}

const sequences = { exp: exp32, log: log32, sigmoid: sigmoid32, tanh: tanh32 }
const names = ['exp', 'log', 'sigmoid', 'tanh'] as const

describe('the listed sequences', () => {
  it.each(names)('give the words of the C twin on both sides of every bend: %s', (name) => {
    const found = golden.samples.map(([argument]) => resultWord(sequences[name], argument))
    expect(found).toEqual(golden.samples.map((sample) => sample[1 + names.indexOf(name)]))
  })

  it.each(names)('give the words of the C twin on every 1021st float32: %s', (name) => {
    let sum = 2166136261
    for (let argument = golden.sweeps[name].first; argument < 2 ** 32; argument += 1021) {
      if ((argument & 0x7fffffff) > 0x7f800000) continue
      sum = Math.imul(sum ^ resultWord(sequences[name], argument), 16777619)
    }
    expect(sum >>> 0).toBe(golden.sweeps[name].sum)
  })

  it('are exact where the function is: 1/2, 0, 1 and the ends', () => {
    expect([sigmoid32(0), sigmoid32(40), tanh32(0), tanh32(10), tanh32(-10)]).toEqual([0.5, 1, 0, 1, -1])
    expect([exp32(0), exp32(-200), exp32(-Infinity), log32(1)]).toEqual([1, 0, 0, 0])
  })

  it('hold an argument beyond the clamp at its end', () => {
    expect(sigmoid32(-1e30)).toBe(sigmoid32(-40))
    expect(sigmoid32(-40)).toBeCloseTo(Math.exp(-40), 24)
    expect([exp32(1e30), log32(0), log32(Infinity)]).toEqual([
      exp32(88),
      log32(2 ** -126),
      log32(3.4028234663852886e38),
    ])
  })
})
