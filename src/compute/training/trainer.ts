import { performance } from 'node:perf_hooks'
import { initialWeights } from '../../core/model/initialWeights.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { assertWeights, type Weights } from '../../core/model/weights.ts'
import type { Checkpoint, ProgressState } from '../../core/training/checkpoint.ts'
import type { EpochRecord } from '../../shared/contract/trainingRules.ts'
import { isBetter, type DevFigures } from '../../core/training/earlyStopping.ts'
import { learningRate } from '../../core/training/learningRate.ts'
import { AppError } from '../../shared/errors.ts'
import type { TrainingBatch } from '../models/network.ts'
import { inScope } from '../models/ops.ts'
import { openModel, type OpenModel } from '../models/openModel.ts'
import type { Tensorflow } from '../tensorflow/load.ts'
import { Adam } from './adam.ts'
import { BatchSource } from './batchSource.ts'
import { gradientNorm } from './gradientNorm.ts'
import { assertMemory } from './trainingMemory.ts'
import { assertTask, taskFingerprint, type TrainingTask } from './trainingTask.ts'

/** What one step came to. */
export interface StepFigures {
  /** weighted mean of this step, nats */
  loss: number
  /** share of this step's texts that were classified rightly, dropout on; null for a generative model */
  accuracy: number | null
  /** norm before clipping; null where nothing is clipped */
  norm: number | null
  duration_s: number
}

/**
 * A training as an object that is moved on step by step; who moves it decides when to save, to tell and to stop. Its state between two
 * steps is complete in `checkpoint()`: a trainer made from that goes on to the same weights, bit for bit, as one that never stopped.
 */
export class Trainer {
  readonly model: OpenModel
  readonly totalSteps: number
  readonly #task: TrainingTask
  readonly #fingerprint: string
  readonly #adam: Adam
  readonly #batches: BatchSource
  #state: ProgressState
  #best: Weights

  /**
   * @param from where to go on; null: from the beginning
   * @throws AppError `input-invalid`, `out-of-memory`, `conflict` where the checkpoint is of another task
   */
  constructor(tensorflow: Tensorflow, task: TrainingTask, from: Checkpoint | null) {
    assertTask(task)
    const { spec, options } = task
    this.#task = task
    this.#fingerprint = taskFingerprint(task)
    if (from !== null) assertFits(from, this.#fingerprint, spec)
    this.#batches = new BatchSource(task)
    assertMemory(spec, options.batch, this.#batches.longest)
    this.totalSteps = options.epochs * this.#batches.stepsAnEpoch
    const weights = from?.weights ?? initialWeights(spec, options.seed)
    this.model = openModel(tensorflow, spec, weights)
    this.#adam = new Adam(this.model.ops, options.optimizer, this.model.variables, weights)
    if (from !== null) {
      this.#adam.m.assign(from.m)
      this.#adam.v.assign(from.v)
    }
    const groups = spec.family === 'generative' && spec.head === 'independent' ? spec.classes : 1
    this.#state = from?.state ?? firstState(groups)
    this.#best = from?.best ?? new Map()
  }

  /** As it is now; its objects are not to be changed. */
  get state(): Readonly<ProgressState> {
    return this.#state
  }

  /** Weights of the best epoch so far; those of now before the first epoch's end. */
  get best(): Weights {
    return this.#best.size > 0 ? this.#best : this.model.variables.read()
  }

  /** Whether all batches of the epoch under way are done and `endEpoch` is due. */
  get epochIsComplete(): boolean {
    return this.#state.batch >= this.#batches.stepsAnEpoch
  }

  /** Learns from the next batch. Throws AppError `non-finite-value` where the training has diverged. */
  step(): StepFigures {
    const start = performance.now()
    const batch = this.#batches.next(this.#state)
    const state = this.#state
    const step = state.step + 1
    const groupSteps = state.groupSteps.map((count, group) => (group === batch.group ? count + 1 : count))
    const figures = inScope(this.model.ops, () => this.#learn(batch, step, groupSteps[batch.group]!))
    const { running } = state
    this.#state = {
      ...state,
      batch: state.batch + 1,
      step,
      groupSteps,
      running: {
        loss: running.loss + figures.loss,
        weight: running.weight + figures.weight,
        right: running.right + (figures.right ?? 0),
        texts: running.texts + batch.texts.length,
        clipped: running.clipped + (figures.scale < 1 ? 1 : 0),
      },
    }
    const loss = figures.weight === 0 ? 0 : figures.loss / figures.weight
    const accuracy = figures.right === null ? null : figures.right / batch.texts.length
    return { loss, accuracy, norm: figures.norm, duration_s: (performance.now() - start) / 1000 }
  }

  /** Closes the epoch with what it came to on the dev split; the weights are kept where it is the best so far. */
  endEpoch(dev: DevFigures | null): EpochRecord {
    const { epoch, running, best, history } = this.#state
    const { spec, options } = this.#task
    const record: EpochRecord = {
      epoch,
      loss: running.weight === 0 ? 0 : running.loss / running.weight,
      accuracy: spec.family === 'discriminative' ? running.right / running.texts : null,
      dev,
      clipped: running.clipped,
    }
    const better = dev === null || isBetter(dev, best.dev, options.chooseBy)
    if (better) this.#best = this.model.variables.read()
    this.#state = {
      ...this.#state,
      epoch: epoch + 1,
      batch: 0,
      running: { loss: 0, weight: 0, right: 0, texts: 0, clipped: 0 },
      best: better ? { epoch, dev } : best,
      history: [...history, record],
    }
    return record
  }

  checkpoint(): Checkpoint {
    return {
      task: this.#fingerprint,
      state: this.#state,
      weights: this.model.variables.read(),
      m: this.#adam.m.read(),
      v: this.#adam.v.read(),
      best: this.#best,
    }
  }

  dispose(): void {
    this.#adam.dispose()
    this.model.dispose()
  }

  #learn(batch: TrainingBatch, step: number, groupStep: number) {
    const { optimizer, schedule, clip } = this.#task.options
    const { byName, loss, weight, right } = this.model.network.gradients(batch)
    // Words or texts that all have weight zero teach nothing; a mean over them would be 0 / 0.
    if (weight === 0) return { loss: 0, weight: 0, right, norm: null, scale: 1 }
    if (!Number.isFinite(loss))
      throw new AppError('non-finite-value', 'The loss is not finite any more: the training has diverged.')
    const norm = clip === null ? null : gradientNorm(this.model.ops, byName)
    const scale = clip === null || norm === null || norm <= clip ? 1 : clip / norm
    this.#adam.step(byName, scale, learningRate(schedule, optimizer.learningRate, step, this.totalSteps), groupStep)
    return { loss, weight, right, norm, scale }
  }
}

function firstState(groups: number): ProgressState {
  return {
    epoch: 1,
    batch: 0,
    step: 0,
    groupSteps: new Array<number>(groups).fill(0),
    running: { loss: 0, weight: 0, right: 0, texts: 0, clipped: 0 },
    best: { epoch: 0, dev: null },
    history: [],
  }
}

function assertFits(from: Checkpoint, fingerprint: string, spec: ModelSpec): void {
  if (from.task !== fingerprint) {
    throw new AppError('conflict', 'The checkpoint belongs to another training.', {
      expected: 'the same model, settings and texts',
      found: `${from.task.slice(0, 19)}… instead of ${fingerprint.slice(0, 19)}…`,
      hint: 'Remove the checkpoint, or start with the settings that it was made with.',
    })
  }
  for (const part of [from.weights, from.m, from.v]) assertWeights(spec, part)
  if (from.best.size > 0) assertWeights(spec, from.best)
}
