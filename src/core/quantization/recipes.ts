import type { z } from 'zod'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import {
  completeBits,
  recipeSchema,
  type BitsInput,
  type Recipe,
  type WeightName,
} from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { Width } from '../../shared/units.ts'
import { nearestName } from '../dataset/nearestName.ts'

type RecipeInput = z.input<typeof recipeSchema>

/** A named recipe as data. What it stands for is in its settings alone; `differences` says where those differ from what it is named for. */
export interface RecipePreset {
  name: string
  /** one sentence */
  summary: string
  /** settings other than the defaults of `recipeSchema` */
  settings: RecipeInput
  /** settings that one family of models has otherwise */
  families: Partial<Record<ModelSpec['family'], RecipeInput>>
  /** arrays that have the width of the weights, where they would have another */
  asWeights: readonly WeightName[]
  /** widths that it is usually run at */
  widths: readonly BitsInput[]
  differences: readonly string[]
}

/** Brevitas' `QuantLSTM` with its usual quantizers (0.13: `Int8WeightPerTensorFloat`, `Int8ActPerTensorFloat`, `Uint8ActPerTensorFloat`, `Int32Bias`). */
const brevitas = {
  target: 'brevitas-like',
  weights: { granularity: 'gate' },
  activations: { scheme: 'symmetric', calibrator: { name: 'percentile', q: 0.99999 } },
  sigmoid: 'calibrated',
  rounding: 'divide',
  zeroPoint: 'before',
  symmetricDivisor: 'full',
  sharedInputHidden: true,
  cellRounds: 3,
  bias: 'int32',
} as const satisfies RecipeInput

const brevitasDifferences = [
  'A gate has one weight scale for W_x and one for W_h; in Brevitas one for both.',
  'A percentile is taken over all values at once; in Brevitas in each batch, and the mean over batches is the range.',
  'The range that input and hidden vector share is the mean of theirs, the input counting once a text and the hidden vector once a step, as often as each passes the quantizer.',
  'The embedding is quantized once, on the grid of the input, where both have one width; in Brevitas on a grid of its own first.',
  'Of a generative head, the hidden vector and the class vector have grids of their own; in the published models one for both together.',
]

const percentile = (q: number): RecipeInput => ({
  activations: { ...brevitas.activations, calibrator: { name: 'percentile', q } },
})

