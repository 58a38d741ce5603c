import { describe, expect, it } from 'vitest'
import { factoredScores, safeRange } from '../../../src/core/evaluation/factoredScores.ts'
import { labelOffsets, widestOffsets } from '../../../src/core/quantization/labelOffsets.ts'
import { laneMax, laneSum, logSumExp32 } from '../../../src/core/quantization/laneReductions.ts'
import { scoreDirectly, scoreWord } from '../../../src/core/quantization/score.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import { golden } from './goldenVectors.ts'

describe('laneSum', () => {
  it.each(golden.lanes)("gives NumPy's sum in the listed order: case %#", ({ terms, sum, max, log }) => {
    expect(laneSum(terms.length, (k) => terms[k]!)).toBe(sum)
    if (terms.length > 0) expect(logSumExp32(Float32Array.from(terms))).toEqual({ max, log })
  })

  it('adds lanes of 16 before their neighbours', () => {
    // 2^24 + 1 + 1 is 2^24 from the left; the two ones share lane 1 and are added first
    const terms = new Float32Array(32)
    terms.set([2 ** 24, 1])
    terms[17] = 1
    expect(laneSum(32, (k) => terms[k]!)).toBe(2 ** 24 + 2)
    expect(terms.reduce((sum, term) => Math.fround(sum + term), 0)).toBe(2 ** 24)
  })

  it('of nothing is 0, and the largest of nothing -Infinity', () => {
    expect([laneSum(0, () => 1), laneMax([])]).toEqual([0, -Infinity])
  })
})

describe('scoreWord', () => {
  const cases = golden.spikes.map((one) => ({
    ...one,
    s: Float32Array.from(one.s),
    classes: labelOffsets(Float32Array.from(one.offsets), one.s.length),
  }))

  it.each(cases)("gives NumPy's scores of spikes $range apart, word $target", ({ s, classes, target, ...expected }) => {
    const { relative, common, guarded } = scoreWord(s, classes, target)
    expect([...relative]).toEqual(expected.relative)
    expect([common, guarded]).toEqual([expected.common, expected.guarded])
    expect(widestOffsets(classes)).toBe(expected.range)
  })

  it('guards nothing where the offsets lie within 55', () => {
    const within = cases.filter(({ range }) => range <= safeRange)
    const beyond = cases.filter(({ range }) => range > safeRange)
    expect(within.some(({ range }) => range > 54.9)).toBe(true)
    for (const one of within) expect(one.guarded).toBe(0)
    expect(beyond.some(({ guarded }) => guarded > 0)).toBe(true)
  })

  it.each([1, 30, 90])('is within float32 of the reference in float64, offsets to %i', (reach) => {
    const random = stream(reach, 'scores')
    const draw = (size: number): Float32Array => new Float32Array(50).map(() => (random.uniform() * 2 - 1) * size)
    for (let k = 0; k < 20; k += 1) {
      const [s, a, b] = [draw(10), draw(reach), draw(reach)]
      const found = scoreWord(s, labelOffsets(Float32Array.of(...a, ...b), 50), k)
      const exact = factoredScores(
        [Float64Array.from(s)],
        [a, b].map((row) => Float64Array.from(row)),
        [k],
      )
      const size = Math.max(...exact.relative.map(Math.abs), 1)
      found.relative.forEach((value, y) => expect(Math.abs(value - exact.relative[y]!)).toBeLessThan(1e-6 * size))
      expect(found.common).toBeCloseTo(exact.common, 4)
    }
  })

  it('of one class without offsets is the direct score', () => {
    const s = Float32Array.of(0.5, -1, 2, 0)
    const found = scoreWord(s, labelOffsets(new Float32Array(4), 4), 1)
    expect(found.relative[0]! + found.common).toBeCloseTo(scoreDirectly(s, 1), 6)
  })
})
