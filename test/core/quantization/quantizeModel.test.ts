import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ActivationProfile, SiteProfile } from '../../../src/core/calibration/activationProfile.ts'
import type { FloatArray } from '../../../src/core/model/weights.ts'
import { discriminativeLogits, generativeLogLikelihood } from '../../../src/core/model/referenceModel.ts'
import { compareIntegers } from '../../../src/core/quantization/compareIntegers.ts'
import { evaluateText, prepareModel } from '../../../src/core/quantization/evaluateText.ts'
import { quantizeModel, type FloatModel } from '../../../src/core/quantization/quantizeModel.ts'
import type { Matrix, QuantizedPart } from '../../../src/core/quantization/quantizedModel.ts'
import { presetRecipe, recipePresets } from '../../../src/core/quantization/recipes.ts'
import { calibratedSites } from '../../../src/core/quantization/siteGrids.ts'
import { modelSpecSchema } from '../../../src/shared/contract/modelRules.ts'
import {
  completeBits,
  recipeSchema,
  sites,
  widthsOf,
  type Recipe,
} from '../../../src/shared/contract/quantizationRules.ts'

const golden = JSON.parse(readFileSync(new URL('../../golden/quantize_model_codes.json', import.meta.url), 'utf8'))
const { sizes } = golden

type Case = (typeof golden.cases)[number]

function floatModel({ family, head, weights }: (typeof golden.models)[number]): FloatModel {
  const spec = modelSpecSchema.parse({
    family,
    embedding: sizes.embedding,
    hidden: sizes.hidden,
    words: sizes.words,
    classes: sizes.classes,
    ...(family === 'generative' ? { head, labelEmbedding: sizes.label, classBias: head === 'shared' } : {}),
  })
  const arrays = Object.entries(weights as Record<string, { shape: number[]; data: number[] }>)
  const own = new Map(
    arrays.map(([name, { shape, data }]): [string, FloatArray] => [name, { shape, data: Float32Array.from(data) }]),
  )
  return { spec, weights: own, logPrior: family === 'generative' ? [0, 0, 0].map(() => Math.log(1 / 3)) : null }
}

/** Two values, the ends of the range: all that min-max looks at. */
function siteProfile([min, max]: readonly [number, number]): SiteProfile {
  return { count: 2, min, max, mean: (min + max) / 2, deviation: (max - min) / 2, histogram: Uint32Array.of(1, 1) }
}

function profileOf(profiles: Record<string, [number, number]>[]): ActivationProfile {
  const parts = profiles.map((one) =>
    Object.fromEntries(Object.entries(one).map(([site, range]) => [site, siteProfile(range)])),
  )
  return { bins: 2, texts: 4, steps: 40, parts }
}

const models = golden.models.map(floatModel) as FloatModel[]
const profiles = golden.models.map((model: { profiles: never }) => profileOf(model.profiles)) as ActivationProfile[]

function recipeOf(of: Case, changes: object = {}): Recipe {
  return recipeSchema.parse({
    weights: { granularity: of.granularity, powerOfTwo: of.powerOfTwo },
    activations: { scheme: of.scheme, calibrator: { name: 'min-max' } },
    sigmoid: of.sigmoid,
    rounding: of.rounding,
    zeroPoint: of.zeroPoint,
    symmetricDivisor: of.divisor,
    bias: of.bias,
    widths: of.widths,
    ...changes,
  })
}

function bitsOf(of: Case, recipe: Recipe): ReturnType<typeof completeBits> {
  const { bits } = of
  const all = { input: bits, hidden: bits, gates: bits, sigmoid: bits, tanh: bits, cell: bits, head: bits }
  return completeBits({ ...all, weights: of.weightBits }, recipe)
}

function plain(matrix: Matrix): object {
  if (matrix.kind === 'float') return { kind: 'float', data: [...matrix.data] }
  const { codes, scales, rowSums } = matrix
  return { kind: 'integer', codes: [...codes], scales: [...scales], rowSums: [...rowSums] }
}

