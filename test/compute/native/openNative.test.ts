import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NativeScores, RuntimeAddon } from '../../../src/compute/native/addon.ts'
import { openNative } from '../../../src/compute/native/openNative.ts'
import { evaluateText, prepareModel } from '../../../src/core/quantization/evaluateText.ts'
import type { QuantizedModel } from '../../../src/core/quantization/quantizedModel.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { randomModel, randomTokens, type RandomModelOptions } from '../../core/quantization/randomModel.ts'
import { loadedRuntime } from '../readyRuntime.ts'
import { fileOf, flat } from './modelFile.ts'

let addon: RuntimeAddon
beforeAll(async () => {
  addon = await loadedRuntime()
})

const integers = [2, 3, 4, 5, 6, 7, 8] as const

function textsOf(model: QuantizedModel, seed: number, lengths: readonly number[] = [7, 0, 1, 12, 3]): number[][] {
  return lengths.map((length, k) => randomTokens(10 * seed + k, model, length))
}

/** What the reference says, in the shape of the addon. */
function referenceOf(model: QuantizedModel, texts: readonly number[][]): NativeScores {
  const prepared = prepareModel(model)
  const all = texts.map((text) => evaluateText(prepared, text))
  const numbers = (of: (text: (typeof all)[number]) => Iterable<number>): Float64Array =>
    Float64Array.from(all.flatMap((text) => [...of(text)]))
  return {
    predicted: Uint32Array.from(all, ({ predicted }) => predicted),
    guarded: Uint32Array.from(all, (text) => (text.family === 'generative' ? text.guarded : 0)),
    common: numbers((text) => [text.family === 'generative' ? text.common : 0]),
    values: numbers((text) => (text.family === 'generative' ? text.relative : text.logits)),
    scores: numbers((text) => (text.family === 'generative' ? text.scores : text.logits)),
  }
}

describe('a model in the runtime', () => {
  it.each<[string, RandomModelOptions]>([
    ['every recipe and shape', { widths: integers }],
    ['dynamic scales', { widths: integers, scale: 'dynamic' }],
    ['a cell that is quantized three times, integer biases', { widths: integers, cellRounds: 3, bias: 'int32' }],
    ['16 by 16 bits, which no other fast engine has', { widths: [16] }],
    ['quantized logits', { widths: integers, fixed: { 'head-output': 8 } }],
    ['independent heads', { family: 'generative', head: 'independent', widths: integers }],
    ['a shared head', { family: 'generative', head: 'shared', widths: integers }],
  ])('gives every number as the reference does: %s', async (_what, options) => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const model = randomModel(seed, options)
      const texts = textsOf(model, seed)
      const native = openNative(fileOf(model))
      const found = await native.evaluate(flat(texts), { threads: 2, batch: 2 })
      native.close()
      expect(found).toEqual(referenceOf(model, texts))
    }
  })

  it('gives the same numbers with any threads, texts side by side and kernels, and from a file that is mapped', async () => {
    const model = randomModel(3, { family: 'generative', widths: [4, 8] })
    const texts = textsOf(model, 1, [9, 30, 2, 0, 17, 17, 5, 40])
    const folder = mkdtempSync(join(tmpdir(), 'bitgauge-native-'))
    const path = join(folder, 'model.bgq')
    writeFileSync(path, fileOf(model))
    const expected = referenceOf(model, texts)
    for (const kernels of addon.kernels.filter(({ usable }) => usable).map(({ name }) => name)) {
      for (const [threads, batch] of [
        [1, 1],
        [3, 2],
        [8, 64],
      ] as const) {
        const native = openNative(path, { kernels, inputTable: threads === 3, packHead: threads === 8 })
        expect(native.info).toMatchObject({ kernels, generative: 1, words: model.spec.words })
        expect(await native.evaluate(flat(texts), { threads, batch })).toEqual(expected)
        native.close()
      }
    }
    rmSync(folder, { recursive: true })
  })

  it('gives the same numbers with a table of inputs of many megabytes, which lies in large pages', async () => {
    const model = randomModel(1, { family: 'discriminative', size: 1000, widths: [8] })
    const { words, hidden } = model.spec
    expect(16 * words * hidden).toBeGreaterThan(4 * 1024 * 1024)
    const texts = flat(textsOf(model, 1, [9, 30, 0, 17]))
    const scores = await Promise.all(
      [false, true].map(async (inputTable) => {
        const native = openNative(fileOf(model), { inputTable })
        const found = await native.evaluate(texts, { threads: 1 })
        native.close()
        return found
      }),
    )
    expect(scores[1]).toEqual(scores[0])
  })

  it('reads word ids of 16 bits as well, and says nothing of no texts', async () => {
    const model = randomModel(5, { widths: [8] })
    const [text] = textsOf(model, 1) as [number[]]
    const native = openNative(fileOf(model))
    const short = { words: Uint16Array.from(text), offsets: Uint32Array.of(0, text.length) }
    expect(await native.evaluate(short, { threads: 1 })).toEqual(referenceOf(model, [text]))
    const none = await native.evaluate({ words: new Uint32Array(), offsets: Uint32Array.of(0) }, { threads: 4 })
    expect(none).toMatchObject({ predicted: new Uint32Array(), scores: new Float64Array() })
    native.close()
  })
})

