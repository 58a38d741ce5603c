import { dequantize, gridOfVector, quantizeValue, type RoundingRules, type StaticGrid } from './grid.ts'
import type { SiteGrid } from './quantizedModel.ts'

/**
 * The values of one site at one step. A dynamic site takes one scale from one such vector: a word's vector (`input`), one step's hidden vector,
 * tanh of the cell or cell, one gate's H pre-activations or outputs, the vector that the head reads, its logits of one step (and one class).
 */
export interface SiteVector {
  /** null where the site is float */
  integers: { codes: Int32Array; grid: StaticGrid } | null
  /** what the integers stand for, `fround((q - z) * s)`, or the float32 values themselves */
  values: Float32Array
}

/** Magnitudes below it become +0 on float sites, so that engines which flush subnormals agree with those that do not (numerics.md section 5). */
export const smallestFloat = 2 ** -60

/** The vector that a site has for some float32 values: on its grid, on their own where it is dynamic, as they are where it is float. */
export function quantizeVector(values: Float32Array, site: SiteGrid, rules: RoundingRules): SiteVector {
  if (site.kind === 'float') return { integers: null, values }
  const grid = site.kind === 'static' ? site : gridOfVector(values, site)
  return vectorOfCodes(
    Int32Array.from(values, (value) => quantizeValue(value, grid, rules)),
    grid,
  )
}

export function vectorOfCodes(codes: Int32Array, grid: StaticGrid): SiteVector {
  return { integers: { codes, grid }, values: Float32Array.from(codes, (code) => dequantize(code, grid)) }
}

/** {@link quantizeVector} where a float site flushes: pre-activations, cell, hidden vector. */
export function quantizeFlushed(values: Float32Array, site: SiteGrid, rules: RoundingRules): SiteVector {
  return quantizeVector(site.kind === 'float' ? values.map(flushed) : values, site, rules)
}

/** A vector of zeros: the integers are the zero point, of a dynamic site 0 on a scale of 1. */
export function zeroVector(length: number, site: SiteGrid): SiteVector {
  const values = new Float32Array(length)
  if (site.kind === 'float') return { integers: null, values }
  const grid = site.kind === 'static' ? site : gridOfVector(values, site)
  return vectorOfCodes(new Int32Array(length).fill(grid.zero), grid)
}

function flushed(value: number): number {
  return Math.abs(value) < smallestFloat ? 0 : value
}
