import { availableParallelism } from 'node:os'
import type { z } from 'zod'
import type { trainingRecordSchema } from '../../core/model/modelFile.ts'
import type { Tensorflow } from '../tensorflow/load.ts'
import type { TrainingOutcome } from './train.ts'
import { textsFingerprint, type TrainingTask } from './trainingTask.ts'

/** What a model's description says of its training: all that its weights depend on. */
export function trainingRecord(
  { device, version }: Tensorflow,
  { options, training, dev }: TrainingTask,
  { history, bestEpoch, steps }: TrainingOutcome,
): z.infer<typeof trainingRecordSchema> {
  return {
    options,
    training: textsFingerprint(training),
    dev: dev === null ? null : textsFingerprint(dev),
    epochs: history.length,
    bestEpoch,
    steps,
    device: device.name,
    threads: threadCount(),
    tensorflow: version,
  }
}

/** Threads of one operation: the library reads the variable when it is loaded, and takes all processors without it. */
function threadCount(): number {
  const named = Number(process.env['TF_NUM_INTRAOP_THREADS'])
  return Number.isInteger(named) && named > 0 ? named : availableParallelism()
}
