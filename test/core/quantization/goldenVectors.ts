import { readFileSync } from 'node:fs'
import { gridOf, type GridRules, type RoundingRules, type StaticGrid } from '../../../src/core/quantization/grid.ts'
import type { Matrix, QuantizedModel, QuantizedPart, SiteGrid } from '../../../src/core/quantization/quantizedModel.ts'
import { codeArray } from '../../../src/core/quantization/file/packCodes.ts'
import { modelSpecSchema } from '../../../src/shared/contract/modelRules.ts'
import { completeBits, recipeSchema, type Recipe, type Site } from '../../../src/shared/contract/quantizationRules.ts'

/** A vector at a site as `quantization_vectors.py` writes it; `codes`, `scale` and `zero` are null where the site is float. */
export interface GoldenVector {
  codes: number[] | null
  scale: number | null
  zero: number | null
  values: number[]
}

export interface GoldenStep {
  accX: number[] | null
  accH: number[] | null
  pre: number[]
  sites: Record<string, GoldenVector>
  products: { forget: GoldenVector; input: GoldenVector } | null
}

export interface GoldenPart {
  steps: GoldenStep[]
  pooled: number[] | null
  head: { input: GoldenVector; acc: number[] | null; values: number[]; outputs: GoldenVector[] }[]
}

interface GoldenMatrix {
  kind: 'float' | 'integer'
  rows: number
  cols: number
  width: 2 | 3 | 4 | 5 | 6 | 7 | 8 | 16
  codes: number[]
  scales: number[]
  rowSums: number[]
  data: number[]
}

interface GoldenModel {
  spec: unknown
  recipe: Pick<Recipe, 'rounding' | 'zeroPoint' | 'cellRounds' | 'bias'>
  widths: QuantizedModel['widths']
  logPrior: number[] | null
  parts: {
    inputs: number
    hidden: number
    words: number
    sites: Record<Site, SiteGrid>
    embedding: { shared: boolean; codes: number[]; matrix: GoldenMatrix }
    wx: GoldenMatrix
    wh: GoldenMatrix
    bias: number[]
    integerBias: number[] | null
    head: GoldenMatrix
    headBias: number[]
    labelTable: number[] | null
  }[]
}

/** Of either family; the fields of the other one are missing. */
export interface GoldenEvaluation {
  logits: number[]
  form: string
  relative: number[]
  common: number
  scores: number[]
  guarded: number
  predicted: number
  trace: GoldenPart[]
}

interface Golden {
  grids: { min: number; max: number; rules: GridRules; grid: StaticGrid }[]
  roundings: (RoundingRules & { grid: StaticGrid; values: number[]; codes: number[]; reals: number[] })[]
  contractions: [acc: number, factor: number, bias: number, result: number][]
  products: {
    cols: number
    width: 2 | 5 | 8 | 16
    vector: number[]
    scales: number[]
    grid: { low: number; high: number; zero: number; scale: number }
    acc: number[]
    values: number[]
  }[]
  lanes: { terms: number[]; sum: number; max: number | null; log: number | null }[]
  spikes: {
    s: number[]
    offsets: number[]
    target: number
    range: number
    relative: number[]
    common: number
    guarded: number
  }[]
  models: { name: string; model: GoldenModel; texts: { tokens: number[]; expected: GoldenEvaluation }[] }[]
}

export const golden = JSON.parse(
  readFileSync(new URL('../../golden/quantization_vectors.json', import.meta.url), 'utf8'),
) as Golden

/** The model of a golden case in the form that is evaluated. */
export function goldenModel({ spec, recipe, widths, logPrior, parts }: GoldenModel): QuantizedModel {
  const complete = recipeSchema.parse(recipe)
  return {
    spec: modelSpecSchema.parse(spec),
    recipe: complete,
    bits: completeBits(8, complete),
    widths,
    logPrior,
    parts: parts.map(goldenPart),
  }
}

function goldenPart(part: GoldenModel['parts'][number]): QuantizedPart {
  const { inputs, hidden, words, sites, embedding, bias, integerBias, headBias, labelTable } = part
  const head = { matrix: goldenMatrix(part.head), bias: Float32Array.from(headBias) }
  return {
    sites,
    lstm: {
      inputs,
      hidden,
      words,
      embedding: embedding.shared
        ? { shared: true, codes: inputCodes(embedding.codes, sites.input) }
        : { shared: false, matrix: goldenMatrix(embedding.matrix) },
      wx: goldenMatrix(part.wx),
      wh: goldenMatrix(part.wh),
      bias: Float32Array.from(bias),
      integerBias: integerBias && Int32Array.from(integerBias),
    },
    head:
      part.head.rows === words
        ? { kind: 'generative', ...head, labelTable: labelTable && Float32Array.from(labelTable) }
        : { kind: 'discriminative', ...head },
  }
}

function inputCodes(codes: number[], input: SiteGrid): Int8Array | Int16Array | Uint16Array {
  if (input.kind !== 'static') throw new Error('a shared embedding of a golden model has a static input')
  const found = codeArray(codes.length, input.width, input.low < 0)
  found.set(codes)
  return found
}

export function goldenMatrix({ kind, rows, cols, width, codes, scales, rowSums, data }: GoldenMatrix): Matrix {
  if (kind === 'float') return { kind, rows, cols, data: Float32Array.from(data) }
  return {
    kind,
    rows,
    cols,
    width,
    codes: width === 16 ? Int16Array.from(codes) : Int8Array.from(codes),
    scales: Float32Array.from(scales),
    rowSums: Int32Array.from(rowSums),
  }
}

/** A static grid of a known scale, for operands that are written down. */
export function gridFor({
  low,
  high,
  zero,
  scale,
}: {
  low: number
  high: number
  zero: number
  scale: number
}): StaticGrid {
  return gridOf({ width: Math.log2(high - low + 1) as 8, low, high }, scale, zero)
}
