import {
  dynamicGrid,
  rint,
  scaleOf,
  sigmoidGrid,
  staticGrid,
  type GridRules,
} from '../../../src/core/quantization/grid.ts'
import type {
  IntegerMatrix,
  IntegerWidth,
  Matrix,
  QuantizedLstm,
  QuantizedModel,
  QuantizedPart,
  SiteGrid,
} from '../../../src/core/quantization/quantizedModel.ts'
import { stream, type RandomStream } from '../../../src/core/random/randomStream.ts'
import { modelSpecSchema, type ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import {
  completeBits,
  recipeSchema,
  sites,
  weightNames,
  widthsOf,
  type Recipe,
  type Site,
  type WeightName,
} from '../../../src/shared/contract/quantizationRules.ts'
import type { Width } from '../../../src/shared/units.ts'

export const allWidths: readonly Width[] = [2, 3, 4, 5, 6, 7, 8, 16, 'float']
export const integerWidths: readonly IntegerWidth[] = [2, 3, 4, 5, 6, 7, 8, 16]

/** What a test fixes of a random model; the rest is drawn. */
export interface RandomModelOptions {
  family?: ModelSpec['family']
  head?: 'shared' | 'independent'
  pooling?: 'mean' | 'last'
  predictEnd?: boolean
  /** of sites (but the head's output, float unless in `fixed`) and of weights; without `float` every matrix product is of integers */
  widths?: readonly Width[]
  /** of single sites and arrays */
  fixed?: Partial<Record<Site | WeightName, Width>>
  /** `mixed` draws for each site */
  scale?: 'static' | 'dynamic' | 'mixed'
  sharedEmbedding?: boolean
  cellRounds?: 1 | 3
  bias?: Recipe['bias']
  rounding?: Recipe['rounding']
  zeroPoint?: Recipe['zeroPoint']
  /** largest embedding, hidden; words are 5 to `size` + 5, classes 2 to 5 */
  size?: number
}

/** A model of random weights and grids, wholly made by its seed and what is fixed of it; every option of the format turns up. */
export function randomModel(seed: number, options: RandomModelOptions = {}): QuantizedModel {
  const random = stream(seed, 'random quantized model')
  const spec = randomSpec(random, options)
  const recipe = randomRecipe(random, options)
  const bits = completeBits(8, recipe)
  const widths = widthsOf(recipe, bits)
  const shared = options.sharedEmbedding ?? random.below(2) === 0
  const make = { random, recipe, widths, shared: shared && widths.input !== 'float', scale: options.scale ?? 'mixed' }
  const count = spec.family === 'generative' && spec.head === 'independent' ? spec.classes : 1
  const parts = Array.from({ length: count }, () => randomPart(make, spec))
  if (make.shared) widths.embedding = widths.input
  return { spec, recipe, bits, widths, parts, logPrior: spec.family === 'generative' ? prior(spec.classes) : null }
}

/** Word ids of one text, the reserved ones but PAD included. */
export function randomTokens(seed: number, { spec }: QuantizedModel, length: number): number[] {
  const random = stream(seed, 'random tokens')
  return Array.from({ length }, () => 1 + random.below(spec.words - 1))
}

interface Making {
  random: RandomStream
  recipe: Recipe
  widths: Record<Site | WeightName, Width>
  shared: boolean
  scale: 'static' | 'dynamic' | 'mixed'
}

function randomSpec(random: RandomStream, options: RandomModelOptions): ModelSpec {
  const size = options.size ?? 20
  const sizes = {
    embedding: 1 + random.below(size),
    hidden: 1 + random.below(size),
    words: 5 + random.below(size),
    classes: 2 + random.below(4),
  }
  const pooling = options.pooling ?? random.pick(['mean', 'last'] as const)
  const head = options.head ?? random.pick(['shared', 'independent'] as const)
  const predictEnd = options.predictEnd ?? random.below(2) === 0
  const family = options.family ?? random.pick(['discriminative', 'generative'] as const)
  return family === 'discriminative'
    ? modelSpecSchema.parse({ family, ...sizes, pooling })
    : modelSpecSchema.parse({ family, ...sizes, head, predictEnd, labelEmbedding: 3, classBias: random.below(2) === 0 })
}

function randomRecipe(random: RandomStream, options: RandomModelOptions): Recipe {
  const draw = options.widths ?? allWidths
  const names = [...sites.filter((site) => site !== 'head-output'), ...weightNames.filter((name) => name !== 'label')]
  const widths = Object.fromEntries(names.map((name) => [name, random.pick(draw)]))
  const settings = {
    cellRounds: options.cellRounds ?? random.pick([1, 3] as const),
    bias: options.bias ?? random.pick(['float', 'int32'] as const),
    rounding: options.rounding ?? random.pick(['reciprocal', 'divide'] as const),
    zeroPoint: options.zeroPoint ?? random.pick(['after', 'before'] as const),
    symmetricDivisor: random.pick(['narrow', 'full'] as const),
    sigmoid: random.pick(['fixed', 'calibrated'] as const),
    scale: options.scale === 'dynamic' ? 'dynamic' : 'static',
  }
  return recipeSchema.parse({ ...settings, widths: { ...widths, ...options.fixed } })
}

function randomPart(make: Making, spec: ModelSpec): QuantizedPart {
  const { random, widths } = make
  const grids = Object.fromEntries(sites.map((site) => [site, randomGrid(make, site)])) as Record<Site, SiteGrid>
  const lstm = randomLstm(make, spec, grids.input)
  const rows = spec.family === 'generative' ? spec.words : spec.classes
  const matrix = randomMatrix(random, rows, spec.hidden, widths.head)
  const bias = floats(random, rows, 1)
  if (spec.family === 'discriminative') return { lstm, sites: grids, head: { kind: 'discriminative', matrix, bias } }
  const labelTable = spec.head === 'shared' ? floats(random, spec.classes * spec.words, 3) : null
  return { lstm, sites: grids, head: { kind: 'generative', matrix, bias, labelTable } }
}

function randomLstm({ random, recipe, widths, shared }: Making, spec: ModelSpec, input: SiteGrid): QuantizedLstm {
  const { embedding: inputs, hidden, words } = spec
  const wx = randomMatrix(random, 4 * hidden, inputs, widths['lstm-x'])
  const bias = floats(random, 4 * hidden, 1)
  const codes = shared && input.kind === 'static' ? randomCodes(random, words * inputs, input) : null
  return {
    inputs,
    hidden,
    words,
    embedding:
      codes === null
        ? { shared: false, matrix: randomMatrix(random, words, inputs, widths.embedding) }
        : { shared: true, codes },
    wx,
    wh: randomMatrix(random, 4 * hidden, hidden, widths['lstm-h']),
    bias,
    integerBias:
      recipe.bias === 'int32' && input.kind === 'static' && wx.kind === 'integer'
        ? Int32Array.from(bias, (value, r) => rint(value / (wx.scales[r]! * input.scale)))
        : null,
  }
}

/** Small ranges, so that nonlinearities are met where they bend; the widest are cut off now and then. */
const reach: Partial<Record<Site, number>> = { cell: 2, 'head-output': 4, input: 0.5 }

function randomGrid({ random, recipe, widths, shared, scale }: Making, site: Site): SiteGrid {
  const width = widths[site]
  if (width === 'float') return { kind: 'float' }
  const sigmoid = site.startsWith('sigmoid')
  if (sigmoid && recipe.sigmoid === 'fixed') return sigmoidGrid(width)
  const rules: GridRules = {
    width,
    scheme: random.pick(['symmetric', 'affine'] as const),
    powerOfTwo: random.below(4) === 0,
    symmetricDivisor: recipe.symmetricDivisor,
  }
  const dynamic = scale === 'dynamic' || (scale === 'mixed' && random.below(3) === 0)
  const min = sigmoid ? 0 : -between(random, 0.3, 1.5)
  const max = sigmoid ? 1 : between(random, 0.3, 1.5)
  const factor = site.startsWith('gate') ? 4 : (reach[site] ?? 1)
  const grid = staticGrid({ min: min * factor, max: max * factor }, rules)
  return dynamic && !(site === 'input' && shared) ? dynamicGrid(rules) : grid
}

/** Integers with a scale a row, or one for all; now and then a row of the largest magnitudes of one sign, or of zeros. */
export function randomMatrix(random: RandomStream, rows: number, cols: number, width: Width): Matrix {
  if (width === 'float') return { kind: 'float', rows, cols, data: floats(random, rows * cols, 1) }
  const most = 2 ** (width - 1) - 1
  const codes = width === 16 ? new Int16Array(rows * cols) : new Int8Array(rows * cols)
  for (let r = 0; r < rows; r += 1) {
    const kind = random.below(12)
    for (let c = 0; c < cols; c += 1) {
      codes[r * cols + c] = kind === 0 ? -most : kind === 1 ? 0 : random.below(2 * most + 1) - most
    }
  }
  const one = random.below(3) === 0
  const peak = between(random, 0.2, 1.5)
  const scales = new Float32Array(rows).map(() => scaleOf(Math.fround(one ? peak : between(random, 0.2, 1.5)), most))
  return { kind: 'integer', rows, cols, width, codes, scales, rowSums: rowSums(codes, rows) } satisfies IntegerMatrix
}

function rowSums(codes: ArrayLike<number>, rows: number): Int32Array {
  const cols = codes.length / rows
  return new Int32Array(rows).map((_, r) => Array.from({ length: cols }, (_, c) => codes[r * cols + c]!).reduce(sum, 0))
}

function randomCodes(
  random: RandomStream,
  length: number,
  { width, low, high }: Extract<SiteGrid, { kind: 'static' }>,
): Int8Array | Int16Array | Uint16Array {
  const wide = low === 0 ? new Uint16Array(length) : new Int16Array(length)
  const codes = width === 16 ? wide : low === 0 ? new Int16Array(length) : new Int8Array(length)
  return codes.map(() => low + random.below(high - low + 1))
}

function floats(random: RandomStream, length: number, largest: number): Float32Array {
  return new Float32Array(length).map(() => between(random, -largest, largest))
}

function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform()
}

function prior(classes: number): number[] {
  const weights = Array.from({ length: classes }, (_, y) => y + 1)
  return weights.map((weight) => Math.log(weight / weights.reduce(sum)))
}

const sum = (a: number, b: number): number => a + b
