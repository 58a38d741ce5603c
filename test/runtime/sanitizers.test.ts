import { describe, expect, it } from 'vitest'
import { evaluateSideBySide, evaluateWatched } from '../../build/runtime/sanitizers.ts'
import { golden } from '../core/quantization/goldenVectors.ts'
import { usableKernels } from './support/traceProgram.ts'

/** Compiles the whole library first, beside other suites that do the same. */
const timeout = 300_000

describe('with sanitizers of addresses and undefined behaviour, evaluation', { timeout }, () => {
  it('of models of every kind, in every way, reads and writes what it may and overflows nothing', async () => {
    const { models, ways } = await evaluateWatched()
    expect(models).toBeGreaterThan(golden.models.length + 12)
    expect(ways).toHaveLength(2 * (await usableKernels()).length)
  })
})

describe('with a sanitizer of threads, evaluation', { timeout }, () => {
  it('by several threads that share a model has no races, and the results of one thread', async () => {
    const { ways } = await evaluateSideBySide()
    expect(ways).toEqual((await usableKernels()).map((kernels) => `${kernels}, 4 threads`))
  })
})