/** A model and texts that take some hundred milliseconds. */
function long() {
  const model = randomModel(2, { family: 'discriminative', size: 240, widths: [8] })
  return {
    model,
    texts: flat(
      textsOf(
        model,
        1,
        Array.from({ length: 1500 }, (_, k) => 60 + (k % 9)),
      ),
    ),
  }
}

describe('an evaluation under way', () => {
  it('tells of its progress, and lets everything else go on meanwhile', async () => {
    const { model, texts } = long()
    const native = openNative(fileOf(model))
    const told: number[] = []
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    await native.evaluate(texts, { threads: 1, batch: 16 }, { tell: (done) => told.push(done) })
    clearInterval(timer)
    native.close()
    expect(turns).toBeGreaterThan(3)
    expect(told.length).toBeGreaterThan(3)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    expect(told.at(-1)).toBeLessThanOrEqual(1500)
  })

  it('ends soon after it was cancelled, and the model can be used again', async () => {
    const { model, texts } = long()
    const native = openNative(fileOf(model))
    const stop = new AbortController()
    let done = 0
    const tell = (count: number): void => {
      done = count
      stop.abort()
    }
    const ended = native.evaluate(texts, { threads: 2, batch: 16 }, { signal: stop.signal, tell })
    await expect(ended).rejects.toMatchObject({ code: 'cancelled' })
    expect(done).toBeLessThan(1500)
    await expect(native.evaluate(texts, { threads: 1 }, { signal: stop.signal })).rejects.toBeInstanceOf(AppError)
    const some = flat([[4, 5]])
    expect((await native.evaluate(some, { threads: 1 })).predicted).toHaveLength(1)
    native.close()
  })

  it('does not mind another one beside it, or that the model is closed under it', async () => {
    const { model, texts } = long()
    const native = openNative(fileOf(model))
    const alone = await native.evaluate(texts, { threads: 1 })
    const both = [native.evaluate(texts, { threads: 2 }), native.evaluate(texts, { threads: 1, batch: 7 })]
    native.close()
    for (const found of await Promise.all(both)) expect(found).toEqual(alone)
  })
})

