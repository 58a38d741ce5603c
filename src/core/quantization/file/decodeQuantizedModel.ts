import type { Width } from '../../../shared/units.ts'
import { assertGrids, assertModel } from '../assertModel.ts'
import { nonlinearSites, tableOf } from '../cell.ts'
import { sumRows } from '../product.ts'
import type {
  IntegerMatrix,
  IntegerWidth,
  Matrix,
  QuantizedLstm,
  QuantizedModel,
  QuantizedPart,
} from '../quantizedModel.ts'
import { decodeDescription, type QuantizedDescription } from './description.ts'
import { packedRowBytes, unpackCodes } from './packCodes.ts'
import { partBytes, readPart, readWidths, structureBytes, structureRecord, type PartFlags } from './records.ts'
import { tableBytes, tableKinds, type SectionName } from './sectionKinds.ts'
import { damaged, SectionReader } from './sectionReader.ts'

type Whole = Omit<QuantizedModel, 'parts'>

/**
 * Reads a quantized model's file, which may have been made to do harm. Container, records, sizes, integers, scales, zero points, biases, bounds of
 * the products and tables are all checked; what comes back can be evaluated without further ado.
 *
 * @throws AppError `input-invalid`, `too-large`, `non-finite-value`
 */
export function decodeQuantizedModel(bytes: Uint8Array): { model: QuantizedModel; description: QuantizedDescription } {
  const reader = new SectionReader(bytes)
  const structure = reader.take('structure', 0, structureBytes)
  const { spec, recipe, bits, description } = decodeDescription(reader.takeAny('description'))
  const count = spec.family === 'generative' && spec.head === 'independent' ? spec.classes : 1
  const widths = readWidths(structure)
  if (widths === null) throw damaged('a width that is none')
  const expected = structureRecord({ spec, recipe, widths, parts: count })
  if (!expected.every((byte, k) => byte === structure[k])) throw damaged('another structure than its description has')
  const logPrior = spec.family === 'generative' ? Array.from(reader.float64('prior', 0, spec.classes)) : null
  const whole = { spec, recipe, bits, widths, logPrior }
  const parts = Array.from({ length: count }, (_, k) => readOnePart(reader, whole, k))
  reader.end()
  const model = { ...whole, parts }
  assertModel(model)
  return { model, description }
}

function readOnePart(reader: SectionReader, whole: Whole, k: number): QuantizedPart {
  const record = readPart(reader.take('part', k, partBytes))
  if (record === null) throw damaged('a part with bytes that version 1 does not know')
  const { flags, grids } = record
  assertGrids(grids, whole.widths)
  const lstm = readLstm(reader, whole, flags, grids, k)
  const head = readHead(reader, whole, k)
  for (const site of nonlinearSites) {
    const table = tableOf(grids, whole.recipe, site)
    if (table === null) continue
    const found = reader.take(tableKinds[site], k, 2 * table.length)
    if (!tableBytes(table).every((byte, at) => byte === found[at]))
      throw damaged(`another table than that of \`${site}\``)
  }
  return { lstm, sites: grids, head }
}

function readLstm(
  reader: SectionReader,
  { spec, widths }: Whole,
  { sharedEmbedding, integerBias }: PartFlags,
  grids: QuantizedPart['sites'],
  k: number,
): QuantizedLstm {
  const { embedding: inputs, hidden, words } = spec
  return {
    inputs,
    hidden,
    words,
    embedding: sharedEmbedding
      ? { shared: true, codes: readInputs(reader, grids, k, words, inputs) }
      : {
          shared: false,
          matrix: readMatrix(reader, ['embedding', 'embeddingScales'], k, words, inputs, widths.embedding),
        },
    wx: readMatrix(reader, ['lstmX', 'lstmXScales'], k, 4 * hidden, inputs, widths['lstm-x']),
    wh: readMatrix(reader, ['lstmH', 'lstmHScales'], k, 4 * hidden, hidden, widths['lstm-h']),
    bias: reader.float32('lstmBias', k, 4 * hidden),
    integerBias: integerBias ? reader.int32('lstmIntegerBias', k, 4 * hidden) : null,
  }
}

/** An embedding whose integers are the input's. */
function readInputs(
  reader: SectionReader,
  { input }: QuantizedPart['sites'],
  part: number,
  words: number,
  inputs: number,
): Int8Array | Int16Array | Uint16Array {
  if (input.kind !== 'static') throw damaged('integers of an embedding for an input without a static grid')
  return readCodes(reader, 'embedding', part, words, inputs, input.width, input.low < 0)
}

function readMatrix(
  reader: SectionReader,
  [name, ofScales]: readonly [SectionName, SectionName],
  part: number,
  rows: number,
  cols: number,
  width: Width,
): Matrix {
  if (width === 'float') return { kind: 'float', rows, cols, data: reader.float32(name, part, rows * cols) }
  const codes = readCodes(reader, name, part, rows, cols, width, true) as IntegerMatrix['codes']
  const scales = reader.float32(ofScales, part, rows)
  return { kind: 'integer', rows, cols, width, codes, scales, rowSums: sumRows(codes, rows) }
}

function readCodes(
  reader: SectionReader,
  name: SectionName,
  part: number,
  rows: number,
  cols: number,
  width: IntegerWidth,
  signed: boolean,
): Int8Array | Int16Array | Uint16Array {
  const bytes = reader.take(name, part, rows * packedRowBytes(cols, width))
  const codes = unpackCodes(bytes, rows, cols, width, signed)
  if (codes === null) throw damaged(`bits behind the integers of a row of \`${name}\``)
  return codes
}

function readHead(reader: SectionReader, { spec, widths }: Whole, k: number): QuantizedPart['head'] {
  const rows = spec.family === 'generative' ? spec.words : spec.classes
  const matrix = readMatrix(reader, ['head', 'headScales'], k, rows, spec.hidden, widths.head)
  const bias = reader.float32('headBias', k, rows)
  if (spec.family === 'discriminative') return { kind: 'discriminative', matrix, bias }
  const shared = spec.head === 'shared'
  const labelTable = shared ? reader.float32('labelTable', k, spec.classes * spec.words) : null
  return { kind: 'generative', matrix, bias, labelTable }
}
