import { describe, expect, it } from 'vitest'
import { safeRange } from '../../src/core/evaluation/factoredScores.ts'
import type { QuantizedModel } from '../../src/core/quantization/quantizedModel.ts'
import { golden } from '../core/quantization/goldenVectors.ts'
import { randomTokens } from '../core/quantization/randomModel.ts'
import { compareRun, emptyEngineComparison, referenceOf } from './support/compareEngine.ts'
import { modelOfLogits, modelOfWords } from './support/largerModels.ts'
import { runTraced, traceProgram, usableKernels } from './support/traceProgram.ts'

const program = await traceProgram()
const sets = await usableKernels(program)

/** Two classes at least, as a model has them; those that are added say what the last one says. */
function asModel(s: readonly number[], offsets: readonly number[]) {
  const last = offsets.slice(-s.length)
  return modelOfLogits(
    Float32Array.from(s),
    Float32Array.from(offsets.length > s.length ? offsets : [...offsets, ...last]),
  )
}

/** A random model of so many words; where it is to have guarded ones, the likeliest word is one that class 0 never uses. */
function randomGenerative(seed: number, words: number, scale: 'static' | 'dynamic', guards: boolean): QuantizedModel {
  const model = modelOfWords(seed, words, { family: 'generative', head: 'shared', widths: [8, 4, 3], scale })
  const parts = model.parts.map((part) => {
    if (!guards || part.head.kind !== 'generative') return part
    const { bias, labelTable } = part.head
    const [likely, never] = [bias.slice(), labelTable!.slice()]
    likely[words - 7] = 100
    never[words - 7] = -70
    return { ...part, head: { ...part.head, bias: likely, labelTable: never } }
  })
  return { ...model, parts }
}

describe("a word's shares in the scores of the classes", () => {
  it.each(sets)("are NumPy's, for spikes 0 to 200 apart and words beyond a block, with %s", async (kernels) => {
    const pairs = golden.spikes.map(({ s, offsets, target }) => ({ model: asModel(s, offsets), texts: [[target]] }))
    for (const batch of [1, 16]) {
      const found = await runTraced(program, pairs, [{ kernels, batch, packHead: batch > 1 }])
      golden.spikes.forEach(({ relative, common, guarded, range }, k) => {
        const { results, offsetRange } = found[k]![0]!
        const { values, ...rest } = results[0]![0]!
        expect([...values].slice(0, relative.length)).toEqual(relative)
        expect(rest.common).toBe(common)
        expect(offsetRange).toBe(range)
        if (relative.length > 1) expect(rest.guarded).toBe(guarded)
      })
    }
  })

  it('are never guarded where the offsets lie within 55, which the model tells', async () => {
    const pairs = golden.spikes.map(({ s, offsets, target }) => ({ model: asModel(s, offsets), texts: [[target]] }))
    const found = await runTraced(program, pairs, [{ kernels: 'scalar', batch: 1 }])
    const runs = found.map(([run]) => ({ range: run!.offsetRange, guarded: run!.results[0]![0]!.guarded }))
    expect(runs.filter(({ range }) => range <= safeRange).map(({ guarded }) => guarded)).not.toContain(1)
    expect(runs.some(({ range, guarded }) => range > safeRange && guarded > 0)).toBe(true)
  })
})

describe('words that wait for a head which is laid out in passing', () => {
  it.each(sets)(
    'get the shares of the reference: texts of 0 to 300 words, many and few rows, with %s',
    async (kernels) => {
      const models = [
        randomGenerative(1, 2500, 'static', false),
        randomGenerative(2, 2500, 'dynamic', false),
        randomGenerative(3, 2063, 'static', true),
        randomGenerative(4, 1200, 'dynamic', true),
        randomGenerative(5, 5, 'static', false),
      ]
      const pairs = models.map((model, seed) => {
        const lengths = model.spec.words > 5 ? [0, 100, 1, 5] : [300, 0, 128, 1]
        return { model, texts: lengths.map((length, k) => randomTokens(10 * seed + k, model, length)) }
      })
      const ways = [{ batch: 1 }, { batch: 16 }, { batch: 16, packHead: true }].map((way) => ({ kernels, ...way }))
      const found = await runTraced(program, pairs, ways)
      const total = emptyEngineComparison()
      pairs.forEach((pair, k) => found[k]!.forEach((run) => compareRun(total, referenceOf(pair), run)))
      expect(total).toMatchObject({ different: 0, texts: ways.length * 20 })
      const guarded = found.map(([run]) => run!.results[0]!.some((result) => result.guarded > 0))
      expect(guarded).toEqual([false, false, true, true, false])
    },
  )
})
