import { beforeAll, describe, expect, it } from 'vitest'
import type { EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import type { SiteProfile } from '../../../src/core/calibration/activationProfile.ts'
import { discriminativeLogits } from '../../../src/core/model/referenceModel.ts'
import { classPrefix } from '../../../src/core/model/parameters.ts'
import { collectProfile, type ProfileOptions } from '../../../src/compute/quantization/collectProfile.ts'
import type { Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import type { GenerativeSpec, ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import { sites, type Site } from '../../../src/shared/contract/quantizationRules.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'
import { inFloat64, sampleLabels, sampleTexts, sampleWeights, smallSpecs } from '../models/sampleModels.ts'

let tensorflow: Tensorflow
beforeAll(() => {
  tensorflow = loadedTensorflow()
})

const bins = 16

function profileOf(spec: ModelSpec, options: Partial<ProfileOptions> = {}, labels = sampleLabels) {
  const whole = { bins, labelHandling: 'true' as const, headOutput: true, ...options }
  return collectProfile(
    tensorflow,
    { spec, weights: sampleWeights(spec) },
    encoded(sampleTexts, labels),
    whole,
    async () => {},
  )
}

function encoded(texts: readonly number[][], labels: readonly number[]): EncodedTexts {
  const offsets = [0]
  for (const { length } of texts) offsets.push(offsets.at(-1)! + length)
  return {
    rows: texts.length,
    offsets: Uint32Array.from(offsets),
    tokens: Uint16Array.from(texts.flat()),
    labels: Uint8Array.from(labels),
  }
}

type Values = Partial<Record<Site, number[]>>

/** Every site of the LSTM on one text, by the formulas of numerics.md section 5, in float64 and without quantization. */
function lstmSites(spec: ModelSpec, weights: ReadonlyMap<string, Float64Array>, prefix: string, read: number[]) {
  const { embedding: inputs, hidden: size } = spec
  const kernel = weights.get(`${prefix}lstm.kernel`)!
  const bias = weights.get(`${prefix}lstm.bias`)!
  const found: Values = {}
  const keep = (site: Site, value: number): number => ((found[site] ??= []).push(value), value)
  const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a))
  let h = new Array<number>(size).fill(0)
  let c = new Array<number>(size).fill(0)
  const states: number[][] = []
  for (const token of read) {
    const x = [...weights.get(`${prefix}embedding`)!.slice(token * inputs, (token + 1) * inputs)]
    x.forEach((value) => keep('input', value))
    const z = [...x, ...h]
    const a = Array.from(bias, (b, column) =>
      z.reduce((sum, value, row) => sum + value * kernel[row * 4 * size + column]!, b),
    )
    const next = c.map((cell, k) => {
      const i = keep('sigmoid-i', sigmoid(keep('gate-i', a[k]!)))
      const f = keep('sigmoid-f', sigmoid(keep('gate-f', a[size + k]!)))
      const g = keep('tanh-g', Math.tanh(keep('gate-g', a[2 * size + k]!)))
      const o = keep('sigmoid-o', sigmoid(keep('gate-o', a[3 * size + k]!)))
      const sum = keep('cell', f * cell + i * g)
      return { cell: sum, hidden: keep('hidden', o * keep('tanh-c', Math.tanh(sum))) }
    })
    h = next.map(({ hidden }) => hidden)
    c = next.map(({ cell }) => cell)
    states.push(h)
  }
  return { found, states }
}

function join(all: readonly Values[]): Values {
  return Object.fromEntries(sites.map((site) => [site, all.flatMap((one) => one[site] ?? [])]))
}

function expectProfile(found: SiteProfile, values: readonly number[], where: string): void {
  const least = Math.min(...values)
  const most = Math.max(...values)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  expect(found.count, where).toBe(values.length)
  const pairs = [
    [found.min, least],
    [found.max, most],
    [found.mean, mean],
    [found.deviation, deviation],
  ] as const
  for (const [one, other] of pairs) expect(Math.abs(one - other), where).toBeLessThan(2e-6)
  const histogram = new Array<number>(bins).fill(0)
  // A value within rounding of an edge may be counted beside it; none of these is.
  for (const value of values) histogram[Math.min(bins - 1, Math.floor(((value - least) / (most - least)) * bins))]! += 1
  expect([...found.histogram], where).toEqual(histogram)
}

function readBy(spec: GenerativeSpec, tokens: readonly number[]): number[] {
  const targets = spec.predictEnd ? [...tokens, 3] : [...tokens]
  return [2, ...targets].slice(0, targets.length)
}

describe('the profile of a float model', () => {
  it.each(Object.entries(smallSpecs))('has at each site what the formulas give in float64: %s', async (_name, spec) => {
    const weights = inFloat64(sampleWeights(spec))
    const { parts } = await profileOf(spec)
    expect(parts).toHaveLength(spec.family === 'generative' && spec.head === 'independent' ? 3 : 1)
    parts.forEach((part, y) => {
      const independent = spec.family === 'generative' && spec.head === 'independent'
      const texts = sampleTexts.filter((_, k) => !independent || sampleLabels[k] === y)
      const all = texts.map((tokens): Values => {
        const read = spec.family === 'generative' ? readBy(spec, tokens) : [...tokens]
        const { found, states } = lstmSites(spec, weights, independent ? classPrefix(y) : '', read)
        if (spec.family === 'generative') return { ...found, 'head-input': states.flat() }
        const last = states.at(-1) ?? new Array<number>(spec.hidden).fill(0)
        const mean = last.map((_, k) => states.reduce((sum, h) => sum + h[k]! / states.length, 0))
        return { ...found, 'head-input': spec.pooling === 'last' ? last : mean }
      })
      for (const [site, values] of Object.entries(join(all)) as [Site, number[]][]) {
        if (values.length > 0) expectProfile(part[site]!, values, site)
      }
    })
  })

  it('counts the real steps of all texts, and the values of each once', async () => {
    const generative = smallSpecs['generative, shared, class bias, predicted end']!
    expect(await profileOf(generative)).toMatchObject({ bins, texts: 5, steps: 11 + 5 })
    const { steps, parts } = await profileOf(smallSpecs['discriminative, mean']!)
    expect(steps).toBe(11)
    expect(parts[0]!.input!.count).toBe(11 * 2)
    expect(parts[0]!.cell!.count).toBe(11 * 4)
    expect(parts[0]!['head-input']!.count).toBe(5 * 4)
  })

  it('has the logits where they are asked for, and nowhere else', async () => {
    const spec = smallSpecs['discriminative, mean']!
    if (spec.family !== 'discriminative') throw new Error('another family')
    const logits = sampleTexts.flatMap((text) => [...discriminativeLogits(spec, inFloat64(sampleWeights(spec)), text)])
    expectProfile((await profileOf(spec)).parts[0]!['head-output']!, logits, 'head-output')
    expect((await profileOf(spec, { headOutput: false })).parts[0]).not.toHaveProperty('head-output')
  })

  it('has logits of a shared head under the own label, under each, or not at all', async () => {
    const spec = smallSpecs['generative, shared, class bias, predicted end']!
    const weights = sampleWeights(spec)
    // The class's own bias alone: the logits of class y are 10 y.
    for (const name of ['head.hidden', 'head.bias', 'head.label', 'label']) weights.get(name)!.data.fill(0)
    weights.get('head.classBias')!.data.forEach((_, k, all) => (all[k] = 10 * (k % 3)))
    const of = (labelHandling: ProfileOptions['labelHandling'], labels: number[]) => {
      const options = { bins, labelHandling, headOutput: true }
      return collectProfile(tensorflow, { spec, weights }, encoded(sampleTexts, labels), options, async () => {})
    }
    const own = (await of('true', [1, 1, 1, 1, 1])).parts[0]!['head-output']!
    expect([own.count, own.min, own.max]).toEqual([16 * 9, 10, 10])
    const all = (await of('all', [1, 1, 1, 1, 1])).parts[0]!['head-output']!
    expect([all.count, all.min, all.mean, all.max]).toEqual([3 * 16 * 9, 0, 10, 20])
    const none = (await of('none', [1, 1, 1, 1, 1])).parts[0]!
    expect(none).not.toHaveProperty('head-output')
    expect(none.cell!.count).toBe(16 * 4)
  })

  it('lets independent language models read their own class or all texts, and leaves one without texts empty', async () => {
    const spec = smallSpecs['generative, independent']!
    const own = await profileOf(spec, { labelHandling: 'true' }, [0, 0, 0, 2, 2])
    expect(own.parts.map((part) => part.cell?.count ?? 0)).toEqual([7 * 4, 0, 4 * 4])
    expect(own.parts[1]).toEqual({})
    const all = await profileOf(spec, { labelHandling: 'all' }, [0, 0, 0, 2, 2])
    expect(all.parts.map((part) => part.cell!.count)).toEqual([11 * 4, 11 * 4, 11 * 4])
  })

  it.each([
    ['no text', () => collectProfile(tensorflow, ofFirst(), encoded([], []), usual, async () => {})],
    [
      'independent language models without labels',
      () => profileOf(smallSpecs['generative, independent']!, { labelHandling: 'none' }),
    ],
  ])('is refused for %s', async (_what, act) => {
    await expect(act()).rejects.toMatchObject({ code: 'input-invalid' })
  })

  it('is the same each time, tells how far it is, and leaves no tensor behind', async () => {
    const before = tensorflow.tf.memory().numTensors
    const told: number[] = []
    const spec = smallSpecs['discriminative, last']!
    const model = { spec, weights: sampleWeights(spec) }
    const texts = encoded(
      Array.from({ length: 300 }, (_, k) => sampleTexts[k % 5]!),
      new Array<number>(300).fill(0),
    )
    const once = await collectProfile(tensorflow, model, texts, usual, async (done) => void told.push(done))
    expect(await collectProfile(tensorflow, model, texts, usual, async () => {})).toEqual(once)
    expect(told).toEqual([128, 256, 300, 428, 556, 600])
    expect(tensorflow.tf.memory().numTensors).toBe(before)
  })
})

const usual: ProfileOptions = { bins, labelHandling: 'true', headOutput: false }

function ofFirst() {
  const spec = smallSpecs['discriminative, mean']!
  return { spec, weights: sampleWeights(spec) }
}
