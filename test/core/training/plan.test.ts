import { describe, expect, it } from 'vitest'
import { planBatches, stepsAnEpoch } from '../../../src/core/training/batchPlan.ts'
import { classWeights, trainedLogPrior } from '../../../src/core/training/classWeights.ts'
import { isBetter, shouldStop } from '../../../src/core/training/earlyStopping.ts'
import { learningRate } from '../../../src/core/training/learningRate.ts'
import { predictingBatch, readingBatch } from '../../../src/core/training/textBatch.ts'
import { trainingOptionsSchema } from '../../../src/shared/contract/trainingRules.ts'

const lengths = Array.from({ length: 1000 }, (_, row) => 1 + ((row * 37) % 90))
const rowsOf = (plan: { rows: Uint32Array }[]): number[] => plan.flatMap(({ rows }) => [...rows])

describe('planBatches', () => {
  it('holds each text exactly once, in batches of the size asked for', () => {
    const plan = planBatches(lengths, null, 16, 1, 1)
    expect(rowsOf(plan).sort((a, b) => a - b)).toEqual(lengths.map((_, row) => row))
    expect(plan.length).toBe(stepsAnEpoch(1000, null, 16))
    expect(plan.filter(({ rows }) => rows.length !== 16).length).toBe(1)
  })

  it('puts texts of similar length side by side: less than a tenth of the places is padding, of a random order almost half', () => {
    const plan = planBatches(lengths, null, 16, 1, 1)
    const padded = plan.reduce(
      (sum, { rows }) => sum + rows.length * Math.max(...[...rows].map((row) => lengths[row]!)),
      0,
    )
    const real = lengths.reduce((sum, length) => sum + length, 0)
    expect(real / padded).toBeGreaterThan(0.9)
  })

  it('is the same for the same seed and epoch, and another for others', () => {
    const text = (seed: number, epoch: number): string => rowsOf(planBatches(lengths, null, 16, seed, epoch)).join()
    expect(text(1, 1)).toBe(text(1, 1))
    expect(text(1, 2)).not.toBe(text(1, 1))
    expect(text(2, 1)).not.toBe(text(1, 1))
  })

  it('keeps the groups of independent models apart', () => {
    const groups = lengths.map((_, row) => row % 3)
    const plan = planBatches(lengths, groups, 16, 1, 1)
    expect(plan.length).toBe(stepsAnEpoch(1000, groups, 16))
    for (const { rows, group } of plan) expect([...rows].every((row) => groups[row] === group)).toBe(true)
    expect(rowsOf(plan).length).toBe(1000)
  })

  it('plans nothing for no texts', () => {
    expect(planBatches([], null, 16, 1, 1)).toEqual([])
  })
})

describe('the batches of texts', () => {
  it('are time-major, padded behind the end, with the real places listed', () => {
    const batch = readingBatch([[7, 8, 9], [], [5]])
    expect(batch).toMatchObject({ steps: 3, texts: 3 })
    expect([...batch.read]).toEqual([7, 0, 5, 8, 0, 0, 9, 0, 0])
    expect([...batch.positions]).toEqual([0, 3, 6, 2])
    expect([...batch.owners]).toEqual([0, 0, 0, 2])
  })

  it('of a language model read BOS first and predict the next word, and EOS where asked for', () => {
    const batch = predictingBatch([[7, 8]], false)
    expect([[...batch.read], [...batch.targets]]).toEqual([
      [2, 7],
      [7, 8],
    ])
    const ended = predictingBatch([[7, 8], []], true)
    expect([[...ended.read], [...ended.targets]]).toEqual([
      [2, 2, 7, 0, 8, 0],
      [7, 8, 3, 3],
    ])
  })

  it('have one padded step where all texts are empty', () => {
    expect(readingBatch([[], []])).toMatchObject({ steps: 1, texts: 2, lengths: Int32Array.of(0, 0) })
  })
})

describe('learningRate', () => {
  const at = (kind: 'constant' | 'linear' | 'cosine', warmupSteps: number, step: number): number =>
    learningRate({ kind, warmupSteps }, 0.1, step, 100)

  it('rises along a line in the warm-up', () => {
    expect([1, 5, 10].map((step) => at('constant', 10, step))).toEqual(
      [0.01, 0.05, 0.1].map((value) => expect.closeTo(value, 12)),
    )
  })

  it('stays, or falls along a line or half a cosine', () => {
    expect(at('constant', 0, 99)).toBe(0.1)
    expect(at('linear', 0, 51)).toBeCloseTo(0.05, 12)
    expect(at('linear', 20, 61)).toBeCloseTo(0.05, 12)
    expect(at('cosine', 0, 51)).toBeCloseTo(0.05, 12)
    expect(at('cosine', 0, 26)).toBeCloseTo(0.05 * (1 + Math.SQRT1_2), 12)
  })

  it('is never zero nor negative', () => {
    for (const kind of ['linear', 'cosine'] as const)
      for (let step = 1; step <= 100; step += 1) expect(at(kind, 7, step)).toBeGreaterThan(0)
  })
})

describe('classWeights', () => {
  it('balances as scikit-learn does: texts / (classes * texts of the class)', () => {
    // sklearn.utils.class_weight.compute_class_weight('balanced', classes=[0, 1, 2], y=[0, 0, 0, 1, 1, 2]) gives 0.6667, 1, 2.
    expect([...classWeights('balanced', [0, 0, 0, 1, 1, 2], 3)!]).toEqual([2 / 3, 1, 2])
  })

  it('gives a class without texts no weight', () => {
    expect([...classWeights('balanced', [0, 0], 2)!]).toEqual([0.5, 0])
  })

  it.each([[[1, 2]], [[0, 0, 0]]])('rejects %j for three classes', (weights) => {
    expect(() => classWeights(weights, [0], 3)).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })
})

describe('trainedLogPrior', () => {
  it('is the share of each class with one text more, and sums to one', () => {
    const prior = trainedLogPrior([0, 0, 0, 1], 3)
    expect(prior.map(Math.exp)).toEqual([4 / 7, 2 / 7, 1 / 7].map((value) => expect.closeTo(value, 12)))
  })
})

describe('early stopping', () => {
  const dev = (accuracy: number, nll: number) => ({ accuracy, nll })

  it('keeps the earlier epoch in a tie', () => {
    expect(isBetter(dev(0.9, 1), dev(0.9, 2), 'accuracy')).toBe(false)
    expect(isBetter(dev(0.9, 1), dev(0.9, 2), 'nll')).toBe(true)
    expect(isBetter(dev(0, 9), null, 'accuracy')).toBe(true)
  })

  it('ends after the last epoch, or when patience is out', () => {
    const options = trainingOptionsSchema.parse({ epochs: 10, patience: 2 })
    const best = { epoch: 3, dev: dev(0.9, 1) }
    expect([3, 4, 5, 10].map((epoch) => shouldStop(epoch, best, options))).toEqual([false, false, true, true])
    expect(shouldStop(9, best, { ...options, patience: null })).toBe(false)
  })
})