function plainPart({ lstm, head, sites: grids }: QuantizedPart): object {
  const { embedding, wx, wh, integerBias } = lstm
  return {
    sites: Object.fromEntries(
      Object.entries(grids).map(([site, grid]) => {
        if (grid.kind !== 'static') return [site, { kind: grid.kind }]
        const { kind, scale, zero, low, high, reciprocal } = grid
        return [site, { kind, scale, zero, low, high, reciprocal }]
      }),
    ),
    embedding: embedding.shared ? { shared: [...embedding.codes] } : plain(embedding.matrix),
    wx: plain(wx),
    wh: plain(wh),
    head: plain(head.matrix),
    integerBias: integerBias && [...integerBias],
    labelTable: head.kind === 'generative' && head.labelTable ? [...head.labelTable] : null,
  }
}

const named = golden.cases.map((of: Case, k: number) => {
  const { family, head } = golden.models[of.model]
  return [k, `${family} ${head ?? ''} W${of.weightBits} A${of.bits} ${of.granularity} ${of.scheme}`]
}) as [number, string][]

describe('quantizeModel', () => {
  it.each(named)('agrees with NumPy in every integer, scale and table, case %i: %s', (k) => {
    const of: Case = golden.cases[k]
    const recipe = recipeOf(of)
    const { model } = quantizeModel(models[of.model]!, profiles[of.model]!, recipe, bitsOf(of, recipe))
    expect(model.parts.map(plainPart)).toEqual(of.parts)
  })

  it('turns the kernel, rows of inputs, into rows of outputs', () => {
    const [discriminative] = models
    const recipe = recipeSchema.parse({ scale: 'dynamic' })
    const { model } = quantizeModel(discriminative!, null, recipe, completeBits('float', recipe))
    const { wx, wh } = model.parts[0]!.lstm
    const kernel = discriminative!.weights.get('lstm.kernel')!.data
    const { embedding: inputs, hidden } = sizes
    const data = (matrix: Matrix): Float32Array => (matrix as Extract<Matrix, { kind: 'float' }>).data
    for (let row = 0; row < 4 * hidden; row += 1) {
      for (let col = 0; col < inputs; col += 1) {
        expect(data(wx)[row * inputs + col]).toBe(kernel[col * 4 * hidden + row])
      }
      for (let col = 0; col < hidden; col += 1) {
        expect(data(wh)[row * hidden + col]).toBe(kernel[(inputs + col) * 4 * hidden + row])
      }
    }
  })

  it('leaves everything in float where every width is float', () => {
    const recipe = recipeSchema.parse({})
    for (const model of models) {
      const found = quantizeModel(model, null, recipe, completeBits('float', recipe))
      expect(found).toMatchObject({ adjustments: [], warnings: [] })
      for (const { lstm, sites: grids, head } of found.model.parts) {
        expect(new Set(Object.values(grids).map(({ kind }) => kind))).toEqual(new Set(['float']))
        expect([lstm.wx.kind, lstm.wh.kind, head.matrix.kind]).toEqual(['float', 'float', 'float'])
        expect(lstm.embedding).toMatchObject({ shared: false, matrix: { kind: 'float' } })
      }
    }
  })

  it.each([
    ['a dynamic scale', { scale: 'dynamic' as const }, null, 8 as const],
    ['a float input', { widths: { input: 'float' as const, embedding: 8 as const } }, profiles[0]!, 8 as const],
    ['a width of its own', { widths: { embedding: 4 as const } }, profiles[0]!, 8 as const],
  ])('gives the embedding scales of its own with %s', (_, changes, profile, width) => {
    const recipe = recipeSchema.parse(changes)
    const { model } = quantizeModel(models[0]!, profile, recipe, completeBits(width, recipe))
    expect(model.parts[0]!.lstm.embedding).toMatchObject({
      shared: false,
      matrix: { kind: 'integer', rows: 7, cols: 3 },
    })
  })

  it('keeps unsigned integers of an embedding whole, at eight and at sixteen bits', () => {
    const recipe = recipeSchema.parse({ activations: { scheme: 'affine' } })
    for (const [width, kind] of [
      [8, Int16Array],
      [16, Uint16Array],
    ] as const) {
      const { model } = quantizeModel(models[0]!, profiles[0]!, recipe, completeBits({ input: width }, recipe))
      const { embedding } = model.parts[0]!.lstm
      expect(embedding.shared && embedding.codes).toBeInstanceOf(kind)
      expect(embedding.shared && Math.max(...embedding.codes)).toBeGreaterThan(2 ** (width - 1))
    }
  })

  it('says the widths that the model really has', () => {
    const recipe = recipeSchema.parse({ widths: { cell: 16 } })
    const { model } = quantizeModel(models[0]!, profiles[0]!, recipe, completeBits(4, recipe))
    expect(model.bits).toMatchObject({ cell: 16, label: 'W4 A4 C16' })
    expect(model.widths.cell).toBe(16)
  })
})

