import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { compileProgram } from '../../build/runtime/compile.ts'
import { golden, goldenModel } from '../core/quantization/goldenVectors.ts'
import { randomModel, randomTokens } from '../core/quantization/randomModel.ts'
import { filesOf } from './boardProgram.ts'
import { modelOfWords } from './support/largerModels.ts'
import { runTraced, usableKernels, type EngineOptions, type ModelTexts } from './support/traceProgram.ts'

/**
 * By clang, in a fraction of gcc's time. Of undefined behaviour what depends on numbers: checks of each pointer make the vector kernels' compilation
 * last minutes, and addresses are watched anyway. Calls in place of code at each access do the same for the time of compilation.
 */
const kinds = {
  address: [
    '-fsanitize=address,signed-integer-overflow,shift,bounds,float-cast-overflow,integer-divide-by-zero',
    ...['-mllvm', '-asan-instrumentation-with-call-threshold=0'],
  ],
  thread: ['-fsanitize=thread'],
} as const

const compile = (source: string, kind: keyof typeof kinds): Promise<string> =>
  compileProgram([`test/runtime/programs/${source}`], {
    compiler: ['clang'],
    flags: ['-O1', '-gline-tables-only', '-fno-omit-frame-pointer', '-fno-sanitize-recover=all', ...kinds[kind]],
    link: ['-lpthread'],
  })

/** Compiles the whole library first, beside other suites that do the same. */
const timeout = 300_000

const drawn = (seed: number, model = randomModel(seed)): ModelTexts => ({
  model,
  texts: [6, 0, 1, 3].map((length, k) => randomTokens(10 * seed + k, model, length)),
})

describe('with sanitizers of addresses and undefined behaviour, evaluation', { timeout }, () => {
  it('of models of every kind, in every way, reads and writes what it may and overflows nothing', async () => {
    const wide = modelOfWords(1, 1100, { family: 'generative', head: 'shared', widths: [5] })
    const pairs = [
      ...golden.models.map(({ model, texts }) => ({
        model: goldenModel(model),
        texts: texts.map(({ tokens }) => tokens),
      })),
      ...Array.from({ length: 12 }, (_, seed) => drawn(seed + 1)),
      ...[1, 2, 3].map((seed) => drawn(seed, randomModel(seed, { size: 70, scale: 'static', widths: [3, 4, 8] }))),
      drawn(1, wide),
    ]
    const ways = (await usableKernels()).flatMap((kernels): EngineOptions[] => [
      { kernels, batch: 1, traced: true },
      { kernels, batch: 3, inputTable: true, packHead: true },
    ])
    const found = await runTraced(await compile('bg_trace.c', 'address'), pairs, ways)
    expect(found.flat()).toHaveLength(pairs.length * ways.length)
  })
})

describe('with a sanitizer of threads, evaluation', { timeout }, () => {
  it('by several threads that share a model has no races, and the results of one thread', async () => {
    const program = await compile('threads.c', 'thread')
    for (const family of ['discriminative', 'generative'] as const) {
      const { model, texts } = drawn(3, randomModel(3, { family, size: 40 }))
      const [, modelPath = '', , tokensPath = ''] = filesOf(model, texts)
      const { stdout } = await promisify(execFile)(program, [modelPath, tokensPath, '4'])
      const expected = (await usableKernels()).map((kernels) => `${kernels}: 4 threads, 4 texts, 0 different`)
      expect(stdout.split('\n').slice(0, -1)).toEqual(expected)
    }
  })
})
