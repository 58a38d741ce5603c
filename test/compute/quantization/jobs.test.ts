import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JobContext } from '../../../src/compute/jobs/job.ts'
import { profile as profileJob } from '../../../src/compute/jobs/profile.ts'
import { quantizedEvaluation } from '../../../src/compute/jobs/quantizedEvaluation.ts'
import { collectProfile } from '../../../src/compute/quantization/collectProfile.ts'
import type { Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import { decodeProfile } from '../../../src/core/calibration/profileFile.ts'
import { classificationMetrics } from '../../../src/core/evaluation/classificationMetrics.ts'
import { predictionsOf } from '../../../src/core/evaluation/predictions.ts'
import { evaluateText, prepareModel } from '../../../src/core/quantization/evaluateText.ts'
import { decodeQuantizedModel } from '../../../src/core/quantization/file/decodeQuantizedModel.ts'
import { quantizeModel } from '../../../src/core/quantization/quantizeModel.ts'
import type { FileOfHome } from '../../../src/shared/contract/computeFiles.ts'
import { defaultTokenizer } from '../../../src/shared/contract/datasetRules.ts'
import { jobKinds, type JobParams } from '../../../src/shared/contract/jobKinds.ts'
import { completeBits, recipeSchema } from '../../../src/shared/contract/quantizationRules.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'
import { sampleTexts, sampleWeights, smallSpecs } from '../models/sampleModels.ts'
import { sampleContext, sha256, writeModel, writeRows } from './jobFiles.ts'

const spec = smallSpecs['discriminative, mean']!
const weights = sampleWeights(spec)
const recipe = recipeSchema.parse({ widths: { 'head-output': 'float' } })
const clean = { noise: { kind: 'none' as const, level: 0 }, shift: null, seed: 0 }

/** 40 texts, with words that the model knows alone: the ids from 4 on. */
const texts = Array.from({ length: 40 }, (_, k) => sampleTexts[k % 5]!.filter((id) => id >= 4))
const labels = texts.map((_, k) => k % 3)

let tensorflow: Tensorflow
let home: string
let work: string
let model: FileOfHome
let rows: FileOfHome
beforeAll(() => {
  tensorflow = loadedTensorflow()
  home = mkdtempSync(join(tmpdir(), 'bitgauge-quantized-jobs-'))
  model = writeModel(home, spec, weights)
  rows = writeRows(home, texts, labels)
})
beforeEach(() => {
  work = mkdtempSync(join(home, 'work-'))
})
afterAll(() => rmSync(home, { recursive: true }))

async function makeProfile(some: Partial<JobParams<'profile'>> = {}, context: JobContext = sampleContext()) {
  const params = jobKinds.profile.params.parse({
    title: { model: 'sample', dataset: 'sample' },
    model,
    texts: rows,
    rows: [1, 3, 4, 30],
    labels: [0, 1, 2],
    tokenizer: defaultTokenizer,
    labelHandling: 'true',
    bins: 256,
    headOutput: true,
    engine: 'tensor',
    work,
    device: 'cpu',
    threads: 2,
    ...some,
  })
  return jobKinds.profile.result.parse(await profileJob(params, context))
}

async function evaluate(some: Partial<JobParams<'quantized-evaluation'>> = {}, context: JobContext = sampleContext()) {
  const params = jobKinds['quantized-evaluation'].params.parse({
    title: { model: 'sample', texts: { dataset: 'sample', split: 'dev' } },
    model,
    profile: null,
    recipe,
    bits: completeBits(8, recipe),
    texts: rows,
    labels: [0, 1, 2],
    tokenizer: defaultTokenizer,
    inputs: [clean],
    keepFile: false,
    engine: 'tensor',
    batch: null,
    work,
    device: 'cpu',
    threads: 2,
    ...some,
  })
  return jobKinds['quantized-evaluation'].result.parse(await quantizedEvaluation(params, context))
}

async function profileFile(): Promise<FileOfHome> {
  const { file, fingerprint } = await makeProfile()
  return { path: join(work, file), sha256: fingerprint.slice('sha256:'.length) }
}

describe('a job of kind profile', () => {
  it('writes the profile of the texts that were named, and says what it is', async () => {
    const context = sampleContext()
    const result = await makeProfile({}, context)
    const bytes = readFileSync(join(work, result.file))
    expect(result).toMatchObject({ bytes: bytes.length, fingerprint: `sha256:${sha256(bytes)}`, texts: 4 })
    const some = [1, 3, 4, 30].map((row) => texts[row]!)
    const direct = await collectProfile(
      tensorflow,
      { spec, weights },
      encoded(some),
      { bins: 256, labelHandling: 'true', headOutput: true },
      async () => {},
    )
    expect(decodeProfile(bytes)).toEqual(direct)
    expect(result.steps).toBe(direct.steps)
    expect(context.told.at(-1)).toEqual({ phase: 'profiling', done: 8, total: 8, unit: 'texts' })
  })

  it('is refused for a row that the split does not have', async () => {
    await expect(makeProfile({ rows: [0, 40] })).rejects.toMatchObject({ code: 'input-invalid' })
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const stop = sampleContext(async () => {
      throw new AppError('cancelled', 'stop')
    })
    const before = tensorflow.tf.memory().numTensors
    await expect(makeProfile({ rows: [2] }, stop)).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(work)).toEqual([])
    expect(tensorflow.tf.memory().numTensors).toBe(before)
  })
})