describe('a quantized model, evaluated', () => {
  const tokens = [4, 6, 5, 4, 1]

  it('says what the float model says where every quantizer is off', () => {
    const recipe = recipeSchema.parse({})
    for (const model of models) {
      const { spec } = model
      const wide = new Map([...model.weights].map(([name, { data }]) => [name, Float64Array.from(data)]))
      const quantized = quantizeModel(model, null, recipe, completeBits('float', recipe)).model
      const found = evaluateText(prepareModel(quantized), tokens)
      if (spec.family === 'discriminative') {
        const expected = discriminativeLogits(spec, wide, tokens)
        expect(found.family === 'discriminative' && [...found.logits]).toEqual(
          [...expected].map((logit) => expect.closeTo(logit, 5)),
        )
      } else {
        const expected = Array.from({ length: 3 }, (_, y) => generativeLogLikelihood(spec, wide, tokens, y))
        const sums = found.family === 'generative' ? found.relative.map((value) => value + found.common) : []
        expect([...sums]).toEqual(expected.map((sum) => expect.closeTo(sum, 4)))
      }
    }
  })

  it.each(recipePresets.flatMap((preset) => preset.widths.map((bits) => [preset.name, bits, preset] as const)))(
    'can be made and read by the recipe %s at %j, in every family',
    (_, bits, preset) => {
      models.forEach((model, k) => {
        const recipe = presetRecipe(preset, model.spec.family, bits)
        const quantized = quantizeModel(model, profiles[k]!, recipe, completeBits(bits, recipe)).model
        const found = evaluateText(prepareModel(quantized), tokens)
        const values = found.family === 'discriminative' ? found.logits : found.scores
        expect(values.every(Number.isFinite)).toBe(true)
      })
    },
  )
})

describe('round trip of quantized weights', () => {
  it.each([2, 3, 4, 8, 16] as const)('stays within half a step at %i bits, whatever the granularity', (width) => {
    for (const granularity of ['tensor', 'channel', 'gate'] as const) {
      const recipe = recipeSchema.parse({ weights: { granularity }, widths: { embedding: width }, scale: 'dynamic' })
      for (const model of models) {
        const { adjustments } = quantizeModel(model, null, recipe, completeBits({ weights: width }, recipe))
        for (const { largest, meanSteps, steps } of adjustments) {
          expect(meanSteps).toBeLessThanOrEqual(0.5 + 1e-6)
          expect(steps.below + steps.above).toBe(0)
          // Bins are 0.05 wide over [-1, 1]: the outer ten on either side are past half a step, but for rounding at the edge.
          expect(
            steps.bins
              .slice(0, 9)
              .concat(steps.bins.slice(31))
              .every((count) => count === 0),
          ).toBe(true)
          expect(largest).toBeGreaterThanOrEqual(0)
        }
      }
    }
  })

  it('names arrays and gates: the label arrays where they have a width', () => {
    const recipe = recipeSchema.parse({ widths: { label: 8 } })
    const { adjustments } = quantizeModel(models[1]!, profiles[1]!, recipe, completeBits(8, recipe))
    expect(adjustments.map(({ array, gate }) => array + (gate ?? ''))).toEqual([
      'embedding',
      ...['lstm-x', 'lstm-h'].flatMap((array) => ['', 'i', 'f', 'g', 'o'].map((gate) => array + gate)),
      'head',
      'label',
      'label-vectors',
    ])
  })
})