export const recipePresets: readonly RecipePreset[] = [
  {
    name: 'ours',
    summary:
      'Every group at the given width: one weight scale a row, a scale of its own for the input, static ranges from calibration.',
    settings: {},
    families: {},
    asWeights: [],
    widths: [8, 6, 5, 4, 3, 2],
    differences: [],
  },
  {
    name: 'preprint-2025',
    summary:
      'The protocol of the public code of arXiv 2507.09687: weights, embedding and head at the given width, all activations inside the LSTM at eight bits.',
    settings: { ...brevitas, singleWidth: 'weights' },
    families: { generative: percentile(0.9999), discriminative: percentile(0.999) },
    asWeights: ['embedding', 'label'],
    widths: ([16, 8, 7, 6, 5, 4, 3] as const).map((width) => ({ weights: width, head: width })),
    differences: [
      'Weights are rounded to nearest; published: GPFQ from 6,000 texts.',
      'The discriminative network is not equalized; published: 20 iterations.',
      'Published calibration: 12,000 texts under their true label; here as many as the calibration set has.',
      'Weight integers are narrow, -(2^(b-1) - 1) to 2^(b-1) - 1; published: down to -2^(b-1).',
      ...brevitasDifferences,
    ],
  },
  {
    name: 'rewrite-2026',
    summary:
      "The protocol of the same authors' later public code: everything at the given width, in Brevitas' LSTM as it comes.",
    settings: brevitas,
    families: {},
    asWeights: ['label'],
    widths: [8, 6, 4, 3, 2],
    differences: [
      'Weights are rounded to nearest; published: also GPFQ from 2,048 texts under all labels, which finds the head alone.',
      'Published calibration: 4,096 to 8,192 texts; here as many as the calibration set has.',
      ...brevitasDifferences,
    ],
  },
  {
    name: 'brevitas-like',
    summary:
      "The structure of Brevitas' QuantLSTM: one range for input and hidden vector, a cell that is quantized three times a step, full-range scales.",
    settings: brevitas,
    families: {},
    asWeights: [],
    widths: [8, 6, 5, 4, 3, 2],
    differences: brevitasDifferences,
  },
  {
    name: 'ort-dynamic-like',
    summary:
      "The structure of ONNX Runtime's DynamicQuantizeLSTM: the two matrix products in integers with ranges found at run time, everything else in float.",
    settings: {
      target: 'ort-dynamic-like',
      scale: 'dynamic',
      weights: { granularity: 'tensor' },
      activations: { scheme: 'affine', calibrator: { name: 'min-max' } },
      rounding: 'divide',
      zeroPoint: 'after',
      widths: {
        embedding: 'float',
        'gate-i': 'float',
        'gate-f': 'float',
        'gate-g': 'float',
        'gate-o': 'float',
        'sigmoid-i': 'float',
        'sigmoid-f': 'float',
        'sigmoid-o': 'float',
        'tanh-g': 'float',
        'tanh-c': 'float',
        cell: 'float',
        'head-input': 'float',
        head: 'float',
      },
    },
    families: {},
    asWeights: [],
    widths: [
      {
        weights: 8,
        input: 8,
        hidden: 8,
        gates: 'float',
        sigmoid: 'float',
        tanh: 'float',
        cell: 'float',
        head: 'float',
      },
    ],
    differences: [
      "A scale is one text's and one step's; ONNX Runtime's spans the whole batch, and that of the input all steps, so that its results depend on what else is in the batch.",
      'ONNX Runtime has eight bits alone.',
    ],
  },
  {
    name: 'tflite-micro-like',
    summary:
      'The structure of the integer LSTM of TFLite Micro and CMSIS-NN: weights and vectors at eight bits, gate sums, gate outputs and a cell with a power-of-two scale at sixteen.',
    settings: {
      target: 'tflite-micro-like',
      weights: { granularity: 'gate' },
      activations: { scheme: 'affine', calibrator: { name: 'min-max' } },
      sites: Object.fromEntries(
        (['gate-i', 'gate-f', 'gate-g', 'gate-o', 'tanh-g', 'tanh-c', 'cell'] as const).map((site) => [
          site,
          { scheme: 'symmetric', powerOfTwo: true },
        ]),
      ),
      symmetricDivisor: 'full',
      bias: 'int32',
      widths: {
        'gate-i': 16,
        'gate-f': 16,
        'gate-g': 16,
        'gate-o': 16,
        'sigmoid-i': 16,
        'sigmoid-f': 16,
        'sigmoid-o': 16,
        'tanh-g': 16,
        'tanh-c': 16,
        cell: 16,
      },
    },
    families: {},
    asWeights: [],
    widths: [{ weights: 8, input: 8, hidden: 8, gates: 16, sigmoid: 16, tanh: 16, cell: 16, head: 8 }],
    differences: [
      'The same structure and not the same bits: its fixed-point multipliers and interpolated tables are not imitated.',
      'Gate sums have the power-of-two range that calibration finds; there always -8 to 8 (Q3.12).',
      'Sigmoids have the scale 1 / 65535; there 2^-15 (Q0.15).',
    ],
  },
]

/** @throws AppError `not-found`, with the nearest name */
export function findRecipe(name: string): RecipePreset {
  const names = recipePresets.map((preset) => preset.name)
  const found = recipePresets.find((preset) => preset.name === name)
  if (found !== undefined) return found
  const near = nearestName(name, names)
  throw new AppError('not-found', `There is no recipe ${JSON.stringify(name)}.`, {
    expected: `one of ${names.join(', ')}`,
    found: name,
    hint: near === undefined ? undefined : `The nearest is ${near}.`,
  })
}

/** The complete recipe of a preset for a family of models, at some widths. */
export function presetRecipe(preset: RecipePreset, family: ModelSpec['family'], bits: BitsInput): Recipe {
  const recipe = recipeSchema.parse({ ...preset.settings, ...preset.families[family] })
  const { weights } = completeBits(bits, recipe)
  return withWeightWidths(recipe, preset.asWeights, family, weights)
}

/** A recipe in which some arrays have the width of the weights; a discriminative model has no label vectors, so no width of theirs. */
export function withWeightWidths(
  recipe: Recipe,
  arrays: readonly WeightName[],
  family: ModelSpec['family'],
  width: Width,
): Recipe {
  const there = arrays.filter((name) => name !== 'label' || family === 'generative')
  return { ...recipe, widths: { ...recipe.widths, ...Object.fromEntries(there.map((name) => [name, width])) } }
}
