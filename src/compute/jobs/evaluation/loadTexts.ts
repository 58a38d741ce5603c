import { EncodedTextsBuilder } from '../../../core/dataset/encodedTextsBuilder.ts'
import { noiseText } from '../../../core/dataset/noise/noiseText.ts'
import type { Row } from '../../../core/dataset/rowsFile.ts'
import { lengthenText } from '../../../core/dataset/shift/lengthenText.ts'
import { shiftText } from '../../../core/dataset/shift/shiftText.ts'
import type { EncodedTexts } from '../../../core/dataset/tokenFile.ts'
import type { ModelDescription } from '../../../core/model/modelFile.ts'
import { createTokenizer } from '../../../core/text/tokenize.ts'
import { vocabularyOf } from '../../../core/text/vocabulary.ts'
import type { EvaluationParams } from '../../../shared/contract/evaluation.ts'
import { AppError } from '../../../shared/errors.ts'
import { readRows } from '../files/readFiles.ts'
import type { JobContext } from '../job.ts'

/** As many words of a text are read where a model's file does not say. */
const usualLength = 256
const batchRows = 1000

/**
 * The texts of a split as a model reads them: the shift goes in first, then the noise, both into the raw text; then the model's own tokenizer
 * and vocabulary. Labels are the model's classes.
 */
export async function loadTexts(
  params: EvaluationParams,
  { vocabulary, tokenizer, maxLength, spec }: ModelDescription,
  context: JobContext,
): Promise<{ texts: EncodedTexts; unknownShare: number }> {
  if (vocabulary.file === null) {
    throw new AppError('input-invalid', 'The model has no vocabulary, so it cannot read texts.', {
      hint: 'Import it again with --vocabulary.',
    })
  }
  const rows = await readRows(params.texts, params.labels.length)
  const change = changeOf(params, rows)
  const tokenize = createTokenizer(tokenizer ?? params.tokenizer)
  const builder = new EncodedTextsBuilder(vocabularyOf(vocabulary.file.words), maxLength ?? usualLength, spec.classes)
  for (const [index, row] of rows.entries()) {
    if (index % batchRows === 0) {
      context.progress({ phase: 'reading texts', done: index, total: rows.length, unit: 'texts' })
      await context.step()
    }
    builder.add(tokenize(change(row)), params.labels[row.label]!)
  }
  return { texts: builder.texts(), unknownShare: builder.figures().unknownShare }
}

function changeOf({ noise, shift, seed }: EvaluationParams, rows: readonly Row[]): (row: Row) => string {
  const shifted = shiftOf(shift, seed, rows)
  return (row) => noiseText(shifted(row), noise, seed, row.id)
}

function shiftOf(shift: EvaluationParams['shift'], seed: number, rows: readonly Row[]): (row: Row) => string {
  if (shift === null) return ({ text }) => text
  if (shift.kind !== 'lengthen') return ({ id, text }) => shiftText(text, shift, seed, id)
  const byClass = Map.groupBy(rows, ({ label }) => label)
  return (row) => lengthenText(row, byClass.get(row.label) ?? [], shift.factor, seed)
}