describe('sites', () => {
  it('need calibration only where their range comes from it', () => {
    const of = (changes: object, bits: Parameters<typeof completeBits>[0] = 8): string[] => {
      const recipe = recipeSchema.parse(changes)
      return calibratedSites(recipe, widthsOf(recipe, completeBits(bits, recipe)))
    }
    expect(of({})).toEqual(sites.filter((site) => !site.startsWith('sigmoid') && site !== 'head-output'))
    expect(of({ sigmoid: 'calibrated', widths: { 'head-output': 8 } })).toEqual([...sites])
    expect(of({ scale: 'dynamic' })).toEqual([])
    expect(of({}, 'float')).toEqual([])
  })

  it('refuse a recipe whose ranges no calibration has given, naming them', () => {
    const recipe = recipeSchema.parse({ widths: { 'head-output': 8 } })
    const act = (profile: ActivationProfile | null): unknown =>
      quantizeModel(models[0]!, profile, recipe, completeBits(8, recipe))
    expect(() => act(null)).toThrowError(
      expect.objectContaining({
        code: 'input-invalid',
        expected: expect.stringContaining('cell'),
        found: 'no calibration',
      }),
    )
    const seen = Object.entries(profiles[0]!.parts[0]!).filter(([site]) => site !== 'head-output')
    expect(() => act({ ...profiles[0]!, parts: [Object.fromEntries(seen)] })).toThrowError(
      expect.objectContaining({ expected: 'a profile of head-output' }),
    )
    expect(() => act({ ...profiles[0]!, parts: [{}] })).toThrowError(
      expect.objectContaining({ found: expect.stringContaining('no text') }),
    )
  })

  it('refuse a profile of another model, a prior of another one, and a shared range at run time', () => {
    const recipe = recipeSchema.parse({})
    const bits = completeBits(8, recipe)
    expect(() => quantizeModel(models[2]!, profiles[0]!, recipe, bits)).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
    expect(() => quantizeModel({ ...models[1]!, logPrior: null }, profiles[1]!, recipe, bits)).toThrowError(
      expect.objectContaining({ code: 'shape-mismatch' }),
    )
    const shared = recipeSchema.parse({ scale: 'dynamic', sharedInputHidden: true })
    expect(() => quantizeModel(models[0]!, null, shared, bits)).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })

  it('share one range of input and hidden vector, the mean over the calls of one quantizer', () => {
    const { input, hidden, ...rest } = profiles[0]!.parts[0]!
    const part = { ...rest, input: { ...input!, min: -4, max: 2 }, hidden: { ...hidden!, min: -0.5, max: 0.75 } }
    const recipe = recipeSchema.parse({
      sharedInputHidden: true,
      symmetricDivisor: 'full',
      activations: { calibrator: { name: 'min-max' } },
    })
    const profile = { ...profiles[0]!, texts: 2, steps: 14, parts: [part] }
    const { model, warnings } = quantizeModel(models[0]!, profile, recipe, completeBits(8, recipe))
    // Seven steps a text: (4 + 7 * 0.75) / 8 = 1.15625, over 128.
    expect(model.parts[0]!.sites.input).toMatchObject({ scale: 1.15625 / 128 })
    expect(model.parts[0]!.sites.hidden).toEqual(model.parts[0]!.sites.input)
    const clipped = warnings.filter(({ subject }) => subject === 'input')
    expect(clipped).toEqual([expect.objectContaining({ code: 'input-clipped' })])
  })

  it('warn of a site that calibration saw one value of, and of one that the width makes constant', () => {
    const { cell, hidden, ...rest } = profiles[2]!.parts[1]!
    const dead = {
      ...rest,
      cell: { ...cell!, min: 0, max: 0, deviation: 0 },
      hidden: { ...hidden!, min: 0.01, max: 0.011 },
    }
    const recipe = recipeSchema.parse({ activations: { calibrator: { name: 'min-max' } } })
    const profile = { ...profiles[2]!, parts: profiles[2]!.parts.with(1, dead) }
    const { warnings } = quantizeModel(models[2]!, profile, recipe, completeBits(2, recipe))
    const of = warnings.filter(({ subject }) => subject.startsWith('class.1.'))
    expect(of.map(({ code, subject }) => [code, subject])).toEqual(
      expect.arrayContaining([
        ['site-constant', 'class.1.cell'],
        ['site-collapsed', 'class.1.hidden'],
      ]),
    )
  })

  it('give a dynamic grid to every site but a fixed sigmoid where scales are dynamic', () => {
    const recipe = recipeSchema.parse({ scale: 'dynamic', activations: { scheme: 'affine' } })
    const { model } = quantizeModel(models[0]!, null, recipe, completeBits(8, recipe))
    const kinds = Object.entries(model.parts[0]!.sites).map(([site, grid]) => [site, grid.kind])
    expect(Object.fromEntries(kinds)).toMatchObject({ 'sigmoid-i': 'static', input: 'dynamic', cell: 'dynamic' })
    expect(model.parts[0]!.sites.input).toMatchObject({ scheme: 'affine', low: 0, high: 255, divisor: 255 })
  })
})

