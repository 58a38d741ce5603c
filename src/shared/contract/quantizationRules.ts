import { z } from 'zod'
import { bitsLabel, widthSchema, type Bits, type Width } from '../units.ts'

/**
 * Where a value is quantized in an LSTM classifier, in the order of the data (numerics.md section 5). `gate-*` are pre-activations,
 * `tanh-g` is the candidate, `tanh-c` is tanh of the cell. The head's input is the pooled vector (discriminative) or the hidden
 * vector (generative), its output the logits.
 */
export const sites = [
  'input',
  'hidden',
  'gate-i',
  'gate-f',
  'gate-g',
  'gate-o',
  'sigmoid-i',
  'sigmoid-f',
  'sigmoid-o',
  'tanh-g',
  'tanh-c',
  'cell',
  'head-input',
  'head-output',
] as const
export const siteSchema = z.enum(sites)
export type Site = z.infer<typeof siteSchema>

/** Arrays of weights that are quantized; `label` is what makes a generative model's table of classes: `U_l` and the class vectors. */
export const weightNames = ['embedding', 'lstm-x', 'lstm-h', 'head', 'label'] as const
export const weightNameSchema = z.enum(weightNames)
export type WeightName = z.infer<typeof weightNameSchema>

const optionalWidths = Object.fromEntries(
  [...sites, ...weightNames].map((name) => [name, widthSchema.optional()]),
) as Record<Site | WeightName, z.ZodOptional<typeof widthSchema>>

/** How the range of a site or of a block of weights is found from what was seen of it. Percentiles, bins and errors are of the histogram of a profile. */
export const calibratorSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('min-max') }),
  /** symmetric: the q-quantile of |x|; affine: the quantiles 1 - q and q; between two bins by linear interpolation */
  z.strictObject({ name: z.literal('percentile'), q: z.number().gt(0.5).max(1).default(0.99999) }),
  /** the range of least squared error among `steps` equal shares of the min-max range, the widest first, ties to the wider */
  z.strictObject({ name: z.literal('mse'), steps: z.int().min(10).max(1000).default(100) }),
  /** the range of least Kullback-Leibler divergence between histogram and quantized histogram, over `bins` bins */
  z.strictObject({ name: z.literal('kl'), bins: z.int().min(64).max(8192).default(2048) }),
])
export type Calibrator = z.infer<typeof calibratorSchema>

export const schemeSchema = z.enum(['symmetric', 'affine'])
export type Scheme = z.infer<typeof schemeSchema>

/** Settings of one activation site; what is left out is as the recipe's `activations` say. */
export const siteSettingsSchema = z.strictObject({
  scheme: schemeSchema.optional(),
  calibrator: calibratorSchema.optional(),
  powerOfTwo: z.boolean().optional(),
})

/** Chosen on dev of AG News, where it holds two bits longer than the percentiles that others use (docs/studies/first.md). */
const usualCalibrator: Calibrator = { name: 'mse', steps: 100 }

