import { performance } from 'node:perf_hooks'
import { join } from 'node:path'
import { encodeModel, type ModelDescription } from '../../core/model/modelFile.ts'
import { toVocabularyFile } from '../../core/text/vocabulary.ts'
import { stepsAnEpoch } from '../../core/training/batchPlan.ts'
import type { TrainedFile, TrainingParams } from '../../shared/contract/training.ts'
import { train, type TrainingOutcome } from '../training/train.ts'
import { textsFingerprint } from '../training/trainingTask.ts'
import { sha256Of } from './files/readFiles.ts'
import { writeWhole } from './files/writeFile.ts'
import type { JobRun } from './job.ts'
import { loadForDevice } from './loadForDevice.ts'
import { usableCheckpoint } from './training/checkpoint.ts'
import { loadTask, type LoadedTask } from './training/loadTask.ts'
import { teller } from './training/teller.ts'

const modelFile = 'model.safetensors'

/**
 * Trains a model from the files of a dataset's encoding, and writes it into the work folder. A checkpoint that lies there is gone on from;
 * cancelled, the job leaves one.
 */
export const training: JobRun<'training'> = async (params, context) => {
  context.progress({ phase: 'reading texts', done: 0, total: null, unit: 'texts' })
  const loaded = await loadTask(params)
  const { task } = loaded
  const path = join(params.work, 'checkpoint.safetensors')
  const from = await usableCheckpoint(path, task, context.warn)
  await context.step()
  const tensorflow = loadForDevice(params.device)
  const start = performance.now()
  const total = params.options.epochs * stepsAnEpoch(task.training.rows, groupsOf(loaded), params.options.batch)
  const outcome = await train(tensorflow, task, {
    tell: teller(from?.history ?? [], total, context.progress),
    pause: context.step,
    checkpoint: { path, every_s: params.checkpoint_s },
  })
  const on = { device: params.device, threads: params.threads, tensorflow: tensorflow.version }
  const bytes = encodeModel(describe(params, loaded, outcome, on), outcome.weights)
  await writeWhole(join(params.work, modelFile), bytes)
  return {
    file: modelFile,
    bytes: bytes.length,
    fingerprint: `sha256:${sha256Of(bytes)}`,
    weights: outcome.fingerprint,
    texts: task.training.rows,
    devTexts: task.dev?.rows ?? 0,
    steps: outcome.steps,
    bestEpoch: outcome.bestEpoch,
    history: [...outcome.history],
    duration_s: (performance.now() - start) / 1000,
    on,
  }
}

/** Independent language models are trained on batches of one class. */
function groupsOf({ task: { spec, training: texts } }: LoadedTask): ArrayLike<number> | null {
  return spec.family === 'generative' && spec.head === 'independent' ? texts.labels : null
}

/** Nothing of time or place is in it, so that the same training gives the same file. */
function describe(
  params: TrainingParams,
  { task, vocabulary }: LoadedTask,
  outcome: TrainingOutcome,
  on: TrainedFile['on'],
): ModelDescription {
  return {
    kind: 'model',
    version: 1,
    spec: params.spec,
    gateOrder: 'i,f,g,o',
    classes: params.classes,
    logPrior: outcome.logPrior,
    vocabulary: { fingerprint: vocabulary.fingerprint, file: toVocabularyFile(vocabulary.words) },
    tokenizer: params.tokenizer,
    maxLength: params.maxLength,
    training: {
      options: { ...params.options },
      training: textsFingerprint(task.training),
      dev: task.dev === null ? null : textsFingerprint(task.dev),
      epochs: outcome.history.length,
      bestEpoch: outcome.bestEpoch,
      steps: outcome.steps,
      ...on,
    },
  }
}
