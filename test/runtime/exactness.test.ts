import { describe, expect, it } from 'vitest'
import type { QuantizedModel } from '../../src/core/quantization/quantizedModel.ts'
import { golden, goldenModel } from '../core/quantization/goldenVectors.ts'
import { randomModel, randomTokens, type RandomModelOptions } from '../core/quantization/randomModel.ts'
import { compareRun, emptyEngineComparison, referenceOf, type EngineComparison } from './support/compareEngine.ts'
import { modelOfWords } from './support/largerModels.ts'
import { runTraced, traceProgram, usableKernels, type EngineOptions, type ModelTexts } from './support/traceProgram.ts'
import type { EngineRun } from './support/traceStream.ts'

const program = await traceProgram()
const sets = await usableKernels(program)
const integers = [2, 3, 4, 5, 6, 7, 8, 16] as const
const bytes = [2, 3, 4, 5, 6, 7, 8] as const
const lengths = [9, 0, 1, 4, 12, 3, 3]

/** All that an evaluation can be asked for. */
const waysOf = (kernels: string): EngineOptions[] => [
  { kernels, batch: 1, traced: true },
  { kernels, batch: 3, traced: true, inputTable: true },
  { kernels, batch: 1, inputTable: true, packHead: true },
  { kernels, batch: 16, packHead: true },
  { kernels, batch: 64 },
]

/** Of a cell that is float32 but for what is multiplied. */
const floatCell = Object.fromEntries(
  [
    ...['gate-i', 'gate-f', 'gate-g', 'gate-o', 'sigmoid-i', 'sigmoid-f', 'tanh-g', 'sigmoid-o'],
    ...['cell', 'tanh-c'],
  ].map((site) => [site, 'float']),
) as NonNullable<RandomModelOptions['fixed']>

const textsOf = (model: QuantizedModel, seed: number, counts = lengths): ModelTexts => ({
  model,
  texts: counts.map((count, k) => randomTokens(100 * seed + k, model, count)),
})

function comparedRuns(pairs: readonly ModelTexts[], found: readonly (readonly EngineRun[])[]): EngineComparison {
  const total = emptyEngineComparison()
  pairs.forEach((pair, k) => {
    const expected = referenceOf(pair)
    for (const run of found[k]!) compareRun(total, expected, run)
  })
  return total
}

async function compared(pairs: readonly ModelTexts[], ways: readonly EngineOptions[]): Promise<EngineComparison> {
  return comparedRuns(pairs, await runTraced(program, pairs, ways))
}

const ways = sets.flatMap(waysOf)
const same = { different: 0, first: null }