/** Every setting of a quantization but its widths; complete when parsed. */
export const recipeSchema = z.strictObject({
  /** what the structure follows; a name for people, all that computes is in the settings below */
  target: z.enum(['ours', 'brevitas-like', 'ort-dynamic-like', 'tflite-micro-like']).default('ours'),
  /** of every activation site but a fixed sigmoid: one scale from calibration, or one a vector at run time from its own minimum and maximum */
  scale: z.enum(['static', 'dynamic']).default('static'),
  weights: z
    .strictObject({
      /** one scale a tensor, an output row, or a gate; an array without gates has one in all where `gate` is asked for */
      granularity: z.enum(['tensor', 'channel', 'gate']).default('channel'),
      calibrator: calibratorSchema.default({ name: 'min-max' }),
      powerOfTwo: z.boolean().default(false),
      algorithm: z.enum(['nearest']).default('nearest'),
    })
    .prefault({}),
  activations: z
    .strictObject({
      scheme: schemeSchema.default('symmetric'),
      calibrator: calibratorSchema.default(usualCalibrator),
      powerOfTwo: z.boolean().default(false),
    })
    .prefault({}),
  sites: z.partialRecord(siteSchema, siteSettingsSchema).default({}),
  /** `fixed`: unsigned, zero point 0, scale 1 / (2^bits - 1) */
  sigmoid: z.enum(['fixed', 'calibrated']).default('fixed'),
  /** multiply with the reciprocal of the scale, or divide by the scale */
  rounding: z.enum(['reciprocal', 'divide']).default('reciprocal'),
  /** whether the zero point is added after rounding or before */
  zeroPoint: z.enum(['after', 'before']).default('after'),
  /** what a symmetric activation scale divides the largest magnitude by: 2^(bits-1) - 1 or 2^(bits-1) */
  symmetricDivisor: z.enum(['narrow', 'full']).default('narrow'),
  /** one range for the LSTM's input and its hidden vector, that of both together: as Brevitas' QuantLSTM, whose input is clipped by it */
  sharedInputHidden: z.boolean().default(false),
  /** how often a step quantizes the cell: its sum, or each product and the sum */
  cellRounds: z.union([z.literal(1), z.literal(3)]).default(1),
  bias: z.enum(['float', 'int32']).default('float'),
  /** what a single number of bits is the width of: every group, or the weights alone, with everything else at eight bits */
  singleWidth: z.enum(['all', 'weights']).default('all'),
  /** widths of single sites and arrays, over those of the bits */
  widths: z.strictObject(optionalWidths).prefault({}),
})
export type Recipe = z.infer<typeof recipeSchema>

/** Widths as a person writes them: one for all, or some by group. Groups left out have eight bits. */
export const bitsInputSchema = z.union([
  widthSchema,
  z.strictObject({
    weights: widthSchema.optional(),
    input: widthSchema.optional(),
    hidden: widthSchema.optional(),
    gates: widthSchema.optional(),
    sigmoid: widthSchema.optional(),
    tanh: widthSchema.optional(),
    cell: widthSchema.optional(),
    head: widthSchema.optional(),
  }),
])
export type BitsInput = z.infer<typeof bitsInputSchema>

const groups = ['weights', 'input', 'hidden', 'gates', 'sigmoid', 'tanh', 'cell', 'head'] as const

/** All eight widths with their label. */
export function completeBits(given: BitsInput, { singleWidth }: Pick<Recipe, 'singleWidth'>): Bits {
  const of = (group: (typeof groups)[number]): Width => {
    if (typeof given === 'object') return given[group] ?? 8
    return singleWidth === 'all' || group === 'weights' ? given : 8
  }
  const widths = Object.fromEntries(groups.map((group) => [group, of(group)])) as Omit<Bits, 'label'>
  return { ...widths, label: bitsLabel(widths) }
}

const groupOfSite: Record<Site, Exclude<(typeof groups)[number], 'weights'> | null> = {
  input: 'input',
  hidden: 'hidden',
  'gate-i': 'gates',
  'gate-f': 'gates',
  'gate-g': 'gates',
  'gate-o': 'gates',
  'sigmoid-i': 'sigmoid',
  'sigmoid-f': 'sigmoid',
  'sigmoid-o': 'sigmoid',
  'tanh-g': 'tanh',
  'tanh-c': 'tanh',
  cell: 'cell',
  'head-input': 'head',
  'head-output': null,
}

/**
 * The width of every site and array: the recipe's own where it names one, otherwise the group's. The head's output and the label's arrays
 * are float unless named; the embedding has the width of the input, as its integers are the input's.
 */
export function widthsOf(recipe: Recipe, bits: Bits): Record<Site | WeightName, Width> {
  const site = (name: Site): Width => {
    const group = groupOfSite[name]
    return recipe.widths[name] ?? (group === null ? 'float' : bits[group])
  }
  const weight = (name: WeightName): Width =>
    recipe.widths[name] ?? (name === 'embedding' ? site('input') : name === 'label' ? 'float' : bits.weights)
  return Object.fromEntries([
    ...sites.map((name) => [name, site(name)]),
    ...weightNames.map((name) => [name, weight(name)]),
  ]) as Record<Site | WeightName, Width>
}
