import type { Site } from '../../shared/contract/quantizationRules.ts'
import type { RoundingRules } from './grid.ts'
import { lookupTable, nonlinearity, type Nonlinearity } from './lookupTable.ts'
import { sigmoid32, tanh32 } from './nonlinearities.ts'
import { matrixValue, product } from './product.ts'
import type { QuantizedLstm, QuantizedModel, QuantizedPart, SiteGrid } from './quantizedModel.ts'
import { quantizeFlushed, quantizeVector, vectorOfCodes, zeroVector, type SiteVector } from './siteVector.ts'

const { fround } = Math

/** Sites of the cell that stand behind a nonlinearity, with the site before it. */
const behind = {
  'sigmoid-i': { from: 'gate-i', phi: sigmoid32 },
  'sigmoid-f': { from: 'gate-f', phi: sigmoid32 },
  'tanh-g': { from: 'gate-g', phi: tanh32 },
  'sigmoid-o': { from: 'gate-o', phi: sigmoid32 },
  'tanh-c': { from: 'cell', phi: tanh32 },
} as const satisfies Partial<Record<Site, { from: Site; phi: (x: number) => number }>>

export type NonlinearSite = keyof typeof behind

/** In the order of the gates, then that of the cell. */
export const nonlinearSites = Object.keys(behind) as NonlinearSite[]

/** An LSTM with what is computed once for all steps. */
export interface Cell {
  lstm: QuantizedLstm
  sites: Readonly<Record<Site, SiteGrid>>
  rules: RoundingRules
  cellRounds: 1 | 3
  nonlinearities: Readonly<Record<NonlinearSite, Nonlinearity>>
}

export interface CellState {
  hidden: SiteVector
  cell: SiteVector
}

/** All that one step computes; the sites but the head's, and `products`: f * c and i * g on the cell's grid where a step quantizes it three times. */
export interface CellStep {
  /** [4 hidden], integer bias included; null where an operand is float */
  accumulatorsX: Float64Array | null
  accumulatorsH: Float64Array | null
  /** [4 hidden] `fround(ax + ah)`, before the sites of the gates */
  preActivations: Float32Array
  sites: Readonly<Record<Exclude<Site, 'head-input' | 'head-output'>, SiteVector>>
  products: { forget: SiteVector; input: SiteVector } | null
}

/**
 * The integers of a site by those of the site before it, of `tableOf(part.sites, recipe, 'tanh-c')` those of `cell`; null where there is no table.
 */
export function tableOf(sites: QuantizedPart['sites'], rules: RoundingRules, site: NonlinearSite): Int32Array | null {
  return lookupTable(behind[site].phi, sites[behind[site].from], sites[site], rules)
}

/** @param tables whether nonlinearities go by tables where they can; the result is the same */
export function prepareCell({ lstm, sites }: QuantizedPart, recipe: QuantizedModel['recipe'], tables = true): Cell {
  const entries = nonlinearSites.map((site) => {
    const table = tables ? tableOf(sites, recipe, site) : null
    return [site, nonlinearity(behind[site].phi, table, sites[site], recipe)]
  })
  const nonlinearities = Object.fromEntries(entries) as Cell['nonlinearities']
  return { lstm, sites, rules: recipe, cellRounds: recipe.cellRounds, nonlinearities }
}

/** h_0 = 0 and c_0 = 0. */
export function startState({ lstm, sites }: Cell): CellState {
  return { hidden: zeroVector(lstm.hidden, sites.hidden), cell: zeroVector(lstm.hidden, sites.cell) }
}

/** The vector of a word at the site `input`. */
export function inputVector({ lstm, sites, rules }: Cell, token: number): SiteVector {
  const { embedding, inputs } = lstm
  if (embedding.shared) {
    if (sites.input.kind !== 'static') throw new Error('the integers of an embedding need a static grid')
    return vectorOfCodes(Int32Array.from(embedding.codes.subarray(token * inputs, (token + 1) * inputs)), sites.input)
  }
  const values = Float32Array.from({ length: inputs }, (_, j) => matrixValue(embedding.matrix, token, j))
  return quantizeVector(values, sites.input, rules)
}

/**
 * One step of the LSTM, one rounding at a time (numerics.md section 5).
 *
 *     ax = fround(product(W_x, x) + b)          ah = product(W_h, h)          a = fround(ax + ah)
 *     c' = fround(fround(d(f) * d(c)) + fround(d(i) * d(g)))                  h' = fround(d(o) * d(tanh c'))
 *
 * `product` is {@link product}'s, d(·) what a site's integers stand for. With integer biases `ax = product(W_x, x)`, the bias in the accumulator.
 * Each gate's H pre-activations, its outputs, c', tanh c' and h' go through their sites; with three cell rounds f * c and i * g go through the
 * cell's site as well, each a vector of its own where that is dynamic. Float pre-activations, c' and h' below 2^-60 in magnitude become +0.
 *
 * @param state left as it is
 */
export function cellStep(cell: Cell, state: CellState, input: SiteVector): CellStep {
  const { lstm, sites, rules, nonlinearities: phi } = cell
  const x = product(lstm.wx, input, lstm.integerBias)
  const h = product(lstm.wh, state.hidden)
  const preActivations = x.values.map((value, r) => {
    const ax = lstm.integerBias === null ? fround(value + lstm.bias[r]!) : value
    return fround(ax + h.values[r]!)
  })
  const gate = (k: number, site: Site): SiteVector =>
    quantizeFlushed(preActivations.slice(k * lstm.hidden, (k + 1) * lstm.hidden), sites[site], rules)
  const gates = { i: gate(0, 'gate-i'), f: gate(1, 'gate-f'), g: gate(2, 'gate-g'), o: gate(3, 'gate-o') }
  const i = phi['sigmoid-i'](gates.i)
  const f = phi['sigmoid-f'](gates.f)
  const g = phi['tanh-g'](gates.g)
  const o = phi['sigmoid-o'](gates.o)
  const { next, products } = nextCell(cell, multiply(f, state.cell), multiply(i, g))
  const shown = phi['tanh-c'](next)
  const hidden = quantizeFlushed(multiply(o, shown), sites.hidden, rules)
  return {
    accumulatorsX: x.accumulators,
    accumulatorsH: h.accumulators,
    preActivations,
    products,
    sites: {
      input,
      hidden,
      'gate-i': gates.i,
      'gate-f': gates.f,
      'gate-g': gates.g,
      'gate-o': gates.o,
      'sigmoid-i': i,
      'sigmoid-f': f,
      'sigmoid-o': o,
      'tanh-g': g,
      'tanh-c': shown,
      cell: next,
    },
  }
}

/** c' from f * c and i * g, each in float32. */
function nextCell(
  { sites, rules, cellRounds }: Cell,
  forget: Float32Array,
  input: Float32Array,
): { next: SiteVector; products: CellStep['products'] } {
  if (cellRounds === 1) return { next: quantizeFlushed(add(forget, input), sites.cell, rules), products: null }
  const products = {
    forget: quantizeVector(forget, sites.cell, rules),
    input: quantizeVector(input, sites.cell, rules),
  }
  const sum = add(products.forget.values, products.input.values)
  return { next: quantizeFlushed(sum, sites.cell, rules), products }
}

function multiply(a: SiteVector, b: SiteVector): Float32Array {
  return a.values.map((value, k) => fround(value * b.values[k]!))
}

function add(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, k) => fround(value + b[k]!))
}
