import { assertModel } from '../assertModel.ts'
import { nonlinearSites, tableOf } from '../cell.ts'
import type { Matrix, QuantizedLstm, QuantizedModel, QuantizedPart } from '../quantizedModel.ts'
import { encodeSections, type Section } from './container.ts'
import { encodeDescription, type QuantizedDescription } from './description.ts'
import { packCodes } from './packCodes.ts'
import { partRecord, structureRecord } from './records.ts'
import { sectionKinds, tableBytes, tableKinds, type SectionName } from './sectionKinds.ts'

/**
 * The file of a quantized model, `docs/format/quantized-model.md`: all that an engine needs, weights packed at their true width. The same model and
 * description give the same bytes.
 *
 * @throws AppError as `assertModel`; `input-invalid` where the description is of another model, `too-large`
 */
export function encodeQuantizedModel(model: QuantizedModel, description: QuantizedDescription): Uint8Array {
  assertModel(model)
  const { spec, parts, logPrior } = model
  const sections = [
    section('structure', 0, structureRecord({ ...model, parts: parts.length })),
    section('description', 0, encodeDescription(model, description)),
  ]
  if (logPrior !== null) sections.push(section('prior', 0, bytesOf(Float64Array.from(logPrior))))
  parts.forEach((part, k) => sections.push(...partSections(model, part, k, spec.words)))
  return encodeSections(sections)
}

function partSections({ recipe }: QuantizedModel, part: QuantizedPart, k: number, words: number): Section[] {
  const { lstm, sites, head } = part
  const flags = { sharedEmbedding: lstm.embedding.shared, integerBias: lstm.integerBias !== null }
  const sections = [
    section('part', k, partRecord(flags, sites)),
    ...embeddingSections(lstm, sites, k, words),
    ...matrixSections('lstmX', 'lstmXScales', k, lstm.wx),
    ...matrixSections('lstmH', 'lstmHScales', k, lstm.wh),
    section('lstmBias', k, bytesOf(lstm.bias)),
  ]
  if (lstm.integerBias !== null) sections.push(section('lstmIntegerBias', k, bytesOf(lstm.integerBias)))
  sections.push(...matrixSections('head', 'headScales', k, head.matrix), section('headBias', k, bytesOf(head.bias)))
  if (head.kind === 'generative' && head.labelTable !== null) {
    sections.push(section('labelTable', k, bytesOf(head.labelTable)))
  }
  for (const site of nonlinearSites) {
    const table = tableOf(sites, recipe, site)
    if (table !== null) sections.push({ kind: tableKinds[site], part: k, bytes: tableBytes(table) })
  }
  return sections
}

function embeddingSections(
  { embedding, inputs }: QuantizedLstm,
  { input }: QuantizedPart['sites'],
  k: number,
  words: number,
): Section[] {
  if (!embedding.shared) return matrixSections('embedding', 'embeddingScales', k, embedding.matrix)
  if (input.kind !== 'static') throw new Error('the integers of an embedding need a static grid')
  return [section('embedding', k, packCodes(embedding.codes, words, inputs, input.width))]
}

function matrixSections(name: SectionName, scales: SectionName, part: number, matrix: Matrix): Section[] {
  if (matrix.kind === 'float') return [section(name, part, bytesOf(matrix.data))]
  const { codes, rows, cols, width } = matrix
  return [section(name, part, packCodes(codes, rows, cols, width)), section(scales, part, bytesOf(matrix.scales))]
}

function section(name: SectionName, part: number, bytes: Uint8Array): Section {
  return { kind: sectionKinds[name], part, bytes }
}

/** Little-endian, as every machine that runs Bitgauge. */
function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
