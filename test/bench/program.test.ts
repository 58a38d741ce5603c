import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAsked } from '../../build/bench/askedProcess.ts'
import { benchProgram, Engines, turns, type Engine } from '../../build/bench/inference/engines.ts'
import { writeTokenFile, type EncodedTexts } from '../../src/core/dataset/tokenFile.ts'
import { evaluateText, prepareModel } from '../../src/core/quantization/evaluateText.ts'
import { randomModel, randomTokens } from '../core/quantization/randomModel.ts'
import { modelFile } from '../runtime/modelFiles.ts'

const folder = mkdtempSync(join(tmpdir(), 'bitgauge-bench-test-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

function encoded(texts: readonly number[][]): EncodedTexts {
  const offsets = Uint32Array.from({ length: texts.length + 1 }, (_, k) => texts.slice(0, k).flat().length)
  return { rows: texts.length, offsets, tokens: Uint32Array.from(texts.flat()), labels: new Uint8Array(texts.length) }
}

describe('the program that is timed', () => {
  beforeAll(benchProgram)

  it('classifies as the reference does, and answers with a time for each evaluation', async () => {
    const model = randomModel(7, { family: 'discriminative', widths: [8], size: 20 })
    const texts = Array.from({ length: 12 }, (_, k) => randomTokens(k, model, 6))
    const file = { ...encoded(texts), file: join(folder, 'texts.tokens') }
    writeFileSync(file.file, writeTokenFile(file, model.spec.words, model.spec.classes))
    writeFileSync(join(folder, 'model.bgq'), modelFile(model))
    const engines = new Engines({ timed: file, evaluation: file })
    try {
      const of = { contender: 'ours', recipe: 'any' }
      const engine = await engines.ours(of, join(folder, 'model.bgq'), ['kernels=scalar'])
      const prepared = prepareModel(model)
      expect(engine.kernel).toBe('scalar')
      expect(await engine.predict()).toEqual(texts.map((text) => evaluateText(prepared, text).predicted))
      const times = await engine.time(5, 4)
      expect([times.length, times.every((ms) => ms > 0)]).toEqual([4, true])
    } finally {
      engines.end()
    }
  })
})

describe('turns', () => {
  const engine = (time: Engine['time']): Engine => ({
    ...{ contender: 'one', version: '1', recipe: '', kernel: '' },
    time,
    predict: () => Promise.resolve([]),
  })

  it('ask for as many evaluations as fill a block, by the median of the first', async () => {
    const asked: number[] = []
    const turn = turns(
      engine((_, count) => Promise.resolve((asked.push(count), Array.from({ length: count }, () => 2)))),
      1,
      (ms) => 10 * ms,
    )
    expect([await turn.block(), await turn.block()]).toEqual([20, 20])
    expect(asked).toEqual([3, 13, 13])
  })

  it('ask for every text where a block is to have them all', async () => {
    const asked: number[] = []
    const turn = turns(
      engine((_, count) => Promise.resolve((asked.push(count), Array.from({ length: count }, (_, k) => k)))),
      1,
      (ms) => ms,
      5,
    )
    expect([await turn.block(), await turn.block()]).toEqual([2, 2])
    expect(asked).toEqual([5, 5])
  })

  it('ask for one where an evaluation takes longer than a block', async () => {
    const asked: number[] = []
    const turn = turns(
      engine((_, count) => Promise.resolve((asked.push(count), Array.from({ length: count }, () => 900)))),
      1,
      (ms) => ms,
    )
    await turn.block()
    expect(asked).toEqual([3, 1])
  })
})

describe('a process that is asked', () => {
  const script = (text: string): string[] => ['-e', text]

  it('gets the fields with tabs between, and is answered by lines of JSON', async () => {
    const echo = `console.log('{"version":"3"}'); process.stdin.on('data', (line) => console.log(JSON.stringify(line.toString().trim().split('\\t'))))`
    const asked = await startAsked(process.execPath, script(echo))
    expect(asked.first).toEqual({ version: '3' })
    expect(await asked.ask('time', 1, 20)).toEqual(['time', '1', '20'])
    asked.end()
  })

  it('that ends without an answer is an error', async () => {
    await expect(startAsked(process.execPath, script('process.exit(3)'))).rejects.toThrow('ended with 3')
    await expect(startAsked(join(folder, 'nothing-here'), [])).rejects.toThrow('ENOENT')
  })
})
