import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { compileProgram, strictFlags } from '../../build/runtime/compile.ts'
import { evaluateText, prepareModel } from '../../src/core/quantization/evaluateText.ts'
import { randomModel, randomTokens } from '../core/quantization/randomModel.ts'
import { modelFile } from './modelFiles.ts'
import { runTraced, traceProgram, usableKernels } from './support/traceProgram.ts'

const calls = await compileProgram(['test/runtime/programs/evaluate_calls.c'], {
  flags: strictFlags,
  link: ['-lpthread'],
})
const program = await traceProgram()
const sets = await usableKernels(program)

async function callLines(family: 'discriminative' | 'generative', kernels = ''): Promise<string[]> {
  const file = modelFile(randomModel(3, { family }))
  const child = spawn(calls, { stdio: ['pipe', 'pipe', 'inherit'], env: { BITGAUGE_KERNELS: kernels } })
  child.stdin.end(Buffer.concat([Buffer.from(Uint32Array.of(file.length).buffer), file]))
  return (await text(child.stdout)).split('\n').slice(0, -1)
}

/** `bg_status` */
const [ok, cannotRead, damaged, unknownKernels, badArgument, unknownWord] = [0, 2, 5, 9, 10, 11]

describe('the public functions', () => {
  it.each(['discriminative', 'generative'] as const)('say what of a call is wrong, of a %s model', async (family) => {
    expect(await callLines(family)).toEqual([
      `unknown kernels: ${unknownKernels}`,
      `bytes at an odd address: ${badArgument}`,
      `no bytes: ${badArgument}`,
      `half a file: ${damaged}`,
      `a file that is not there: ${cannotRead}`,
      'refusal: the file cannot be opened or read',
      `a model: ${ok}`,
      'bytes for 0 and 1,025 texts: 0 0',
      'the bytes rise: 1',
      `too little memory: ${badArgument}`,
      `memory at an odd address: ${badArgument}`,
      `no memory: ${badArgument}`,
      `no room for texts: ${badArgument}`,
      `a workspace: ${ok}`,
      `a word outside the vocabulary: ${unknownWord}`,
      'nothing was written: 1',
      `words that are not there: ${badArgument}`,
      `no results: ${badArgument}`,
      `no texts: ${ok}`,
      `two texts, one without words: ${ok}`,
      `the same without scores: ${ok}`,
      'the same values: 1',
      `a trace that tells nobody: ${badArgument}`,
      `a trace without memory: ${badArgument}`,
      `a trace: ${ok}`,
      `kernels: ${sets[0]}`,
    ])
  })

  it('take the kernels that the environment names, and refuse others than there are', async () => {
    for (const name of sets) {
      expect((await callLines('generative', name)).at(-1)).toBe(`kernels: ${name}`)
    }
    expect((await callLines('generative', 'abacus')).at(-1)).toBe(`a model: ${unknownKernels}`)
  })
})

describe('a text of many words', () => {
  it('is pooled exactly, beside short ones', async () => {
    const model = randomModel(4, { family: 'discriminative', pooling: 'mean', widths: [16], scale: 'static', size: 3 })
    const texts = [randomTokens(1, model, 70_000), randomTokens(2, model, 3), randomTokens(3, model, 33_000)]
    const ways = [1, 16].map((batch) => ({ kernels: 'scalar', batch }))
    const [runs] = await runTraced(program, [{ model, texts }], ways)
    const prepared = prepareModel(model)
    texts.forEach((words, k) => {
      const expected = evaluateText(prepared, words)
      for (const { results } of runs!) expect(results[0]![k]).toMatchObject({ predicted: expected.predicted })
      if (expected.family !== 'discriminative') throw new Error('the model has logits')
      for (const { results } of runs!) expect([...results[0]![k]!.values]).toEqual([...expected.logits])
    })
  })
})
