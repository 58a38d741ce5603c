import { sites, type Site, type WeightName } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { Width } from '../../shared/units.ts'
import { assertProductFits } from './assertProduct.ts'
import { largestScale, smallestScale } from './grid.ts'
import { sumRows } from './product.ts'
import type { Matrix, QuantizedLstm, QuantizedModel, QuantizedPart, SiteGrid } from './quantizedModel.ts'

/** Of biases, float weights and offsets of classes, in magnitude; biases are 0 or at least the smallest. */
export const smallestBias = 2 ** -60
export const largestFloat = 2 ** 40

/**
 * Checks all that an evaluation relies on: sizes that belong together, integers within their widths, scales within [2^-40, 2^40], biases 0 or within
 * [2^-60, 2^40] in magnitude, row sums, and that no product can leave 32 bits (numerics.md sections 2 and 4). What passes gives no NaN and no
 * infinity for any text.
 *
 * @throws AppError `shape-mismatch`, `input-invalid`, `non-finite-value`; `too-large` where a product could overflow
 */
export function assertModel(model: QuantizedModel): void {
  const { spec, parts, logPrior } = model
  const generative = spec.family === 'generative'
  assertSize('parts', parts.length, generative && spec.head === 'independent' ? spec.classes : 1)
  assertSize('log p(class)', logPrior?.length ?? 0, generative ? spec.classes : 0)
  if (logPrior?.some((value) => !(value <= 0 && value >= -largestFloat)) === true) {
    throw invalid(
      'The prior holds a value that is no logarithm of a probability.',
      `from ${-largestFloat} to 0`,
      logPrior,
    )
  }
  for (const part of parts) assertPart(model, part)
}

function assertPart({ spec, widths }: QuantizedModel, part: QuantizedPart): void {
  assertGrids(part.sites, widths)
  assertLstm(spec, widths, part)
  const { head } = part
  const generative = spec.family === 'generative'
  if (head.kind !== spec.family) throw invalid('The head is of another family than the model.', spec.family, head.kind)
  assertMatrix('head', head.matrix, generative ? spec.words : spec.classes, spec.hidden, widths.head)
  assertBias('head-bias', head.bias, head.matrix.rows)
  assertProductFits('head', head.matrix, part.sites['head-input'], null)
  if (head.kind === 'discriminative') return
  const tables = generative && spec.head === 'shared' ? spec.classes * spec.words : 0
  assertSize('label table', head.labelTable?.length ?? 0, tables)
  assertFloats('label table', head.labelTable ?? new Float32Array())
}

function assertLstm(
  { embedding: inputs, hidden, words }: QuantizedModel['spec'],
  widths: Readonly<Record<Site | WeightName, Width>>,
  { lstm, sites: grids }: QuantizedPart,
): void {
  for (const [name, expected] of Object.entries({ inputs, hidden, words })) {
    assertSize(name, lstm[name as 'inputs' | 'hidden' | 'words'], expected)
  }
  assertEmbedding(lstm, grids.input, widths)
  assertMatrix('lstm-x', lstm.wx, 4 * hidden, inputs, widths['lstm-x'])
  assertMatrix('lstm-h', lstm.wh, 4 * hidden, hidden, widths['lstm-h'])
  assertBias('lstm-bias', lstm.bias, 4 * hidden)
  assertProductFits('lstm-x', lstm.wx, grids.input, lstm.integerBias)
  assertProductFits('lstm-h', lstm.wh, grids.hidden, null)
  if (lstm.integerBias === null) return
  assertSize('integer lstm-bias', lstm.integerBias.length, 4 * hidden)
  if (lstm.wx.kind !== 'integer' || grids.input.kind !== 'static') {
    throw invalid(
      'Integer biases need integer weights and a static input.',
      'both',
      `${lstm.wx.kind}, ${grids.input.kind}`,
    )
  }
}

function assertEmbedding(
  { embedding, words, inputs }: QuantizedLstm,
  input: SiteGrid,
  widths: Readonly<Record<Site | WeightName, Width>>,
): void {
  if (!embedding.shared) return assertMatrix('embedding', embedding.matrix, words, inputs, widths.embedding)
  if (input.kind !== 'static') {
    throw invalid('An embedding whose integers are the input needs a static input.', 'static', input.kind)
  }
  assertSize('embedding', embedding.codes.length, words * inputs)
  assertCodes('embedding', embedding.codes, input.low, input.high)
}

/** @throws AppError `input-invalid` where a grid is not one of its site's width, or its scale or zero point is out of range */
export function assertGrids(grids: QuantizedPart['sites'], widths: Readonly<Record<Site | WeightName, Width>>): void {
  for (const site of sites) assertGrid(site, grids[site], widths[site])
}

