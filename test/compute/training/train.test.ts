import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { evaluateModel } from '../../../src/compute/evaluation/evaluateModel.ts'
import type { Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import { train, type TrainingNews, type TrainingOutcome } from '../../../src/compute/training/train.ts'
import { trainingRecord } from '../../../src/compute/training/trainingRecord.ts'
import type { TrainingTask } from '../../../src/compute/training/trainingTask.ts'
import { trainingRecordSchema } from '../../../src/core/model/modelFile.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'
import { families, sampleTask, sampleTexts } from './sampleTask.ts'

let tensorflow: Tensorflow
let folder: string
beforeAll(() => {
  tensorflow = loadedTensorflow()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitgauge-train-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Trains and is cancelled after some steps, as often as there are numbers; then trains to the end. */
async function interrupted(task: TrainingTask, after: readonly number[]): Promise<TrainingOutcome> {
  const checkpoint = { path: join(folder, 'checkpoint'), every_s: 3600 }
  for (const steps of after) {
    const stop = new AbortController()
    const tell = (news: TrainingNews): void => {
      if (news.type === 'step' && news.step >= steps) stop.abort()
    }
    await expect(train(tensorflow, task, { checkpoint, tell, signal: stop.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
  }
  return train(tensorflow, task, { checkpoint })
}

describe.each(Object.entries(families))('training: %s', (_name, model) => {
  it('learns what the texts tell', async () => {
    const task = sampleTask(model, { epochs: 8 })
    const outcome = await train(tensorflow, task)
    const { metrics } = await evaluateModel(tensorflow, { spec: task.spec, ...outcome }, sampleTexts(200, 3))
    expect(metrics.accuracy).toBeGreaterThan(0.75)
    const [first, last] = [outcome.history[0]!, outcome.history.at(-1)!]
    expect(last.loss).toBeLessThan(first.loss)
  })

  it('gives the same weights for the same seed, and others for another', async () => {
    const first = await train(tensorflow, sampleTask(model))
    const second = await train(tensorflow, sampleTask(model))
    const other = await train(tensorflow, sampleTask(model, { seed: 6 }))
    expect(second.fingerprint).toBe(first.fingerprint)
    expect(other.fingerprint).not.toBe(first.fingerprint)
  })

  it('goes on after being cancelled to the weights of a training that was not, bit for bit', async () => {
    const task = sampleTask(model)
    const whole = await train(tensorflow, task)
    const parts = await interrupted(task, [1, 7, 15, 16, 31])
    expect(parts.fingerprint).toBe(whole.fingerprint)
    expect(parts.history).toEqual(whole.history)
    expect(parts.steps).toBe(whole.steps)
  })

  it('holds no more tensors after a hundred steps than after one', async () => {
    const counts: number[] = []
    const native = (tensorflow.backend.binding as unknown as { getNumOfTensors(): number }).getNumOfTensors.bind(
      tensorflow.backend.binding,
    )
    const before = tensorflow.tf.memory().numTensors
    await train(tensorflow, sampleTask(model, { epochs: 7 }), {
      tell: (news) => news.type === 'step' && counts.push(tensorflow.tf.memory().numTensors),
    })
    expect(new Set(counts.slice(1)).size).toBe(1)
    expect(tensorflow.tf.memory().numTensors).toBe(before)
    const between = native()
    await train(tensorflow, sampleTask(model, { epochs: 1 }))
    expect(native()).toBe(between)
  })
})

describe('train', () => {
  const disc = families['discriminative']!

  it('keeps the weights of the best epoch on dev, and stops when patience is out', async () => {
    const task = sampleTask(disc, { epochs: 40, patience: 2, optimizer: { learningRate: 0.05 } })
    const outcome = await train(tensorflow, task)
    const best = Math.max(...outcome.history.map(({ dev }) => dev!.accuracy))
    expect(outcome.history[outcome.bestEpoch - 1]!.dev!.accuracy).toBe(best)
    expect(outcome.history.length).toBe(outcome.bestEpoch + 2)
    const { metrics } = await evaluateModel(tensorflow, { spec: task.spec, ...outcome }, task.dev!)
    expect(metrics.accuracy).toBe(best)
  })

  it('trains with every setting to something else', async () => {
    const fingerprints = new Set<string>()
    const settings: object[] = [
      {},
      { optimizer: { learningRate: 0.01, weightDecay: 0.01 } },
      { optimizer: { learningRate: 0.01, weightDecay: 0.01, name: 'adamw' } },
      { clip: 0.05 },
      { schedule: { kind: 'cosine', warmupSteps: 4 } },
      { schedule: { kind: 'linear' } },
      { classWeights: [1, 2, 3] },
      { batch: 24 },
    ]
    for (const options of settings)
      fingerprints.add((await train(tensorflow, sampleTask(disc, { epochs: 1, ...options }))).fingerprint)
    expect(fingerprints.size).toBe(settings.length)
  })

  it('counts the steps that it clipped', async () => {
    const { history } = await train(tensorflow, sampleTask(disc, { epochs: 1, clip: 1e-6 }))
    expect(history[0]!.clipped).toBe(15)
  })

  it('asks for the noisy form of about the share of the texts, others in each epoch, and the same again', async () => {
    const asked: string[] = []
    const task = sampleTask(disc, { epochs: 2, noise: { noise: { kind: 'qwerty', level: 0.1 }, share: 0.25 } })
    task.noisyText = (row, epoch) => {
      asked.push(`${epoch}:${row}`)
      return [5]
    }
    const first = await train(tensorflow, task)
    const of = (epoch: number): string[] =>
      asked.filter((one) => one.startsWith(`${epoch}:`)).map((one) => one.slice(2))
    expect(of(1).length).toBeGreaterThan(30)
    expect(of(1).length).toBeLessThan(90)
    expect(of(2).sort()).not.toEqual(of(1).sort())
    expect((await train(tensorflow, task)).fingerprint).toBe(first.fingerprint)
    expect((await interrupted(task, [4, 20])).fingerprint).toBe(first.fingerprint)
  })

  it('tells every step and epoch, with figures that are finite', async () => {
    const news: TrainingNews[] = []
    await train(tensorflow, sampleTask(disc), { tell: (one) => news.push(one) })
    const steps = news.filter((one) => one.type === 'step')
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 45 }, (_, k) => k + 1))
    expect(steps.every(({ loss, total }) => Number.isFinite(loss) && total === 45)).toBe(true)
    expect(steps.every(({ accuracy }) => accuracy! >= 0 && accuracy! <= 1)).toBe(true)
    expect(news.filter(({ type }) => type === 'epoch').length).toBe(3)
  })

  it('comes with a record that a model file holds', async () => {
    const task = sampleTask(disc, { epochs: 2 })
    const outcome = await train(tensorflow, task)
    const record = trainingRecordSchema.parse(trainingRecord(tensorflow, task, outcome))
    expect(record).toMatchObject({
      epochs: 2,
      steps: 30,
      tensorflow: tensorflow.version,
      options: { seed: 5, batch: 16 },
    })
    expect(record.training).not.toBe(record.dev)
  })

  it('gives the last epoch where there is no dev split', async () => {
    const { bestEpoch } = await train(tensorflow, { ...sampleTask(disc), dev: null })
    expect(bestEpoch).toBe(3)
  })

  it('trains on texts that are empty, one word long, or of one class alone', async () => {
    const training = {
      rows: 3,
      offsets: Uint32Array.of(0, 0, 1, 1),
      tokens: Uint16Array.of(7),
      labels: Uint8Array.of(0, 0, 0),
    }
    for (const model of Object.values(families)) {
      const outcome = await train(tensorflow, { ...sampleTask(model, { classWeights: 'balanced' }), training })
      expect([...outcome.weights.values()].every(({ data }) => data.every(Number.isFinite))).toBe(true)
    }
  })

  it('refuses a checkpoint of another training, and one that is broken, and leaves both as they are', async () => {
    const path = join(folder, 'checkpoint')
    const stop = new AbortController()
    const tell = (): void => stop.abort()
    await train(tensorflow, sampleTask(disc), { checkpoint: { path, every_s: 0 }, tell, signal: stop.signal }).catch(
      () => {},
    )
    const bytes = await readFile(path)
    const other = train(tensorflow, sampleTask(disc, { seed: 99 }), { checkpoint: { path, every_s: 0 } })
    await expect(other).rejects.toMatchObject({ code: 'conflict' })
    expect(await readFile(path)).toEqual(bytes)
    await writeFile(path, bytes.subarray(0, bytes.length - 5))
    await expect(train(tensorflow, sampleTask(disc), { checkpoint: { path, every_s: 0 } })).rejects.toMatchObject({
      code: 'input-invalid',
    })
    expect(await readdir(folder)).toEqual(['checkpoint'])
  })

  it.each([
    [
      'no texts',
      { training: { rows: 0, offsets: Uint32Array.of(0), tokens: new Uint16Array(), labels: new Uint8Array() } },
    ],
    [
      'a word id that the model has not',
      { training: { rows: 1, offsets: Uint32Array.of(0, 1), tokens: Uint16Array.of(30), labels: Uint8Array.of(0) } },
    ],
    [
      'a label that the model has not',
      { training: { rows: 1, offsets: Uint32Array.of(0, 1), tokens: Uint16Array.of(5), labels: Uint8Array.of(3) } },
    ],
  ])('refuses %s', async (_name, part) => {
    await expect(train(tensorflow, { ...sampleTask(disc), ...part })).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
