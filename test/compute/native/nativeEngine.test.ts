import { beforeAll, describe, expect, it } from 'vitest'
import { openNativeEngine } from '../../../src/compute/native/nativeEngine.ts'
import type { QuantizedEngine } from '../../../src/compute/quantization/engine.ts'
import { openQuantized } from '../../../src/compute/quantization/openQuantized.ts'
import { deadSignals } from '../../../src/core/quantization/deadSignals.ts'
import type { QuantizedModel } from '../../../src/core/quantization/quantizedModel.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { randomModel, randomTokens, type RandomModelOptions } from '../../core/quantization/randomModel.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'
import { loadedRuntime } from '../readyRuntime.ts'
import { fileOf } from './modelFile.ts'

beforeAll(async () => {
  await loadedRuntime()
})

const integers = [2, 3, 4, 5, 6, 7, 8] as const
const noPause = async (): Promise<void> => {}

function textsOf(model: QuantizedModel, count: number): number[][] {
  return Array.from({ length: count }, (_, k) => randomTokens(k, model, (k * 7) % 12))
}

async function withBoth(
  model: QuantizedModel,
  use: (engines: readonly [QuantizedEngine, QuantizedEngine]) => Promise<void>,
) {
  const engines = [
    openNativeEngine(model, fileOf(model), { threads: 2 }),
    openQuantized(loadedTensorflow(), model),
  ] as const
  try {
    await use(engines)
  } finally {
    for (const engine of engines) engine.dispose()
  }
}

/** -0 is no value of its own. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

describe('the runtime beside the tensor engine', () => {
  it.each<[string, RandomModelOptions]>([
    ['static', { scale: 'static' }],
    ['dynamic', { scale: 'dynamic' }],
    ['quantized logits', { fixed: { 'head-output': 8 } }],
  ])('gives the same scores of a discriminative model, bit for bit: %s', async (_what, options) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const model = randomModel(seed, { family: 'discriminative', widths: integers, ...options })
      await withBoth(model, async ([native, tensor]) => {
        const texts = textsOf(model, 30)
        expect(await native.score(texts, null, noPause)).toEqual(await tensor.score(texts, null, noPause))
      })
    }
  })

  it.each<[string, RandomModelOptions]>([
    ['shared', { head: 'shared' }],
    ['shared, quantized logits', { head: 'shared', fixed: { 'head-output': 8 } }],
    ['independent', { head: 'independent' }],
  ])(
    'gives the same scores of a generative model within 1e-5, and says the same of the scoring: %s',
    async (_what, options) => {
      for (let seed = 1; seed <= 5; seed += 1) {
        const model = randomModel(seed, { family: 'generative', widths: integers, ...options })
        await withBoth(model, async ([native, tensor]) => {
          const texts = textsOf(model, 30)
          const { scores, logLikelihoods, ...found } = await native.score(texts, model.logPrior, noPause)
          const {
            scores: others,
            logLikelihoods: otherLikelihoods,
            ...rest
          } = await tensor.score(texts, model.logPrior, noPause)
          expect(found).toEqual(rest)
          const limit = 1e-5 * Math.max(1, ...others.map(Math.abs))
          scores.forEach((score, k) => expect(Math.abs(score - others[k]!)).toBeLessThan(limit))
          const likelihoodLimit = 1e-5 * Math.max(1, ...otherLikelihoods!.map(Math.abs))
          logLikelihoods!.forEach((one, k) =>
            expect(Math.abs(one - otherLikelihoods![k]!)).toBeLessThan(likelihoodLimit),
          )
        })
      }
    },
  )

  it.each<[string, RandomModelOptions]>([
    ['static', { scale: 'static', widths: integers }],
    ['dynamic', { scale: 'dynamic', widths: integers }],
    [
      'float sites',
      {
        widths: ['float'],
        fixed: { input: 8, hidden: 8, 'head-input': 8, 'lstm-x': 8, 'lstm-h': 8, head: 8, embedding: 8 },
      },
    ],
    ['independent heads', { family: 'generative', head: 'independent', widths: [2, 8] }],
    ['generative, quantized logits', { family: 'generative', widths: integers, fixed: { 'head-output': 4 } }],
  ])('counts the same signals, those on all texts included: %s', async (_what, options) => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const model = randomModel(seed, options)
      await withBoth(model, async ([native, tensor]) => {
        const texts = textsOf(model, 300)
        expect(plain(await native.signals(texts, noPause))).toEqual(plain(await tensor.signals(texts, noPause)))
      })
    }
  })

  it('finds dead signals on all texts', async () => {
    const model = randomModel(4, { family: 'discriminative', scale: 'static', widths: [2] })
    await withBoth(model, async ([native]) => {
      const texts = textsOf(model, 300)
      const signals = await native.signals(texts, noPause)
      const dead = deadSignals(signals)
      const words = texts.reduce((sum, { length }) => sum + length, 0)
      console.info(`dead: ${dead.map(({ site }) => site).join(', ')}`)
      for (const { part, site } of dead.filter((one) => !one.site.startsWith('head'))) {
        expect(signals[part]![site]!.count % words).toBe(0)
      }
    })
  })
})

describe('the runtime as an engine', () => {
  it('evaluates what the tensor engine refuses: 16 by 16 bits', async () => {
    const model = randomModel(1, { widths: [16] })
    const native = openNativeEngine(model, fileOf(model), { threads: 1 })
    const { scores } = await native.score(textsOf(model, 5), model.logPrior, noPause)
    native.dispose()
    expect(scores.every(Number.isFinite)).toBe(true)
  })

  it('ends its threads where the job is cancelled', async () => {
    const model = randomModel(2, { family: 'discriminative', size: 240, widths: [8] })
    const native = openNativeEngine(model, fileOf(model), { threads: 2 })
    const texts = Array.from({ length: 20_000 }, (_, k) => randomTokens(k % 50, model, 60))
    const stop = async (): Promise<void> => {
      throw new AppError('cancelled', 'stop')
    }
    await expect(native.score(texts, null, stop)).rejects.toMatchObject({ code: 'cancelled' })
    await expect(native.signals(texts.slice(0, 20), noPause)).resolves.toHaveLength(1)
    native.dispose()
  })
})
