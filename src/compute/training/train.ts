import { performance } from 'node:perf_hooks'
import { classificationMetrics } from '../../core/evaluation/classificationMetrics.ts'
import { predictionsOf } from '../../core/evaluation/predictions.ts'
import { weightsFingerprint, type Weights } from '../../core/model/weights.ts'
import type { EpochRecord } from '../../shared/contract/trainingRules.ts'
import { trainedLogPrior } from '../../core/training/classWeights.ts'
import { shouldStop, type DevFigures } from '../../core/training/earlyStopping.ts'
import { AppError } from '../../shared/errors.ts'
import type { Tensorflow } from '../tensorflow/load.ts'
import { readCheckpoint, writeCheckpoint } from './checkpointFile.ts'
import { Trainer, type StepFigures } from './trainer.ts'
import { textsOf, type TrainingTask } from './trainingTask.ts'

/** What is told of a training as it goes. */
export type TrainingNews =
  | { type: 'resumed'; step: number }
  | ({ type: 'step'; epoch: number; step: number; total: number } & StepFigures)
  | { type: 'dev'; epoch: number; done: number; total: number }
  | { type: 'epoch'; record: EpochRecord }
  | { type: 'saved'; step: number }

export interface TrainingControl {
  tell?: (news: TrainingNews) => void
  signal?: AbortSignal
  /** awaited between two steps: lets messages in; may throw `cancelled` */
  pause?: () => Promise<void>
  /** where the state is kept, and how often beside the ends of epochs; a file that is there is gone on from */
  checkpoint?: { path: string; every_s: number }
}

export interface TrainingOutcome {
  /** of the best epoch */
  weights: Weights
  fingerprint: string
  /** log p(class) of a generative model, else null */
  logPrior: number[] | null
  bestEpoch: number
  steps: number
  history: readonly EpochRecord[]
}

/**
 * Trains a model to its last epoch, or until patience runs out, and gives the weights of the best epoch. Cancelled, it saves its state first
 * where it has a checkpoint; the next call with the same task goes on from there.
 *
 * @throws AppError `cancelled`, `conflict`, `input-invalid`, `non-finite-value`, `out-of-memory`, `disk-full`,
 *         `permission-denied`
 */
export async function train(
  tensorflow: Tensorflow,
  task: TrainingTask,
  control: TrainingControl = {},
): Promise<TrainingOutcome> {
  const from = control.checkpoint === undefined ? null : await readCheckpoint(control.checkpoint.path)
  const trainer = new Trainer(tensorflow, task, from)
  const saver = saverOf(trainer, control)
  try {
    if (from !== null) control.tell?.({ type: 'resumed', step: from.state.step })
    while (!shouldStop(trainer.state.epoch - 1, trainer.state.best, task.options))
      await runEpoch(trainer, task, control, saver)
    return outcomeOf(trainer, task)
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'cancelled') await saver.save()
    throw thrown
  } finally {
    trainer.dispose()
  }
}

interface Saver {
  save(): Promise<void>
  saveIfDue(): Promise<void>
}

async function runEpoch(trainer: Trainer, task: TrainingTask, control: TrainingControl, saver: Saver): Promise<void> {
  while (!trainer.epochIsComplete) {
    await breathe(control)
    const figures = trainer.step()
    const { epoch, step } = trainer.state
    control.tell?.({ type: 'step', epoch, step, total: trainer.totalSteps, ...figures })
    await saver.saveIfDue()
  }
  const dev = await devFigures(trainer, task, control)
  const record = trainer.endEpoch(dev)
  control.tell?.({ type: 'epoch', record })
  await saver.save()
}

async function devFigures(
  trainer: Trainer,
  { spec, training, dev }: TrainingTask,
  control: TrainingControl,
): Promise<DevFigures | null> {
  if (dev === null || dev.rows === 0) return null
  const { epoch } = trainer.state
  const prior = spec.family === 'generative' ? logPriorOf(spec.prior, training.labels, spec.classes) : null
  const { scores } = await trainer.model.score(textsOf(dev), prior, async (done) => {
    control.tell?.({ type: 'dev', epoch, done, total: dev.rows })
    await breathe(control)
  })
  const { accuracy, nll } = classificationMetrics(predictionsOf(scores, spec.classes), dev.labels)
  return { accuracy, nll }
}

async function breathe({ pause, signal }: TrainingControl): Promise<void> {
  await pause?.()
  if (signal?.aborted) throw new AppError('cancelled', 'The training was cancelled.')
}

function saverOf(trainer: Trainer, { checkpoint, tell }: TrainingControl): Saver {
  let last = performance.now()
  const save = async (): Promise<void> => {
    if (checkpoint === undefined) return
    await writeCheckpoint(checkpoint.path, trainer.checkpoint())
    last = performance.now()
    tell?.({ type: 'saved', step: trainer.state.step })
  }
  const isDue = (): boolean => checkpoint !== undefined && performance.now() - last >= checkpoint.every_s * 1000
  return { save, saveIfDue: async () => (isDue() ? save() : undefined) }
}

function outcomeOf(trainer: Trainer, { spec, training }: TrainingTask): TrainingOutcome {
  const { best, step, history } = trainer.state
  const weights = trainer.best
  return {
    weights,
    fingerprint: weightsFingerprint(weights),
    logPrior: spec.family === 'generative' ? logPriorOf(spec.prior, training.labels, spec.classes) : null,
    bestEpoch: best.epoch,
    steps: step,
    history,
  }
}

function logPriorOf(prior: 'uniform' | 'trained', labels: ArrayLike<number>, classes: number): number[] {
  return prior === 'trained' ? trainedLogPrior(labels, classes) : new Array<number>(classes).fill(-Math.log(classes))
}