describe('what is refused', () => {
  const model = randomModel(1, { widths: [8] })
  const file = fileOf(model)

  it('is a closed model, twice closed or used', async () => {
    const native = openNative(file)
    native.close()
    native.close()
    await expect(native.evaluate(flat([[4]]), { threads: 1 })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is a word that the model lacks', async () => {
    const native = openNative(file)
    const unknown = flat([[4], [model.spec.words]])
    await expect(native.evaluate(unknown, { threads: 1 })).rejects.toMatchObject({
      code: 'input-invalid',
      found: expect.stringContaining(String(model.spec.words)),
    })
    native.close()
  })

  it.each<[string, () => Uint8Array | string, string]>([
    ['no model at all', () => new Uint8Array(100), 'input-invalid'],
    ['nothing', () => new Uint8Array(), 'input-invalid'],
    ['half a model', () => file.slice(0, file.length / 2), 'input-invalid'],
    ['a changed one', () => file.map((byte, k) => (k === file.length - 5 ? byte ^ 1 : byte)), 'input-invalid'],
    ['a file that is not there', () => '/nowhere/model.bgq', 'not-found'],
  ])('is %s', (_what, bytes, code) => {
    expect(() => openNative(bytes())).toThrow(expect.objectContaining({ code }))
  })

  it('is a set of kernels that nobody has', () => {
    expect(() => openNative(file, { kernels: 'mmx' })).toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })

  it('is every wrong argument, by an error and not by a crash', () => {
    const handle = addon.open(file, {})
    const { words, offsets } = flat([[4, 5]])
    const any = addon as unknown as Record<string, (...args: unknown[]) => unknown>
    const wrong = [
      undefined,
      null,
      1,
      'text',
      {},
      [],
      () => {},
      new Date(),
      Object.create(handle as object),
      addon,
      words.buffer,
    ]
    for (const value of wrong) {
      expect(() => any['evaluate']!(value, words, offsets, { threads: 1 }), String(value)).toThrow()
      expect(() => any['evaluate']!(handle, value, offsets, { threads: 1 }), String(value)).toThrow()
      expect(() => any['evaluate']!(handle, words, value, { threads: 1 }), String(value)).toThrow()
      expect(() => any['describe']!(value), String(value)).toThrow()
      expect(() => any['close']!(value), String(value)).toThrow()
      expect(() => any['cancel']!(value), String(value)).toThrow()
      if (typeof value !== 'string') expect(() => any['open']!(value), String(value)).toThrow()
      expect(() => any['countSignals']!(handle, words, offsets, { threads: 1, grids: value, sites: 1 })).toThrow()
    }
    const bad = [
      { threads: 0 },
      { threads: 1.5 },
      { threads: '1' },
      { threads: 1e9 },
      { threads: 1, batch: 0 },
      { threads: 1, batch: 5000 },
    ]
    for (const options of bad) expect(() => any['evaluate']!(handle, words, offsets, options)).toThrow()
    for (const some of [[2, 1], [0, 3], []]) {
      expect(() => any['evaluate']!(handle, words, Uint32Array.from(some), { threads: 1 })).toThrow()
    }
    expect(() => any['evaluate']!(handle, words, offsets, { threads: 1 }, 'progress')).toThrow()
    expect(() => any['evaluate']!(handle, Float64Array.of(4), offsets, { threads: 1 })).toThrow()
    expect(() => any['open']!(file, 'scalar')).toThrow()
    addon.close(handle)
  })
})

describe('memory', () => {
  it('does not grow over a thousand models that are opened, used and closed, or left to be collected', async () => {
    const model = randomModel(2, { family: 'discriminative', size: 200, widths: [8] })
    const file = fileOf(model)
    const texts = flat(textsOf(model, 1))
    const open = async (count: number, closes: boolean): Promise<void> => {
      for (let k = 0; k < count; k += 1) {
        const native = openNative(file)
        if (k % 10 === 0) await native.evaluate(texts, { threads: 2, batch: 2 })
        if (closes) native.close()
        else if (k % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    await open(200, true)
    await open(200, false)
    const before = process.memoryUsage().rss
    await open(700, true)
    await open(300, false)
    const grown = process.memoryUsage().rss - before
    console.info(`${(file.length / 1e3).toFixed(0)} kB a model; grown by ${(grown / 1e6).toFixed(1)} MB`)
    expect(grown).toBeLessThan(1000 * file.length * 0.5)
  })
})
