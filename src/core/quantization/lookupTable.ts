import { dequantize, quantizeValue, type RoundingRules, type StaticGrid } from './grid.ts'
import type { SiteGrid } from './quantizedModel.ts'
import { quantizeVector, vectorOfCodes, type SiteVector } from './siteVector.ts'

/** Widest integers that have a table. */
export const tableBits = 10

/** What stands between two sites: from the vector of one to that of the next. */
export type Nonlinearity = (vector: SiteVector) => SiteVector

/**
 * The integers of `to` by those of `from`, the lowest first: `T[q - low] = quantize_to(phi(fround((q - z) * s)))`; null unless both sites are static and
 * `from` has at most 10 bits.
 *
 * @see numerics.md section 6
 */
export function lookupTable(
  phi: (x: number) => number,
  from: SiteGrid,
  to: SiteGrid,
  rules: RoundingRules,
): Int32Array | null {
  if (from.kind !== 'static' || to.kind !== 'static' || from.width > tableBits) return null
  return Int32Array.from({ length: from.high - from.low + 1 }, (_, k) =>
    quantizeValue(phi(dequantize(from.low + k, from)), to, rules),
  )
}

/** `quantize_to(phi(d(q)))`, by the table where there is one. */
export function nonlinearity(
  phi: (x: number) => number,
  table: Int32Array | null,
  to: SiteGrid,
  rules: RoundingRules,
): Nonlinearity {
  return ({ integers, values }) =>
    table === null || integers === null
      ? quantizeVector(values.map(phi), to, rules)
      : vectorOfCodes(
          integers.codes.map((code) => table[code - integers.grid.low]!),
          to as StaticGrid,
        )
}