describe('biases', () => {
  const weights = (bias: number): FloatModel => {
    const changed = new Map(models[0]!.weights)
    changed.set('lstm.bias', { shape: [8], data: new Float32Array(8).fill(bias) })
    return { ...models[0]!, weights: changed }
  }
  const int32 = recipeSchema.parse({ bias: 'int32' })

  it('become 0 below 2^-60, and are refused above 2^40', () => {
    const recipe = recipeSchema.parse({})
    const { model } = quantizeModel(weights(2 ** -61), profiles[0]!, recipe, completeBits(8, recipe))
    expect([...model.parts[0]!.lstm.bias]).toEqual(Array.from({ length: 8 }, () => 0))
    expect(() => quantizeModel(weights(2 ** 41), profiles[0]!, recipe, completeBits(8, recipe))).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })

  it('that do not fit 32 bits at their scale are refused', () => {
    expect(() => quantizeModel(weights(1e9), profiles[0]!, int32, completeBits(8, int32))).toThrowError(
      expect.objectContaining({ code: 'input-invalid', hint: 'Take float biases.' }),
    )
  })

  it.each([
    ['float weights', { weights: 'float' as const }],
    ['a float input', { input: 'float' as const }],
  ])('stay float with %s, and the run says so', (_, bits) => {
    const { model, warnings } = quantizeModel(models[0]!, profiles[0]!, int32, completeBits(bits, int32))
    expect(model.parts[0]!.lstm.integerBias).toBeNull()
    expect(warnings.map(({ code }) => code)).toContain('bias-kept-float')
  })
})

describe('compareIntegers', () => {
  const recipe = recipeSchema.parse({ activations: { calibrator: { name: 'min-max' } } })
  const bits = completeBits(4, recipe)
  const wider = profileOf([
    Object.fromEntries(
      Object.entries(profiles[0]!.parts[0]!).map(([site, { min, max }]) => [
        site,
        [min - 1, max + 1] as [number, number],
      ]),
    ),
  ])
  const a = quantizeModel(models[0]!, profiles[0]!, recipe, bits).model
  const b = quantizeModel(models[0]!, wider, recipe, bits).model

  it('finds what calibration changed, and says what it cannot change', () => {
    const found = compareIntegers(models[0]!, a, b)
    const embedding = found.find(({ array }) => array === 'embedding')!
    expect(embedding).toMatchObject({ rescaled: true, identicalByConstruction: false, weights: 21 })
    expect(embedding.changed).toBeGreaterThan(0)
    expect(embedding.distance).toBeGreaterThan(0)
    for (const change of found.filter(({ array }) => array !== 'embedding')) {
      expect(change).toMatchObject({ changed: 0, rescaled: false, distance: 0, identicalByConstruction: true })
    }
    expect(found.map(({ array, gate }) => array + (gate ?? ''))).toContain('lstm-hf')
  })

  it('counts the integers that differ by hand', () => {
    const turned = structuredClone(a)
    const { wx } = turned.parts[0]!.lstm
    if (wx.kind !== 'integer') throw new Error('integers expected')
    // Three of the 24 integers of W_x: one in gate i (rows 0 and 1), two in gate o (rows 6 and 7).
    for (const k of [0, 18, 23]) wx.codes[k] = wx.codes[k]! === 0 ? 1 : -wx.codes[k]!
    const of = compareIntegers(models[0]!, a, turned).filter(({ array }) => array === 'lstm-x')
    expect(of.map(({ gate, changed }) => [gate, changed])).toEqual([
      [null, 3 / 24],
      ['i', 1 / 6],
      ['f', 0],
      ['g', 0],
      ['o', 2 / 6],
    ])
  })

  it('does not call another recipe identical by construction, and refuses another model', () => {
    const other = recipeSchema.parse({ ...recipe, weights: { granularity: 'tensor' } })
    const { model } = quantizeModel(models[0]!, profiles[0]!, other, bits)
    expect(compareIntegers(models[0]!, a, model).some((change) => change.identicalByConstruction)).toBe(false)
    const generative = quantizeModel(models[1]!, profiles[1]!, recipe, bits).model
    expect(() => compareIntegers(models[0]!, a, generative)).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })
})
