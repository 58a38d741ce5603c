import { describe, expect, it } from 'vitest'
import { safeRange } from '../../src/core/evaluation/factoredScores.ts'
import { golden } from '../core/quantization/goldenVectors.ts'
import { modelOfLogits } from './support/largerModels.ts'
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
