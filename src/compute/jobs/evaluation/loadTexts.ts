import { EncodedTextsBuilder } from '../../../core/dataset/encodedTextsBuilder.ts'
import { noiseText } from '../../../core/dataset/noise/noiseText.ts'
import type { Row } from '../../../core/dataset/rowsFile.ts'
import { lengthenText } from '../../../core/dataset/shift/lengthenText.ts'
import { shiftText } from '../../../core/dataset/shift/shiftText.ts'
import type { EncodedTexts } from '../../../core/dataset/tokenFile.ts'
import type { ModelDescription } from '../../../core/model/modelFile.ts'
import { canonicalJson } from '../../../core/run/canonicalJson.ts'
import { createTokenizer } from '../../../core/text/tokenize.ts'
import { vocabularyOf } from '../../../core/text/vocabulary.ts'
import type { EvaluationParams } from '../../../shared/contract/evaluation.ts'
import { AppError } from '../../../shared/errors.ts'
import { nextStep } from '../../../shared/nextSteps.ts'
import { keptRows } from '../files/keptFiles.ts'
import { Recent } from '../files/recent.ts'
import type { JobContext } from '../job.ts'

/** As many words of a text are read where a model's file does not say. */
const usualLength = 256
const batchRows = 1000

/** What the texts of a split are read with. */
export type Reading = Pick<EvaluationParams, 'texts' | 'labels' | 'tokenizer' | 'noise' | 'shift' | 'seed'> & {
  /** line numbers in the split, from 0; left out: all */
  rows?: readonly number[]
}

export interface LoadedTexts {
  texts: EncodedTexts
  /** share of the words, as the model reads them, that have no id of their own */
  unknownShare: number
}

/** The jobs of a study read the same texts for every quantization of a model. */
const kept = new Recent<LoadedTexts>(16)

/**
 * The texts of a split as a model reads them: the shift goes in first, then the noise, both into the raw text; then the model's own tokenizer
 * and vocabulary. Labels are the model's classes.
 */
export function loadTexts(reading: Reading, description: ModelDescription, context: JobContext): Promise<LoadedTexts> {
  const { texts, labels, tokenizer, noise, shift, rows } = reading
  const { vocabulary, maxLength, spec } = description
  const readBy = {
    vocabulary: vocabulary.fingerprint,
    tokenizer: description.tokenizer ?? tokenizer,
    maxLength,
    classes: spec.classes,
  }
  const seed = noise.level === 0 && shift === null ? 0 : reading.seed
  const key = canonicalJson({ texts: texts.sha256, labels, noise, shift, seed, rows: rows ?? null, readBy })
  return kept.get(key, () => readTexts(reading, description, context))
}

async function readTexts(
  reading: Reading,
  { vocabulary, tokenizer, maxLength, spec }: ModelDescription,
  context: JobContext,
): Promise<LoadedTexts> {
  if (vocabulary.file === null) {
    throw new AppError('input-invalid', 'The model has no vocabulary, so it cannot read texts.', {
      hint: nextStep('import-with-vocabulary'),
    })
  }
  const split = await keptRows(reading.texts, reading.labels.length)
  const change = changeOf(reading, split)
  const tokenize = createTokenizer(tokenizer ?? reading.tokenizer)
  const builder = new EncodedTextsBuilder(vocabularyOf(vocabulary.file.words), maxLength ?? usualLength, spec.classes)
  const rows = reading.rows === undefined ? split : reading.rows.map((row) => rowAt(split, row))
  for (const [index, row] of rows.entries()) {
    if (index % batchRows === 0) {
      context.progress({ phase: 'reading texts', done: index, total: rows.length, unit: 'texts' })
      await context.step()
    }
    builder.add(tokenize(change(row)), reading.labels[row.label]!)
  }
  return { texts: builder.texts(), unknownShare: builder.figures().unknownShare }
}

function rowAt(split: readonly Row[], row: number): Row {
  const found = split[row]
  if (found !== undefined) return found
  throw new AppError('input-invalid', 'A calibration set names a row that its split does not have.', {
    expected: `below ${split.length}`,
    found: String(row),
  })
}

function changeOf({ noise, shift, seed }: Reading, rows: readonly Row[]): (row: Row) => string {
  const shifted = shiftOf(shift, seed, rows)
  return (row) => noiseText(shifted(row), noise, seed, row.id)
}

function shiftOf(shift: Reading['shift'], seed: number, rows: readonly Row[]): (row: Row) => string {
  if (shift === null) return ({ text }) => text
  if (shift.kind !== 'lengthen') return ({ id, text }) => shiftText(text, shift, seed, id)
  const byClass = Map.groupBy(rows, ({ label }) => label)
  return (row) => lengthenText(row, byClass.get(row.label) ?? [], shift.factor, seed)
}
