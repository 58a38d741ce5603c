import { describe, expect, it } from 'vitest'
import { tango } from '../../../src/core/statistics/intervals/tango.ts'
import { answerQuestion } from '../../../src/core/statistics/questions/answerQuestion.ts'
import type { Question } from '../../../src/core/statistics/questions/question.ts'
import { studentQuantileAt } from '../../../src/core/statistics/distributions.ts'
import { intervalSchema } from '../../../src/shared/units.ts'
import { draws, marked, observed } from './observations.ts'

const code = (name: string) => expect.objectContaining({ code: name })

const balanced = { bits: 'W4 A8 C8', composition: 'balanced' }
const one = { bits: 'W4 A8 C8', composition: 'one' }
const question: Question = {
  name: 'composition-matters',
  compare: 'composition',
  against: 'balanced',
  within: ['bits'],
  unit: 'draw',
  test: 'sign-flip',
}

/** Twelve changes about -31 of 1000 texts, all below 0. */
const lower = [-31, -24, -38, -31, -30, -32, -26, -36, -35, -27, -29, -33]
/** Twelve changes about 0, small and large. */
const none = [1, -1, 0, 2, -2, 1, 0, -1, 1, -1, 2, -2]
const loud = none.map((change) => 12 * change + 3)

describe('a question about draws', () => {
  it('gives the difference, its interval, p and a sentence, by hand: 2 of 4096 arrangements are as extreme', () => {
    const { verdict, contrasts, sentence, limits } = answerQuestion(
      { ...question, words: { one: 'calibrating on one class' } },
      draws(one, balanced, 1, lower),
    )
    const [contrast] = contrasts
    expect(verdict).toBe('held')
    expect(contrast).toMatchObject({
      pairs: 12,
      p: 2 / 4096,
      pCorrected: 2 / 4096,
      within: { bits: 'W4 A8 C8' },
      value: 'one',
    })
    expect(contrast!.difference).toBeCloseTo(-0.031, 12)
    expect(contrast!.effect).toEqual({ name: 'rank-biserial', value: -1 })
    const half = (studentQuantileAt(0.975, 11) * Math.sqrt(190 / 11 / 12)) / 1000
    expect(intervalSchema.parse(contrast!.interval).low).toBeCloseTo(-0.031 - half, 12)
    expect(sentence).toBe(
      'At W4 A8 C8, calibrating on one class lowers accuracy by 3.1 points (95 % interval 2.8 to 3.4; ' +
        'sign-flip over 12 paired draws, p = 0.0005): for these models.',
    )
    expect(limits).toEqual(['For these models.'])
  })

  it('pairs by seed and draw, whatever the order, and says what has no partner', () => {
    const observations = draws(one, balanced, 1, lower)
    const shuffled = [...observations.slice(7), ...observations.slice(0, 7)].reverse()
    const lonely = observed(one, 2, 1, 100)
    const [contrast] = answerQuestion(question, [...shuffled, lonely]).contrasts
    expect(contrast).toMatchObject({ pairs: 12, p: 2 / 4096 })
    expect(contrast!.limits).toContain('Observations without a partner, left out: 1.')
  })

  it('takes the mean of the seeds of one draw, and flips draws as wholes', () => {
    const [contrast] = answerQuestion(question, [
      ...draws(one, balanced, 1, lower),
      ...draws(
        one,
        balanced,
        2,
        lower.map((change) => change - 10),
      ),
    ]).contrasts
    expect(contrast).toMatchObject({ pairs: 12, p: 2 / 4096, interval: { method: 'paired-t' } })
    expect(contrast!.difference).toBeCloseTo(-0.036, 12)
  })

  it('flips the draws of each seed by themselves where these are its own', () => {
    const few = lower.slice(0, 6)
    const [contrast] = answerQuestion({ ...question, draws: 'own' }, [
      ...draws(one, balanced, 1, few),
      ...draws(
        one,
        balanced,
        2,
        few.map((change) => change - 10),
      ),
    ]).contrasts
    expect(contrast).toMatchObject({ pairs: 12, p: 2 / 4096, interval: { method: 'stratified-t' } })
  })

  it('decides nothing with fewer than twelve draws, however small p is', () => {
    const { verdict, contrasts } = answerQuestion(question, draws(one, balanced, 1, lower.slice(0, 8)))
    expect(verdict).toBe('undecided')
    expect(contrasts[0]).toMatchObject({
      p: 2 / 256,
      requirements: { met: false, missing: ['8 paired draws, at least 12 are needed'] },
    })
    expect(contrasts[0]!.sentence).toContain('8 paired draws, at least 12 are needed')
  })

  it('says that five draws cannot show a change', () => {
    const [contrast] = answerQuestion(question, draws(one, balanced, 1, lower.slice(0, 5))).contrasts
    expect(contrast!.limits).toContain('5 pairs cannot show a change: p cannot fall below 0.063.')
    expect(contrast!.detectable).toBe(null)
  })

  it('never takes "not significant" for "no difference": it says what stays open', () => {
    const { verdict, sentence } = answerQuestion(question, draws(one, balanced, 1, loud))
    expect(verdict).toBe('undecided')
    expect(sentence).toMatch(
      /^At W4 A8 C8, it is undecided whether composition one instead of balanced changes accuracy \(difference 0\.3 points, /,
    )
    expect(sentence).toMatch(/a loss of up to 0\.\d points and a gain of up to 1\.\d points remain possible/)
  })

  it('refutes a change that is smaller than the smallest of interest, by an equivalence test', () => {
    const { verdict, contrasts } = answerQuestion(question, draws(one, balanced, 1, none))
    expect(verdict).toBe('not-held')
    expect(contrasts[0]!.equivalence).toMatchObject({ equivalent: true, interval: { level: 0.9 } })
    expect(contrasts[0]!.sentence).toMatch(
      /changes accuracy by less than 0\.5 points .*90 % interval .*two one-sided tests/,
    )
  })

  it('says of a change that is shown and small that it is small', () => {
    const { sentence } = answerQuestion(
      question,
      draws(
        one,
        balanced,
        1,
        none.map((change) => change - 3),
      ),
    )
    expect(sentence).toMatch(/lowers accuracy by 0\.30 points, though by less than 0\.5 points \(/)
  })

  it('is not testable where nothing differs, and identical by construction where the models are the same', () => {
    const same = draws(one, balanced, 1, new Array<number>(12).fill(0))
    const plain = answerQuestion(question, same)
    expect(plain).toMatchObject({
      verdict: 'not-testable',
      contrasts: [{ verdict: 'not-testable', p: null, interval: null, difference: 0 }],
    })
    expect(plain.sentence).toContain('every pair is the same on both sides')
    const marked = same.map((observation) => ({ ...observation, fingerprint: `sha256:${observation.draw}` }))
    const built = answerQuestion(question, marked)
    expect(built).toMatchObject({ verdict: 'not-held', contrasts: [{ verdict: 'identical' }] })
    expect(built.sentence).toContain('identical by construction')
  })

  it('is not testable without a partner', () => {
    const { verdict, sentence } = answerQuestion(question, [observed(one, 1, 1, 900), observed(balanced, 2, 1, 900)])
    expect(verdict).toBe('not-testable')
    expect(sentence).toContain('no draw has both sides')
  })

  it('pairs what was not calibrated with every draw of its seed, and says what that assumes', () => {
    const float = observed({ bits: 'float' }, 1, null, 930)
    const calibrated = lower.map((change, k) => observed(one, 1, k + 1, 930 + change))
    const { contrasts } = answerQuestion({ ...question, compare: 'bits', against: 'float', within: ['composition'] }, [
      float,
      ...calibrated,
    ])
    expect(contrasts).toHaveLength(1)
    expect(contrasts[0]).toMatchObject({ pairs: 12, within: { composition: 'one' }, value: 'W4 A8 C8', p: 2 / 4096 })
    expect(contrasts[0]!.limits).toContain('One side was not calibrated: the test assumes symmetric differences.')
  })
})

describe('a family of contrasts', () => {
  const at = (bits: string, composition: string) => ({ bits, composition })
  const family = (changes: Record<string, number[]>) =>
    Object.entries(changes).flatMap(([bits, change]) => draws(at(bits, 'one'), at(bits, 'balanced'), 1, change))

  it('is corrected after Holm over what is testable alone', () => {
    const { contrasts } = answerQuestion(
      question,
      family({ W2: lower, W3: lower, W4: new Array<number>(12).fill(0), W8: loud }),
    )
    expect(contrasts.map(({ p }) => p === null)).toEqual([false, false, true, false])
    expect(contrasts.map(({ pCorrected }) => pCorrected).slice(0, 2)).toEqual([6 / 4096, 6 / 4096])
    expect(contrasts[0]!.sentence).toContain('after Holm over 3 contrasts')
  })

  it('is left uncorrected where that is asked', () => {
    const { contrasts } = answerQuestion({ ...question, correct: 'none' }, family({ W2: lower, W3: lower }))
    expect(contrasts[0]).toMatchObject({ pCorrected: 2 / 4096 })
    expect(contrasts[0]!.sentence).not.toContain('after')
  })

  it('depends on an axis where a change is shown at one value and refuted at another', () => {
    const answer = answerQuestion(question, family({ W4: lower, W8: none }))
    expect(answer).toMatchObject({ verdict: 'depends', dependsOn: ['bits'] })
    expect(answer.sentence).toBe('It depends on bits: of 2 contrasts, held in 1 (accuracy lowered), not held in 1.')
  })

  it('depends where changes are shown in both directions', () => {
    const higher = lower.map((change) => -change)
    expect(answerQuestion(question, family({ W4: lower, W8: higher })).verdict).toBe('depends')
  })

  it('is undecided, and does not depend, where a change is shown at one value and nothing at another', () => {
    const answer = answerQuestion(question, family({ W4: lower, W8: loud }))
    expect(answer).toMatchObject({ verdict: 'undecided', dependsOn: [] })
  })

  it('compares each other value, in each combination, in the order of the observations', () => {
    const observations = ['W8', 'W4'].flatMap((bits) =>
      ['three', 'one'].flatMap((composition) => draws(at(bits, composition), at(bits, 'balanced'), 1, lower)),
    )
    const unique = observations.filter(
      (observation, k) =>
        observations.findIndex((other) => JSON.stringify(other) === JSON.stringify(observation)) === k,
    )
    const { contrasts } = answerQuestion(question, unique)
    expect(contrasts.map(({ within, value }) => `${within['bits']} ${value}`)).toEqual([
      'W8 three',
      'W8 one',
      'W4 three',
      'W4 one',
    ])
  })
})

describe('a question about texts', () => {
  const texts: Question = { ...question, unit: 'text', test: 'mcnemar' }
  /** 1 and 7 texts that one alone has right, 1 both, 12 neither: published p-values of 10/256 and 18/256. */
  const [second, first] = [`${'1'.repeat(8)}0${'0'.repeat(12)}`, `1${'0'.repeat(7)}1${'0'.repeat(12)}`]
  const observations = [marked(balanced, 1, 3, second), marked(one, 1, 3, first)]

  it("gives McNemar's p, Tango's interval, Cohen's g, and speaks of this model and this draw", () => {
    const { verdict, contrasts, sentence } = answerQuestion(texts, observations)
    const table = { both: 1, firstOnly: 1, secondOnly: 7, neither: 12 }
    expect(verdict).toBe('held')
    expect(contrasts[0]).toMatchObject({ pairs: 21, within: { bits: 'W4 A8 C8', seed: '1', draw: '3' } })
    expect(contrasts[0]!.p).toBeCloseTo(10 / 256, 12)
    expect(contrasts[0]!.interval).toEqual(tango(table))
    expect(contrasts[0]!.effect).toEqual({ name: 'cohens-g', value: -0.375 })
    expect(sentence).toMatch(
      /^At W4 A8 C8, seed 1, draw 3, .* lowers accuracy by 28\.6 points .*for this model and this draw\.$/,
    )
    expect(answerQuestion({ ...texts, test: 'mcnemar-exact' }, observations).contrasts[0]!.p).toBeCloseTo(18 / 256, 12)
  })

  it('makes each seed and draw a contrast of its own: one text under two models is not two texts', () => {
    const other = [
      marked(balanced, 2, 3, second),
      marked(one, 2, 3, first),
      marked(balanced, 1, 4, second),
      marked(one, 1, 4, first),
    ]
    const { contrasts } = answerQuestion(texts, [...observations, ...other])
    expect(contrasts.map(({ within }) => `${within['seed']}/${within['draw']}`)).toEqual(['1/3', '2/3', '1/4'])
    expect(contrasts.every(({ pairs }) => pairs === 21)).toBe(true)
  })

  it('finds equivalence where no text tells the two apart', () => {
    const same = [marked(balanced, 1, 3, '1'.repeat(7600)), marked(one, 1, 3, '1'.repeat(7600))]
    expect(answerQuestion({ ...texts, test: 'tost' }, same).verdict).toBe('held')
    expect(answerQuestion(texts, same)).toMatchObject({
      verdict: 'not-held',
      contrasts: [{ p: null, test: { reason: 'no-differences' } }],
    })
  })

  it('says over how many contrasts the p that it rests on was corrected: equivalence where no change can be tested', () => {
    // Of seed 1 no text tells the two apart, which McNemar's test cannot be made of, and equivalence can: one p of the first, two of the second.
    const same = [marked(balanced, 1, 3, '1'.repeat(7600)), marked(one, 1, 3, '1'.repeat(7600))]
    const worse = [marked(balanced, 2, 3, '1'.repeat(7600)), marked(one, 2, 3, `${'1'.repeat(7000)}${'0'.repeat(600)}`)]
    const { contrasts } = answerQuestion(texts, [...same, ...worse])
    expect(contrasts.map(({ p }) => p === null)).toEqual([true, false])
    expect(contrasts[0]!.sentence).toMatch(
      /two one-sided tests over 7,600 texts, p < 0\.0001 after Holm over 2 contrasts/,
    )
    expect(contrasts[1]!.sentence).toMatch(/McNemar mid-p over 7,600 texts, p < 0\.0001\)/)
  })

  it('has digits with which an interval that excludes 0 does not read as reaching it', () => {
    // 40 and 19 of 7600 texts: Tango's interval by root-finding (scipy.optimize.brentq 1.17.1), 0.000809 to 0.004883.
    const [a, b] = [`${'1'.repeat(40)}${'0'.repeat(19)}`, `${'0'.repeat(40)}${'1'.repeat(19)}`]
    const rest = '1'.repeat(7600 - 59)
    const { contrasts } = answerQuestion(texts, [marked(balanced, 1, 3, b + rest), marked(one, 1, 3, a + rest)])
    expect(contrasts[0]!.sentence).toContain('raises accuracy by 0.28 points, ')
    expect(contrasts[0]!.sentence).toContain('95 % interval 0.08 to 0.49;')
  })

  it('refutes equivalence where the change is larger than the margin', () => {
    const worse = [marked(balanced, 1, 3, '1'.repeat(300)), marked(one, 1, 3, `${'1'.repeat(200)}${'0'.repeat(100)}`)]
    const { verdict, sentence } = answerQuestion({ ...texts, test: 'tost' }, worse)
    expect(verdict).toBe('not-held')
    expect(sentence).toMatch(/lowers accuracy by 33\.3 points, which is more than 0\.5 points \(95 % interval /)
  })

  it('needs to know which texts were right, of the same texts', () => {
    const bare = [observed(balanced, 1, 1, 900), observed(one, 1, 1, 890)]
    expect(() => answerQuestion(texts, bare)).toThrowError(code('input-invalid'))
    const longer = marked(one, 1, 3, '1'.repeat(22))
    expect(() => answerQuestion(texts, [observations[0]!, longer])).toThrowError(code('shape-mismatch'))
  })
})

describe('a question about seeds', () => {
  const seeds: Question = { ...question, unit: 'seed' }
  const of = (count: number) =>
    lower.slice(0, count).flatMap((change, k) => draws(one, balanced, k + 1, [change - 1, change + 1]))

  it('takes the mean of the draws of each seed, and speaks of training with six seeds or more', () => {
    const { verdict, contrasts, sentence } = answerQuestion(seeds, of(6))
    expect(verdict).toBe('held')
    expect(contrasts[0]).toMatchObject({ pairs: 6, p: 2 / 64 })
    expect(contrasts[0]!.difference).toBeCloseTo(-0.031, 12)
    expect(sentence).toMatch(/sign-flip over 6 paired seeds, p = 0\.031\): for models trained in this way\.$/)
  })

  it('leaves out a draw that one side alone has, as it says: by hand, two seeds of -10 and -30 texts of 1000', () => {
    const pairs = [...draws(one, balanced, 1, [-10, -10]), ...draws(one, balanced, 2, [-30])]
    const [contrast] = answerQuestion(seeds, [...pairs, observed(one, 2, 2, 500)]).contrasts
    expect(contrast!.difference).toBeCloseTo(-0.02, 12)
    expect(contrast!.limits).toContain('Observations without a partner, left out: 1.')
  })

  it('speaks of these models with fewer', () => {
    const { limits } = answerQuestion({ ...seeds, test: 'tost', smallest: 0.1 }, of(5))
    expect(limits).toEqual(['For these models.', '5 training seeds, at least 6 are needed for a claim over training.'])
  })
})

describe('a question that cannot be asked', () => {
  const observations = draws(one, balanced, 1, lower)
  const wrong: [string, Partial<Question>][] = [
    ['a unit that is none', { unit: undefined as never }],
    ['a test of texts for draws', { test: 'mcnemar' }],
    ['a test of draws for texts', { unit: 'text' }],
    ['a correction that is none', { correct: 'bonferroni' as never }],
    ['a margin that is none', { smallest: 0 }],
    ['a level that is none', { level: 1 }],
    ['an axis compared and held fixed', { within: ['composition'] }],
    ['a unit that is compared', { compare: 'draw', against: '1' }],
    ['a value that nobody has', { against: 'balancd' }],
    ['an axis that nobody has', { compare: 'weather' }],
  ]

  it.each(wrong)('is refused with one line: %s', (_, change) => {
    expect(() => answerQuestion({ ...question, ...change }, observations)).toThrowError(code('input-invalid'))
  })

  it('is refused where observations differ in an axis that it does not name, which the hint names', () => {
    const act = () =>
      answerQuestion({ ...question, within: [] }, [...observations, observed({ ...one, bits: 'W8' }, 1, 1, 5)])
    expect(act).toThrowError(expect.objectContaining({ code: 'input-invalid', found: 'several that differ in bits' }))
  })

  it.each([
    ['input-invalid', { accuracy: 1.5 }],
    ['input-invalid', { n: 0 }],
    ['non-finite-value', { accuracy: NaN }],
    ['shape-mismatch', { right: Uint8Array.of(1) }],
  ])('is refused with %s for an observation with %o', (name, change) => {
    expect(() => answerQuestion(question, [{ ...observations[0]!, ...change }])).toThrowError(code(name))
  })

  it('has no contrasts where only one value was observed', () => {
    const answer = answerQuestion(
      question,
      observations.filter(({ axes }) => axes['composition'] === 'balanced'),
    )
    expect(answer).toMatchObject({ verdict: 'not-testable', contrasts: [] })
  })
})