describe('the runtime against the reference, number by number, with every set of kernels', () => {
  it('has kernels of its own for every machine, the fastest first', () => {
    expect(sets.at(-1)).toBe('scalar')
  })

  it.each<[string, number, RandomModelOptions]>([
    ['any integer widths, rules and sites', 24, { widths: integers }],
    [
      'static sites of bytes, where a step is one function of the kernels',
      12,
      { widths: bytes, scale: 'static', cellRounds: 1 },
    ],
    ['heads with quantized outputs', 6, { widths: integers, fixed: { 'head-output': 8 } }],
    ['dynamic sites', 6, { widths: bytes, scale: 'dynamic' }],
    ['wide sums alone, 16 by 16 bits', 4, { widths: [16] }],
    ['cells of float32, hidden vectors of dynamic scales', 8, { widths: bytes, fixed: floatCell, scale: 'dynamic' }],
    ['cells of float32, hidden vectors of any', 8, { widths: integers, fixed: floatCell, size: 90 }],
    ['more hidden units than a vector has lanes', 3, { widths: bytes, size: 90 }],
  ])('finds no difference over random models: %s', async (_, count, options) => {
    const pairs = Array.from({ length: count }, (_, k) => textsOf(randomModel(k + 1, options), k))
    const total = await compared(pairs, ways)
    expect(total).toMatchObject(same)
    expect(total.integers).toBeGreaterThan(0)
    expect(total.accumulators).toBeGreaterThan(0)
  })

  it.each([
    ['factored', {}],
    ['by class, quantized outputs', { fixed: { 'head-output': 8 as const } }],
    ['independent heads', { head: 'independent' as const }],
  ])('finds none over more words than a block has: %s', async (_, options) => {
    const models = [1, 2].map((seed) =>
      modelOfWords(seed, 1500 + 17 * seed, { family: 'generative', widths: bytes, head: 'shared', ...options }),
    )
    const pairs = models.map((model, k) => textsOf(model, k, [3, 0, 2]))
    const few = sets.flatMap((kernels) => [
      { kernels, batch: 1, traced: true },
      { kernels, batch: 16, packHead: true },
    ])
    expect(await compared(pairs, few)).toMatchObject(same)
  })

  it('finds none over more words than a workspace keeps input halves of', async () => {
    const lengths = Array.from({ length: 20 }, (_, k) => 20 + ((7 * k) % 40))
    const models = [1, 2].map((seed) =>
      modelOfWords(seed, 1500, { family: 'discriminative', widths: bytes, fixed: { ...floatCell }, size: 90 }),
    )
    const pairs = models.map((model, k) => textsOf(model, k, lengths))
    const together = sets.flatMap((kernels) => [
      { kernels, batch: 3 },
      { kernels, batch: 64 },
    ])
    expect(await compared(pairs, together)).toMatchObject(same)
  })

  it.each(golden.models)("gives NumPy's integers, accumulators and scores: $name", async ({ model, texts }) => {
    const pair = { model: goldenModel(model), texts: texts.map(({ tokens }) => tokens) }
    const [runs] = await runTraced(program, [pair], ways)
    expect(comparedRuns([pair], [runs!])).toMatchObject(same)
    for (const { results } of runs!) {
      results[0]!.forEach(({ predicted, values, scores, common, guarded }, k) => {
        const { expected } = texts[k]!
        if (pair.model.spec.family === 'discriminative') {
          expect({ predicted, logits: [...values] }).toEqual({ predicted: expected.predicted, logits: expected.logits })
        } else {
          const { relative } = expected
          expect({ relative: [...values], scores: [...scores], common, guarded, predicted }).toEqual({
            relative,
            scores: expected.scores,
            common: expected.common,
            guarded: expected.guarded,
            predicted: expected.predicted,
          })
        }
      })
    }
  })
})

describe('float operands, whose sums have another order', () => {
  const models = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seed) =>
    randomModel(seed, { widths: ['float'], fixed: seed % 2 === 0 ? {} : { 'lstm-h': 8, input: 8, head: 4 } }),
  )
  const pairs = models.map((model, k) => textsOf(model, k))

  it.each(sets)('are within 1e-5 of the largest score with %s', async (kernels) => {
    const found = await runTraced(program, pairs, waysOf(kernels))
    pairs.forEach((pair, k) => {
      referenceOf(pair).forEach((expected, text) => {
        const exact = Array.from(expected.family === 'discriminative' ? expected.logits : expected.scores)
        const largest = exact.reduce((most, score) => Math.max(most, Math.abs(score)), 0)
        for (const { results } of found[k]!) {
          results[0]![text]!.scores.forEach((score, y) =>
            expect(Math.abs(score - exact[y]!)).toBeLessThan(1e-5 * largest),
          )
        }
      })
    })
  })
})

describe('a text', () => {
  it('has one result, whatever is evaluated beside it and however', async () => {
    const models = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => randomModel(seed, { size: 40 }))
    const pairs = models.map((model, k) => textsOf(model, k, [...lengths, 40, 2, 2, 2, 30, 5, 1, 1, 8, 0, 6, 4, 12]))
    const found = await runTraced(program, pairs, ways)
    found.forEach((runs, k) => {
      for (const kernels of sets) {
        const [first, ...others] = runs.filter((run) => run.kernels === kernels).flatMap(({ results }) => results)
        for (const other of others) expect(other, `model ${k}, ${kernels}`).toEqual(first)
      }
    })
  })
})
