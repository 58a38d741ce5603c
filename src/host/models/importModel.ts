import { basename } from 'node:path'
import { ulid } from 'ulid'
import { arrangeWords } from '../../core/model/arrangeWords.ts'
import { importWeights } from '../../core/model/importWeights.ts'
import { encodeModel, type ModelDescription } from '../../core/model/modelFile.ts'
import { decodeSafetensors } from '../../core/model/safetensors.ts'
import { toVocabularyFile, vocabularyOf } from '../../core/text/vocabulary.ts'
import type { ModelImport, ModelMade } from '../../shared/contract/model.ts'
import { defaultTokenizer, type TokenizerRules } from '../../shared/contract/datasetRules.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { DatasetStore, withFileFailures } from '../../store/datasets/index.ts'
import { describeModelFile, type ModelStore } from '../../store/models/index.ts'
import { chooseModelName } from './chooseModelName.ts'
import { parseVocabulary, type ForeignVocabulary } from './parseVocabulary.ts'
import { readUserFile } from './userFiles.ts'

const largestModel_bytes = 2_000_000_000
const largestVocabulary_bytes = 256 * 1024 * 1024

interface Importing {
  home: string
  models: ModelStore
}

/** Stores a model from a file; the paths have been allowed and resolved. For errors see the contract. */
export async function importModel(input: ModelImport, { home, models }: Importing): Promise<ModelMade> {
  const bytes = await readUserFile(input.file, largestModel_bytes)
  const model = input.layout === 'bitgauge' ? ownFile(input, bytes) : await foreignFile(input, bytes, home)
  const described = describeModelFile(model)
  const name = await chooseModelName(models, input.name, basename(input.file))
  const created = new Date().toISOString()
  const facts = { id: ulid(), name, created, ...described, training: null, warnings: [] }
  return withFileFailures('The home folder', () => models.put(model, { kind: 'model', version: 1, ...facts }))
}

function ownFile(input: ModelImport, bytes: Buffer): Uint8Array {
  if (input.vocabulary === undefined && input.classes === undefined) return bytes
  throw new AppError('input-invalid', 'A model file of Bitgauge has its own vocabulary and classes.', {
    hint: 'Name them for the layouts pytorch and keras alone.',
  })
}

/** Arrays of another library with what they do not say, as a model file of ours. */
async function foreignFile(input: ModelImport, bytes: Buffer, home: string): Promise<Uint8Array> {
  const { layout, family, pooling } = input
  if (layout === 'bitgauge') throw new Error('a file of ours is not foreign')
  const found = importWeights(decodeSafetensors(bytes).tensors, { layout, family, pooling })
  const { classes, tokenizer } = await classesOf(input, home)
  const { rows, special } = await vocabularyOfInput(input)
  const { spec, weights, words } = arrangeWords(found.spec, found.weights, rows, special)
  const description: ModelDescription = {
    kind: 'model',
    version: 1,
    spec,
    gateOrder: 'i,f,g,o',
    classes,
    logPrior: family === 'generative' ? new Array<number>(spec.classes).fill(-Math.log(spec.classes)) : null,
    vocabulary: { fingerprint: vocabularyOf(words).fingerprint, file: toVocabularyFile(words) },
    tokenizer,
    maxLength: input.maxLength,
    training: null,
  }
  return encodeModel(description, weights)
}

async function classesOf(
  { classes, dataset }: ModelImport,
  home: string,
): Promise<{ classes: string[]; tokenizer: TokenizerRules }> {
  const record = dataset === undefined ? undefined : (await new DatasetStore(home).find(dataset)).record
  const names = classes ?? record?.classes
  if (names !== undefined) return { classes: names, tokenizer: record?.tokenizer ?? defaultTokenizer }
  throw new AppError('input-invalid', 'The arrays alone do not say what the classes are called.', {
    hint: nextStep('give-classes'),
  })
}

async function vocabularyOfInput({ vocabulary }: ModelImport): Promise<ForeignVocabulary> {
  if (vocabulary === undefined) {
    throw new AppError('input-invalid', 'The arrays alone do not say which word has which id.', {
      hint: nextStep('give-vocabulary'),
    })
  }
  return parseVocabulary(await readUserFile(vocabulary, largestVocabulary_bytes))
}
