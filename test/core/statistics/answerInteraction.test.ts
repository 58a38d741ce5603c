import { describe, expect, it } from 'vitest'
import { answerInteraction } from '../../../src/core/statistics/questions/answerInteraction.ts'
import type { InteractionQuestion } from '../../../src/core/statistics/questions/interaction.ts'
import { marked, observed } from './observations.ts'

const code = (name: string) => expect.objectContaining({ code: name })
const question: InteractionQuestion = {
  name: 'gen-more-sensitive',
  compare: 'bits',
  against: 'float',
  by: 'model',
  than: 'disc',
  within: [],
}

/** Marks of 1000 texts, the first `wrong` of them wrong. */
const marks = (wrong: number) => `${'0'.repeat(wrong)}${'1'.repeat(1000 - wrong)}`

function cells(disc: number, gen: number, seed = 1) {
  return [
    marked({ model: 'disc', bits: 'float' }, seed, null, marks(50)),
    marked({ model: 'disc', bits: 'W4' }, seed, 1, marks(50 + disc)),
    marked({ model: 'gen', bits: 'float' }, seed, null, marks(80)),
    marked({ model: 'gen', bits: 'W4' }, seed, 1, marks(80 + gen)),
  ]
}

describe('answerInteraction', () => {
  it('takes the difference of differences: 6 points lost against 2, by hand with its normal interval', () => {
    const { contrasts } = answerInteraction(question, cells(20, 60))
    const [contrast] = contrasts
    expect(contrast).toMatchObject({ value: 'W4', sensitive: 'gen', texts: 1000, verdict: 'held' })
    expect(contrast!.difference).toBeCloseTo(-0.04, 12)
    // Texts 50 to 69 lost with disc (+1), texts 80 to 139 with gen (-1).
    const half = 1.96 * Math.sqrt((80 / 1000 - 0.04 ** 2) / 1000)
    expect(contrast!.interval!.low).toBeCloseTo(-0.04 - half, 2)
    expect(contrast!.interval!.high).toBeCloseTo(-0.04 + half, 2)
    expect(contrast!.p).toBe(2 / 10_000)
    expect(contrast!.sentence).toMatch(
      /^Bits W4 instead of float costs model gen 4\.0 points more than model disc \(difference of changes −4\.0 points, 95 % interval .*cluster bootstrap over 1,000 texts, p = 0\.0002\): for these models and draws\.$/,
    )
  })

  it('is not held where the other one is the more sensitive', () => {
    expect(answerInteraction(question, cells(60, 20)).contrasts[0]).toMatchObject({ verdict: 'not-held' })
  })

  it('is not held where both are as sensitive within the margin, and undecided where that is open', () => {
    const wide = { ...question, smallest: 0.05 }
    expect(answerInteraction(wide, cells(30, 30)).contrasts[0]).toMatchObject({ verdict: 'not-held' })
    const [contrast] = answerInteraction(question, cells(30, 30)).contrasts
    expect(contrast!.verdict).toBe('undecided')
    expect(contrast!.sentence).toMatch(/^It is undecided whether/)
  })

  it('is not testable where all texts say the same', () => {
    expect(answerInteraction(question, cells(0, 0)).contrasts[0]).toMatchObject({
      verdict: 'not-testable',
      p: null,
      interval: null,
    })
  })

  it('takes all seeds of a text as one cluster: seeds that agree add no texts', () => {
    const once = answerInteraction(question, cells(20, 60)).contrasts[0]!
    const twice = answerInteraction(question, [...cells(20, 60, 1), ...cells(20, 60, 2)]).contrasts[0]!
    expect(twice.interval).toEqual(once.interval)
    expect(twice.texts).toBe(1000)
  })

  it('repeats itself, and changes with its seed', () => {
    const low = (seed: number) => answerInteraction({ ...question, seed }, cells(33, 47)).contrasts[0]!.p
    expect(low(1)).toBe(low(1))
    expect(low(1)).not.toBe(low(2))
  })

  it('refuses a value that nobody has, and observations without texts', () => {
    expect(() => answerInteraction({ ...question, than: 'rnn' }, cells(1, 2))).toThrowError(code('input-invalid'))
    const bare = [
      observed({ model: 'disc', bits: 'float' }, 1, null, 9),
      observed({ model: 'disc', bits: 'W4' }, 1, 1, 9),
    ]
    expect(() => answerInteraction(question, bare)).toThrowError(code('input-invalid'))
  })
})