function assertGrid(site: Site, grid: SiteGrid, width: Width): void {
  const found = grid.kind === 'float' ? 'float' : grid.width
  if (found !== width) throw invalid(`The grid of \`${site}\` has not the width of the model.`, width, found)
  if (grid.kind === 'float') return
  const steps = 2 ** grid.width
  const [low, high] = grid.low === 0 ? [0, steps - 1] : [-steps / 2, steps / 2 - 1]
  if (grid.low !== low || grid.high !== high) {
    throw invalid(`The ends of the grid of \`${site}\` are not those of its width.`, `${low}, ${high}`, [
      grid.low,
      grid.high,
    ])
  }
  if (grid.kind === 'static') assertStep(site, grid)
  else assertDynamic(site, grid, steps)
}

function assertStep(site: Site, { low, high, zero, scale, reciprocal }: Extract<SiteGrid, { kind: 'static' }>): void {
  if (!Number.isInteger(zero) || zero < low || zero > high) {
    throw invalid(`The zero point of \`${site}\` is not on its grid.`, `${low} to ${high}`, zero)
  }
  assertScales(site, [scale])
  const expected = Math.fround(1 / scale)
  if (reciprocal !== expected)
    throw invalid(`The reciprocal of the scale of \`${site}\` is wrong.`, expected, reciprocal)
}

function assertDynamic(
  site: Site,
  { scheme, low, divisor }: Extract<SiteGrid, { kind: 'dynamic' }>,
  steps: number,
): void {
  const expected = scheme === 'affine' ? [steps - 1] : [steps / 2 - 1, steps / 2]
  if ((scheme === 'affine') !== (low === 0) || !expected.includes(divisor)) {
    throw invalid(
      `The ends of the grid of \`${site}\` are not those of its scheme.`,
      `${scheme}, ${expected.join(' or ')}`,
      [low, divisor],
    )
  }
}

function assertMatrix(name: string, matrix: Matrix, rows: number, cols: number, width: Width): void {
  const found = matrix.kind === 'float' ? 'float' : matrix.width
  if (found !== width) throw invalid(`The matrix \`${name}\` has not the width of the model.`, width, found)
  if (matrix.rows !== rows || matrix.cols !== cols)
    throw misshapen(name, `${rows} x ${cols}`, `${matrix.rows} x ${matrix.cols}`)
  if (matrix.kind === 'float') {
    assertSize(name, matrix.data.length, rows * cols)
    return assertFloats(name, matrix.data)
  }
  assertSize(name, matrix.codes.length, rows * cols)
  assertSize(`scales of ${name}`, matrix.scales.length, rows)
  assertSize(`row sums of ${name}`, matrix.rowSums.length, rows)
  const most = 2 ** (matrix.width - 1) - 1
  assertCodes(name, matrix.codes, -most, most)
  assertScales(name, matrix.scales)
  const sums = sumRows(matrix.codes, rows)
  const wrong = sums.findIndex((sum, r) => sum !== matrix.rowSums[r])
  if (wrong !== -1) throw invalid(`The row sum ${wrong} of \`${name}\` is wrong.`, sums[wrong], matrix.rowSums[wrong])
}

function assertCodes(name: string, codes: ArrayLike<number>, low: number, high: number): void {
  if (codes instanceof Int8Array && low <= -128 && high >= 127) return
  let [least, most] = [low, high]
  for (let k = 0; k < codes.length; k += 1) {
    const code = codes[k]!
    least = code < least ? code : least
    most = code > most ? code : most
  }
  if (least >= low && most <= high) return
  throw invalid(
    `An integer of \`${name}\` is out of its range.`,
    `${low} to ${high}`,
    Array.prototype.find.call(codes, (code: number) => code < low || code > high),
  )
}

function assertScales(name: string, scales: ArrayLike<number>): void {
  for (let k = 0; k < scales.length; k += 1) {
    const scale = scales[k]!
    if (!(scale >= smallestScale && scale <= largestScale) || scale !== Math.fround(scale)) {
      throw invalid(`A scale of \`${name}\` is out of its range.`, `a float32 from 2^-40 to 2^40`, scale)
    }
  }
}

function assertBias(name: string, bias: Float32Array, length: number): void {
  assertSize(name, bias.length, length)
  assertFloats(name, bias)
  const tiny = bias.find((value) => value !== 0 && Math.abs(value) < smallestBias)
  if (tiny !== undefined) throw invalid(`A value of \`${name}\` is too small.`, '0, or 2^-60 in magnitude', tiny)
}

function assertFloats(name: string, values: Float32Array): void {
  for (const value of values) {
    if (!Number.isFinite(value))
      throw new AppError('non-finite-value', `\`${name}\` holds a number that is not finite.`)
    if (Math.abs(value) > largestFloat)
      throw invalid(`A value of \`${name}\` is too large.`, '2^40 in magnitude', value)
  }
}

function assertSize(name: string, found: number, expected: number): void {
  if (found !== expected) throw misshapen(name, String(expected), String(found))
}

function misshapen(name: string, expected: string, found: string): AppError {
  return new AppError('shape-mismatch', `\`${name}\` has another size than its model says.`, { expected, found })
}

function invalid(message: string, expected: unknown, found: unknown): AppError {
  return new AppError('input-invalid', message, { expected: String(expected), found: String(found) })
}
