import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { RandomStream } from '../../core/random/randomStream.ts'

/** One step's texts with what belongs to each. */
export interface TrainingBatch {
  texts: readonly ArrayLike<number>[]
  labels: readonly number[]
  /** how much each text (of a language model: each of its words) counts in the loss */
  weights: readonly number[]
  /** where dropout draws from; null: nothing is dropped */
  dropout: RandomStream | null
  /** which group of parameters learns */
  group: number
}

/**
 * The gradient of the weighted mean loss `sum weight * loss / sum weight`, by parameter; the tensors belong to the scope in which
 * they were made. A discriminative model's mean is over texts, a language model's over words.
 */
export interface Gradients {
  byName: Map<string, Tensor>
  /** `sum weight * loss`, nats */
  loss: number
  /** `sum weight` */
  weight: number
  /** texts that were classified rightly with dropout on; null where that is not known */
  right: number | null
}

export interface Network {
  gradients(batch: TrainingBatch): Gradients
}
