import { stream } from '../../core/random/randomStream.ts'
import { planBatches, stepsAnEpoch, type PlannedBatch } from '../../core/training/batchPlan.ts'
import { classWeights } from '../../core/training/classWeights.ts'
import type { ProgressState } from '../../core/training/checkpoint.ts'
import type { TrainingBatch } from '../models/network.ts'
import { textAt, type TrainingTask } from './trainingTask.ts'

/** The batches of a training, each a function of task, epoch and place alone, so that any of them can be had again. */
export class BatchSource {
  readonly stepsAnEpoch: number
  /** words of the longest text */
  readonly longest: number
  readonly #task: TrainingTask
  readonly #groups: ArrayLike<number> | null
  readonly #lengths: Uint32Array
  readonly #classWeights: Float64Array | null
  #plan: { epoch: number; batches: PlannedBatch[] } | null = null

  /** @throws AppError `input-invalid` for class weights that do not fit */
  constructor(task: TrainingTask) {
    const { spec, options, training } = task
    this.#task = task
    this.#groups = spec.family === 'generative' && spec.head === 'independent' ? training.labels : null
    this.#lengths = training.offsets.subarray(1).map((end, row) => end - training.offsets[row]!)
    this.longest = this.#lengths.reduce((most, length) => Math.max(most, length), 0)
    this.#classWeights = classWeights(options.classWeights, training.labels, spec.classes)
    this.stepsAnEpoch = stepsAnEpoch(training.rows, this.#groups, options.batch)
  }

  /** The next batch of a training that stands there. */
  next({ epoch, batch, step }: Readonly<ProgressState>): TrainingBatch {
    const { training, options } = this.#task
    const planned = this.#batches(epoch)[batch]
    if (planned === undefined) throw new Error('a step past the end of an epoch')
    const labels = Array.from(planned.rows, (row) => training.labels[row]!)
    return {
      texts: Array.from(planned.rows, (row) => this.#text(row, epoch)),
      labels,
      weights: labels.map((label) => this.#classWeights?.[label] ?? 1),
      dropout: stream(options.seed, 'dropout', step + 1),
      group: planned.group,
    }
  }

  #text(row: number, epoch: number): ArrayLike<number> {
    const { options, training, noisyText } = this.#task
    if (options.noise === null) return textAt(training, row)
    const isNoisy = stream(options.seed, 'noisy-texts', epoch).uniformAt(row) < options.noise.share
    return isNoisy ? noisyText!(row, epoch) : textAt(training, row)
  }

  #batches(epoch: number): PlannedBatch[] {
    const { options } = this.#task
    if (this.#plan?.epoch !== epoch) {
      this.#plan = { epoch, batches: planBatches(this.#lengths, this.#groups, options.batch, options.seed, epoch) }
    }
    return this.#plan.batches
  }
}