function encoded(some: readonly number[][]) {
  const offsets = [0]
  for (const { length } of some) offsets.push(offsets.at(-1)! + length)
  return {
    rows: some.length,
    offsets: Uint32Array.from(offsets),
    tokens: Uint16Array.from(some.flat()),
    labels: new Uint8Array(some.length),
  }
}

describe('a job of kind quantized-evaluation', () => {
  it('gives what the reference says of the quantized model, text by text', async () => {
    const profile = await profileFile()
    const { quantization, evaluations } = await evaluate({ profile })
    const bits = completeBits(8, recipe)
    const made = quantizeModel(
      { spec, weights, logPrior: null },
      decodeProfile(readFileSync(profile.path)),
      recipe,
      bits,
    )
    const prepared = prepareModel(made.model)
    const logits = texts.flatMap((text) => {
      const found = evaluateText(prepared, text)
      return found.family === 'discriminative' ? [...found.logits] : []
    })
    const predictions = predictionsOf(logits, 3)
    expect(evaluations).toHaveLength(1)
    expect(evaluations[0]!.figures).toMatchObject(classificationMetrics(predictions, labels))
    expect(evaluations[0]!.unknownShare).toBe(0)
    expect(evaluations[0]!.signals[0]!.cell!.count).toBeGreaterThan(0)
    expect(quantization.adjustments).toEqual(made.adjustments)
    expect(readdirSync(join(work, '0')).toSorted()).toEqual(['labels.u16', 'log-posteriors.f32', 'predicted.u16'])
    const predicted = readFileSync(join(work, '0', 'predicted.u16'))
    expect([...new Uint16Array(new Uint8Array(predicted).buffer)]).toEqual([...predictions.predicted])
    const posteriors = readFileSync(join(work, '0', 'log-posteriors.f32'))
    expect([...new Float32Array(new Uint8Array(posteriors).buffer)]).toEqual([
      ...Float32Array.from(predictions.logPosteriors),
    ])
  })

  it('evaluates each input into a folder of its own', async () => {
    const noisy = { noise: { kind: 'word-drop' as const, level: 0.5 }, shift: null, seed: 3 }
    const { evaluations } = await evaluate({
      profile: await profileFile(),
      inputs: [clean, noisy, { ...clean, seed: 9 }],
    })
    expect(evaluations).toHaveLength(3)
    const posteriors = [0, 1, 2].map((k) => readFileSync(join(work, String(k), 'log-posteriors.f32')).toString('hex'))
    expect(posteriors[1]).not.toBe(posteriors[0])
    expect(posteriors[2]).toBe(posteriors[0])
  })

  it('gives the same bytes with few texts at once', async () => {
    const profile = await profileFile()
    await evaluate({ profile })
    const all = readFileSync(join(work, '0', 'log-posteriors.f32'))
    await evaluate({ profile, batch: 7 })
    expect(readFileSync(join(work, '0', 'log-posteriors.f32'))).toEqual(all)
  })

  it('writes the quantized model where that is asked for, of the fingerprint that it always tells', async () => {
    const profile = await profileFile()
    const told = await evaluate({ profile, texts: null, labels: [], inputs: [] })
    expect(existsSync(join(work, 'model.bgq'))).toBe(false)
    expect(told.evaluations).toEqual([])
    const { quantization } = await evaluate({ profile, texts: null, labels: [], inputs: [], keepFile: true })
    const bytes = readFileSync(join(work, 'model.bgq'))
    expect(quantization).toMatchObject({ fingerprint: `sha256:${sha256(bytes)}`, bytes: bytes.length })
    expect(told.quantization.fingerprint).toBe(quantization.fingerprint)
    const { model: read, description } = decodeQuantizedModel(bytes)
    expect(read.spec).toEqual(spec)
    expect(description.origin).toEqual({ model: `sha256:${model.sha256}`, profile: `sha256:${profile.sha256}` })
  })

  it('reads files once for all jobs of a process', async () => {
    const profile = await profileFile()
    const once = await evaluate({ profile })
    rmSync(profile.path)
    const again = await evaluate({ profile })
    expect(again.evaluations[0]!.figures).toEqual(once.evaluations[0]!.figures)
    expect(again.quantization.fingerprint).toBe(once.quantization.fingerprint)
  })

  it.each([
    ['no profile where the recipe needs one', 'input-invalid', {}],
    ['a profile that is not there', 'store-damaged', { profile: { path: '/nowhere', sha256: '0'.repeat(64) } }],
    ['inputs without texts', 'input-invalid', { texts: null }],
  ])('is refused for %s', async (_what, code, some) => {
    const profile = await profileFile()
    const params = code === 'input-invalid' && 'texts' in some ? { profile, ...some } : some
    await expect(evaluate(params)).rejects.toMatchObject({ code })
  })

  it('ends between two batches when it is cancelled, and frees what it took', async () => {
    const profile = await profileFile()
    const before = tensorflow.tf.memory().numTensors
    let steps = 0
    const stop = sampleContext(async () => {
      steps += 1
      if (steps === 2) throw new AppError('cancelled', 'stop')
    })
    await expect(evaluate({ profile }, stop)).rejects.toMatchObject({ code: 'cancelled' })
    expect(tensorflow.tf.memory().numTensors).toBe(before)
  })
})
