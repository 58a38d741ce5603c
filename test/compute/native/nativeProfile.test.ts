import { beforeAll, describe, expect, it } from 'vitest'
import type { RuntimeAddon } from '../../../src/compute/native/addon.ts'
import { floatArrays } from '../../../src/compute/native/floatArrays.ts'
import { collectNativeProfile, type NativeProfileOptions } from '../../../src/compute/native/nativeProfile.ts'
import { openFloat } from '../../../src/compute/native/openFloat.ts'
import { collectProfile } from '../../../src/compute/quantization/collectProfile.ts'
import type { ActivationProfile, SiteProfile } from '../../../src/core/calibration/activationProfile.ts'
import type { EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import { modelSpecSchema, type ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import { sites } from '../../../src/shared/contract/quantizationRules.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'
import { sampleLabels, sampleTexts, sampleWeights, smallSpecs } from '../models/sampleModels.ts'
import { loadedRuntime } from '../readyRuntime.ts'
import { exactProfile } from './exactProfile.ts'

let addon: RuntimeAddon
beforeAll(async () => {
  addon = await loadedRuntime()
})

interface Text {
  tokens: readonly number[]
  label: number
}

const usual = { bins: 64, labelHandling: 'true', headOutput: true, threads: 1 } as const
const samples: Text[] = sampleTexts.map((tokens, k) => ({ tokens, label: sampleLabels[k]! }))

const larger = { words: 53, classes: 3, embedding: 19, hidden: 37 }
const largerSpecs: Record<string, ModelSpec> = {
  'discriminative, mean, 37 units': modelSpecSchema.parse({ ...larger, family: 'discriminative', pooling: 'mean' }),
  'generative, shared, 37 units': modelSpecSchema.parse({ ...larger, family: 'generative', labelEmbedding: 5 }),
}
const specs = Object.entries({ ...smallSpecs, ...largerSpecs })

/** More than stand side by side, some of a length, one empty. */
function drawnTexts({ words, classes }: ModelSpec): Text[] {
  const random = stream(1, 'texts of a profile')
  return Array.from({ length: 61 }, (_, k) => ({
    tokens: Array.from({ length: k === 7 ? 0 : 1 + random.below(9) }, () => random.below(words)),
    label: k % classes,
  }))
}

function encoded(texts: readonly Text[]): EncodedTexts {
  const offsets = [0]
  for (const { tokens } of texts) offsets.push(offsets.at(-1)! + tokens.length)
  return {
    rows: texts.length,
    offsets: Uint32Array.from(offsets),
    tokens: Uint16Array.from(texts.flatMap(({ tokens }) => [...tokens])),
    labels: Uint8Array.from(texts, ({ label }) => label),
  }
}

async function native(
  spec: ModelSpec,
  texts: readonly Text[],
  options: Partial<NativeProfileOptions> = {},
  weights = sampleWeights(spec),
): Promise<ActivationProfile> {
  const asked = { ...usual, ...options }
  return (await collectNativeProfile({ spec, weights }, encoded(texts), asked, async () => {})).profile
}

describe('the profile of the runtime', () => {
  it.each(specs)('has every bit that its definition gives: %s', async (_name, spec) => {
    for (const texts of [samples, drawnTexts(spec)]) {
      expect(await native(spec, texts)).toEqual(exactProfile(spec, sampleWeights(spec), texts, usual))
    }
  })

  it.each(['all', 'none'] as const)(
    'looks at logits under the labels that are asked for: %s',
    async (labelHandling) => {
      const spec = smallSpecs['generative, shared, class bias, predicted end']!
      const expected = exactProfile(spec, sampleWeights(spec), samples, { ...usual, labelHandling })
      expect(await native(spec, samples, { labelHandling })).toEqual(expected)
      const independent = smallSpecs['generative, independent']!
      if (labelHandling === 'none') return
      const ofEach = exactProfile(independent, sampleWeights(independent), samples, { ...usual, labelHandling })
      expect(await native(independent, samples, { labelHandling })).toEqual(ofEach)
    },
  )

  it('leaves a language model without texts empty, and logits out that nobody asked for', async () => {
    const spec = smallSpecs['generative, independent']!
    const { parts } = await native(spec, samples.slice(0, 2), { headOutput: false })
    expect(parts[2]).toEqual({})
    expect(parts[0]).not.toHaveProperty('head-output')
    expect(Object.keys(parts[0]!)).toEqual(sites.filter((site) => site !== 'head-output'))
  })

  it.each(Object.entries(largerSpecs))(
    'is the same with all kernels and threads, and whether input halves are kept: %s',
    async (_name, spec) => {
      const texts = drawnTexts(spec)
      const once = await native(spec, texts)
      for (const { name: kernels } of addon.kernels.filter(({ usable }) => usable)) {
        for (const threads of [1, 3]) expect(await native(spec, texts, { kernels, threads })).toEqual(once)
      }
      const arrays = floatArrays(spec, sampleWeights(spec), 0, false)
      const words = encoded(texts).tokens
      const flat = { words, offsets: encoded(texts).offsets }
      const passes = [new Uint32Array(), Uint32Array.from(new Set(words))].map(async (tabled) => {
        const model = openFloat(arrays, tabled)
        const ranges = await model.findRanges(flat, { threads: 2 })
        const counts = await model.countValues(flat, { threads: 2, ranges, bins: 64 })
        // What the first pass has kept is gone now, so that a second count reads the texts again.
        expect(await model.countValues(flat, { threads: 2, ranges, bins: 64 })).toEqual(counts)
        model.close()
        return { ranges, counts }
      })
      const [without, kept] = await Promise.all(passes)
      expect(kept).toEqual(without)
    },
  )

  it.each(specs)('is that of the TensorFlow library but for the rounding of its sums: %s', async (_name, spec) => {
    const texts = drawnTexts(spec)
    const [found, other] = [
      await native(spec, texts),
      await collectProfile(
        loadedTensorflow(),
        { spec, weights: sampleWeights(spec) },
        encoded(texts),
        usual,
        async () => {},
      ),
    ]
    expect({ ...found, parts: null }).toEqual({ ...other, parts: null })
    found.parts.forEach((part, k) => {
      for (const site of sites) expectNear(part[site], other.parts[k]![site], site)
    })
  })

  it('says that a model overflows, and which texts it cannot read', async () => {
    const spec = smallSpecs['discriminative, mean']!
    const weights = sampleWeights(spec)
    weights.get('embedding')!.data.fill(1e38)
    weights.get('lstm.kernel')!.data.fill(1e38)
    await expect(native(spec, samples, {}, weights)).rejects.toMatchObject({ code: 'non-finite-value' })
    await expect(native(spec, [])).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(native(spec, [{ tokens: [4, spec.words], label: 0 }])).rejects.toMatchObject({ code: 'input-invalid' })
    const independent = smallSpecs['generative, independent']!
    await expect(native(independent, samples, { labelHandling: 'none' })).rejects.toMatchObject({
      code: 'input-invalid',
    })
    await expect(native(spec, samples, { kernels: 'mmx' })).rejects.toMatchObject({ code: 'input-invalid' })
  })

  it('tells how far it is, and ends where that throws', async () => {
    const spec = smallSpecs['discriminative, last']!
    const model = { spec, weights: sampleWeights(spec) }
    const told: number[] = []
    await collectNativeProfile(model, encoded(samples), usual, async (done) => void told.push(done))
    expect(told.at(-1)).toBe(10)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    const stop = new AppError('cancelled', 'stopped')
    await expect(collectNativeProfile(model, encoded(samples), usual, () => Promise.reject(stop))).rejects.toBe(stop)
  })

  it('refuses what is no model, and no pass over it', async () => {
    const spec = smallSpecs['discriminative, last']!
    const arrays = floatArrays(spec, sampleWeights(spec), 0, false)
    expect(() => openFloat({ ...arrays, bias: arrays.bias.subarray(1) }, new Uint32Array())).toThrow(TypeError)
    expect(() => openFloat(arrays, Uint32Array.of(spec.words))).toThrow(AppError)
    const model = openFloat(arrays, new Uint32Array())
    const texts = { words: Uint32Array.of(4), offsets: Uint32Array.of(0, 1) }
    await expect(model.countValues(texts, { threads: 1, bins: 4, ranges: new Float64Array(3) })).rejects.toThrow(
      TypeError,
    )
    // A range that the values leave.
    const ranges = (await model.findRanges(texts, { threads: 1 })).map((number, k) => (k % 3 === 0 ? number : 0))
    await expect(model.countValues(texts, { threads: 1, bins: 4, ranges })).rejects.toThrow(TypeError)
    model.close()
    model.close()
    await expect(model.findRanges(texts, { threads: 1 })).rejects.toThrow(TypeError)
  })
})

/** Ranges and moments to float32's rounding over a text; of the histogram, hardly anything but into the next bin. */
function expectNear(one: SiteProfile | undefined, other: SiteProfile | undefined, where: string): void {
  expect(one === undefined, where).toBe(other === undefined)
  if (one === undefined || other === undefined) return
  expect(one.count, where).toBe(other.count)
  const size = Math.max(Math.abs(other.min), Math.abs(other.max))
  for (const name of ['min', 'max', 'mean', 'deviation'] as const) {
    expect(Math.abs(one[name] - other[name]), `${where} ${name}`).toBeLessThanOrEqual(4e-6 * size)
  }
  let between = 0
  one.histogram.forEach((count, bin) => {
    between += count - other.histogram[bin]!
    expect(Math.abs(between), `${where}: bin ${bin}`).toBeLessThanOrEqual(Math.max(2, 1e-3 * one.count))
  })
}
