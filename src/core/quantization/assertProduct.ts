import { AppError } from '../../shared/errors.ts'
import type { IntegerMatrix, Matrix, SiteGrid } from './quantizedModel.ts'

const int32Max = 0x7fff_ffff

/**
 * Checks from the actual weights that no accumulator of a product can leave 32 bits, with the zero point taken from each integer or from the sum
 * afterwards: `sum_j |Wq[r, j]| * max(|q - z|, |q|) + |bias[r]| <= 2^31 - 1` for every row. An offset of a kernel's own, which makes 8-bit integers
 * unsigned, is allowed for. Products of 16 by 16 bits have 64 bits, which no matrix of this format can leave.
 *
 * @throws AppError `too-large`
 * @see numerics.md section 4
 */
export function assertProductFits(name: string, matrix: Matrix, site: SiteGrid, bias: Int32Array | null): void {
  if (matrix.kind === 'float' || site.kind === 'float' || (matrix.width === 16 && site.width === 16)) return
  const most = largestOperand(site)
  for (let r = 0; r < matrix.rows; r += 1) {
    const largest = magnitudeOfRow(matrix, r) * most + Math.abs(bias?.[r] ?? 0)
    if (largest <= int32Max) continue
    throw new AppError('too-large', `Row ${r} of \`${name}\` could leave 32 bits.`, {
      expected: `at most ${int32Max}`,
      found: `${largest}, at ${matrix.width} bits of weights and ${site.width} of its vectors`,
      hint: 'Take fewer bits for one of the two.',
    })
  }
}

/** `max(|q - z|, |q|)` of a site, and what an 8-bit integer can be when a kernel has made it unsigned. */
export function largestOperand(site: Exclude<SiteGrid, { kind: 'float' }>): number {
  const zero = site.kind === 'static' ? site.zero : 0
  const { low, high, width } = site
  return Math.max(high - zero, zero - low, high, -low, width <= 8 ? high - low : 0)
}

/** `sum_j |Wq[r, j]|` */
export function magnitudeOfRow({ codes, cols }: IntegerMatrix, row: number): number {
  let sum = 0
  for (let k = row * cols; k < (row + 1) * cols; k += 1) sum += Math.abs(codes[k]!)
  return sum
}
