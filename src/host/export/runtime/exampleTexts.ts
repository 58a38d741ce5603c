import type { QuantizedDescription } from '../../../core/quantization/file/description.ts'
import { EncodedTextsBuilder } from '../../../core/dataset/encodedTextsBuilder.ts'
import { matchClasses } from '../../../core/dataset/shift/matchClasses.ts'
import type { Row } from '../../../core/dataset/rowsFile.ts'
import type { EncodedTexts } from '../../../core/dataset/tokenFile.ts'
import { createTokenizer } from '../../../core/text/tokenize.ts'
import { vocabularyOf } from '../../../core/text/vocabulary.ts'
import type { TokenizerRules } from '../../../shared/contract/datasetRules.ts'
import type { QuantizedModelRecord, RuntimeExport } from '../../../shared/contract/quantizedModel.ts'
import { AppError } from '../../../shared/errors.ts'
import { nextStep } from '../../../shared/nextSteps.ts'
import { readRows, splitOf, type DatasetStore } from '../../../store/datasets/index.ts'
import type { AllowPath } from '../../models/allowPath.ts'
import { readUserFile } from '../../models/userFiles.ts'

/** As many words of a text are read where a model's file does not say. */
const usualLength = 256
const fileLimit_bytes = 16 * 1024 * 1024

export interface ExampleTexts {
  /** their labels are the model's classes */
  encoded: EncodedTexts
  /** false: nobody knows the classes, and the labels are none */
  labelled: boolean
  /** a phrase: where they are from */
  source: string
}

export interface ExampleParts {
  datasets: DatasetStore
  allowPath: AllowPath
}

type Asked = Pick<RuntimeExport, 'texts' | 'dataset' | 'split' | 'textFile'>

/**
 * Texts to try a model with, as it reads them: rows of the train or dev split, evenly over the split; or the lines of a file. A test split is
 * never opened for it.
 *
 * @throws AppError `input-invalid`, `not-found`, `forbidden`, `store-damaged`
 */
export async function exampleTexts(
  asked: Asked,
  record: QuantizedModelRecord,
  description: QuantizedDescription,
  { datasets, allowPath }: ExampleParts,
): Promise<ExampleTexts> {
  if (asked.textFile !== undefined) {
    const lines = (await readTextFile(await allowPath(asked.textFile))).slice(0, asked.texts)
    const rows = lines.map((text) => ({ text, label: 0 }))
    return { encoded: encodeRows(rows, description, null), labelled: false, source: 'the lines of a file' }
  }
  const reference = asked.dataset ?? record.dataset?.fingerprint
  if (reference === undefined) {
    throw new AppError('input-invalid', `The model ${record.model.name} was not trained here, so it has no texts.`, {
      hint: nextStep('name-texts'),
    })
  }
  const { record: dataset, folder } = await datasets.find(reference)
  const classes = matchClasses(description.classes, dataset.classes)
  const found = await spreadRows(
    readRows(folder, dataset, asked.split),
    splitOf(dataset, asked.split).rows,
    asked.texts,
  )
  const rows = found.map(({ text, label }) => ({ text, label: classes[label]! }))
  const source = `${asked.split} split of ${dataset.name}`
  return { encoded: encodeRows(rows, description, dataset.tokenizer), labelled: true, source }
}

/** At most `count` of `total` rows, at equal distances from the first on. */
async function spreadRows(batches: AsyncGenerator<Row[]>, total: number, count: number): Promise<Row[]> {
  const kept: Row[] = []
  let index = 0
  for await (const batch of batches) {
    for (const row of batch) {
      if (index >= (kept.length * total) / Math.min(count, total)) kept.push(row)
      index += 1
    }
  }
  return kept
}

/** Rows as the model reads them. Throws `input-invalid` where it does not say how. */
export function encodeRows(
  rows: readonly Pick<Row, 'text' | 'label'>[],
  { vocabulary, tokenizer, maxLength, classes }: QuantizedDescription,
  ofDataset: TokenizerRules | null,
): EncodedTexts {
  const rules = tokenizer ?? ofDataset
  if (vocabulary.file === null || rules === null) {
    throw new AppError('input-invalid', 'The model does not say how texts become its words.', {
      expected: 'a model with its vocabulary and tokenizer',
      hint: nextStep('import-with-vocabulary-and-dataset'),
    })
  }
  const tokenize = createTokenizer(rules)
  const words = vocabularyOf(vocabulary.file.words)
  const builder = new EncodedTextsBuilder(words, maxLength ?? usualLength, classes.length)
  for (const { text, label } of rows) builder.add(tokenize(text), label)
  return builder.texts()
}

async function readTextFile(path: string): Promise<string[]> {
  const bytes = await readUserFile(path, fileLimit_bytes)
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/)
  const texts = lines.filter((line) => line.trim() !== '')
  if (texts.length > 0) return texts
  throw new AppError('input-invalid', 'The file has no texts.', { expected: 'a text a line' })
}
