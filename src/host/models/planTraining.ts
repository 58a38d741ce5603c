import type { RunKeyParts } from '../../core/run/runKey.ts'
import { stageVersions } from '../../core/stageVersions.ts'
import { reservedCount } from '../../core/text/vocabulary.ts'
import type { Train, TrainingParams } from '../../shared/contract/training.ts'
import { splitOf } from '../../store/datasets/index.ts'
import type { OpenedDataset } from '../dataset/datasetService.ts'
import { fileInside, homeFile } from './homeFile.ts'

export interface TrainingPlan {
  /** what the run's key is made of */
  parts: RunKeyParts
  /** all that the compute process gets, but the name and the work folder */
  params: Omit<TrainingParams, 'name' | 'work'>
}

/** A training as content: what it depends on, and the files that hold it. Errors: `not-found`, `store-damaged`. */
export function planTraining(input: Train, opened: OpenedDataset, threads: number): TrainingPlan {
  const { record, encoding, encodingFolder } = opened
  const { options, model, rows, device, checkpoint_s } = input
  const { seed, ...recipe } = options
  const dev = encoding.splits.find(({ split, rows: texts }) => split === 'dev' && texts > 0)
  return {
    parts: {
      stage: 'training',
      stageVersion: stageVersions.training,
      inputs: { dataset: record.fingerprint, encoding: encoding.fingerprint },
      recipe: { model, options: recipe, rows, device, threads },
      seed,
    },
    params: {
      spec: { ...model, words: encoding.vocabulary.words + reservedCount, classes: record.classes.length },
      options,
      classes: record.classes,
      tokenizer: encoding.tokenizer,
      maxLength: encoding.options.maxLength,
      vocabulary: {
        path: fileInside(encodingFolder, encoding.vocabulary.file),
        fingerprint: encoding.vocabulary.fingerprint,
      },
      training: homeFile(encodingFolder, trainSplitOf(opened)),
      dev: dev === undefined ? null : homeFile(encodingFolder, dev),
      texts: options.noise === null ? null : homeFile(opened.folder, splitOf(record, 'train')),
      rows,
      checkpoint_s,
      device,
      threads,
      asked: input,
    },
  }
}

function trainSplitOf({ record, encoding }: OpenedDataset): { file: string; sha256: string } {
  splitOf(record, 'train')
  return encoding.splits.find(({ split }) => split === 'train') as OpenedDataset['encoding']['splits'][number]
}
