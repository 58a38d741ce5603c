import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { golden, goldenModel } from '../../test/core/quantization/goldenVectors.ts'
import { randomModel, randomTokens } from '../../test/core/quantization/randomModel.ts'
import { filesIn } from '../../test/runtime/boardProgram.ts'
import { modelOfWords } from '../../test/runtime/support/largerModels.ts'
import {
  runTraced,
  usableKernels,
  type EngineOptions,
  type ModelTexts,
} from '../../test/runtime/support/traceProgram.ts'
import { compileProgram } from './compile.ts'

/**
 * By clang, in a fraction of gcc's time. Of undefined behaviour what depends on numbers: checks of each pointer make the vector kernels' compilation
 * last minutes, and addresses are watched anyway. Calls in place of code at each access do the same for the time of compilation.
 */
export const sanitizers = {
  address: [
    '-fsanitize=address,signed-integer-overflow,shift,bounds,float-cast-overflow,integer-divide-by-zero',
    ...['-mllvm', '-asan-instrumentation-with-call-threshold=0'],
  ],
  thread: ['-fsanitize=thread'],
} as const

/** What was evaluated under a sanitizer: a finding ends the program, so that it is an error. */
export interface SanitizedRun {
  models: number
  texts: number
  /** sets of kernels and ways of evaluating that each model went through */
  ways: string[]
}

/**
 * Golden models, random models of every kind and larger ones, traced one by one and in batches with input table and packed head, under the
 * sanitizers of addresses and undefined behaviour.
 *
 * @throws Error with the sanitizer's text where it found something
 */
export async function evaluateWatched(): Promise<SanitizedRun> {
  const pairs = watchedModels()
  const ways = (await usableKernels()).flatMap((kernels): EngineOptions[] => [
    { kernels, batch: 1, traced: true },
    { kernels, batch: 3, inputTable: true, packHead: true },
  ])
  const found = await runTraced(await compileWatched('bg_trace.c', 'address'), pairs, ways)
  const whole = found.length === pairs.length && found.every((runs) => runs.length === ways.length)
  if (!whole)
    throw new Error(`expected ${pairs.length} models in ${ways.length} ways, found ${found.flat().length} runs`)
  return {
    models: pairs.length,
    texts: pairs.reduce((sum, { texts }) => sum + texts.length, 0) * ways.length,
    ways: ways.map(({ kernels, batch }) => `${kernels}, batch ${batch}`),
  }
}

/**
 * Four threads that share a model, both families, every set of kernels, under the sanitizer of threads; each thread's results are compared with
 * those of one alone.
 *
 * @throws Error with the sanitizer's text where it found something, or the line that counts a difference
 */
export async function evaluateSideBySide(): Promise<SanitizedRun> {
  const program = await compileWatched('threads.c', 'thread')
  const families = ['discriminative', 'generative'] as const
  const kernels = await usableKernels()
  for (const family of families) {
    const stdout = await runThreads(program, drawn(3, randomModel(3, { family, size: 40 })))
    const expected = kernels.map((name) => `${name}: 4 threads, 4 texts, 0 different\n`).join('')
    if (stdout !== expected) throw new Error(`expected ${expected}found ${stdout}`)
  }
  const texts = families.length * kernels.length * 4 * 4
  return { models: families.length, texts, ways: kernels.map((name) => `${name}, 4 threads`) }
}

async function runThreads(program: string, { model, texts }: ModelTexts): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-sanitizers-'))
  try {
    const [, modelPath = '', , tokensPath = ''] = filesIn(folder, model, texts)
    return (await promisify(execFile)(program, [modelPath, tokensPath, '4'])).stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function watchedModels(): ModelTexts[] {
  return [
    ...golden.models.map(({ model, texts }) => ({
      model: goldenModel(model),
      texts: texts.map(({ tokens }) => tokens),
    })),
    ...Array.from({ length: 12 }, (_, seed) => drawn(seed + 1)),
    ...[1, 2, 3].map((seed) => drawn(seed, randomModel(seed, { size: 70, scale: 'static', widths: [3, 4, 8] }))),
    drawn(1, modelOfWords(1, 1100, { family: 'generative', head: 'shared', widths: [5] })),
  ]
}

function drawn(seed: number, model = randomModel(seed)): ModelTexts {
  return { model, texts: [6, 0, 1, 3].map((length, k) => randomTokens(10 * seed + k, model, length)) }
}

function compileWatched(source: string, kind: keyof typeof sanitizers): Promise<string> {
  return compileProgram([`test/runtime/programs/${source}`], {
    compiler: ['clang'],
    flags: ['-O1', '-gline-tables-only', '-fno-omit-frame-pointer', '-fno-sanitize-recover=all', ...sanitizers[kind]],
    link: ['-lpthread'],
  })
}
