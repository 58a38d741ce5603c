import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { offsetRange } from '../../core/evaluation/factoredScores.ts'
import type { GenerativeSpec } from '../../shared/contract/modelRules.ts'
import { predictingBatch, type TextBatch } from '../../core/training/textBatch.ts'
import type { GenerativeNetwork } from '../models/generativeNetwork.ts'
import { inScope, type Ops } from '../models/ops.ts'
import { lengthBatches, type AfterBatch, type TextScores } from './textScores.ts'
import { directWordScores, factoredWordScores, type ClassOffsets } from './wordScores.ts'

/** Per text of a batch: [B, classes] of what depends on the class, and [B] of what does not. */
interface BatchScores {
  relative: Float64Array
  common: Float64Array
  guarded: number
}

/**
 * Scores of texts under every class by a generative model, `log p(class) + log p(text | class)` up to what all classes share: the shared
 * family by factors, independent language models one after the other. Sums are float64.
 *
 * @param logPrior [classes]
 */
export async function scoreGenerative(
  ops: Ops,
  network: GenerativeNetwork,
  spec: GenerativeSpec,
  texts: readonly ArrayLike<number>[],
  logPrior: readonly number[],
  afterBatch: AfterBatch,
  batch = 64,
): Promise<TextScores> {
  const { classes } = spec
  const scores = new Float64Array(texts.length * classes)
  const logLikelihoods = new Float64Array(texts.length * classes)
  const scorer = spec.head === 'shared' ? sharedScorer(ops, network) : independentScorer(ops, network, classes)
  let guarded = 0
  let done = 0
  try {
    for (const rows of lengthBatches(
      texts.map(({ length }) => length),
      batch,
    )) {
      const found = inScope(ops, () =>
        scorer.score(
          predictingBatch(
            Array.from(rows, (row) => texts[row]!),
            spec.predictEnd,
          ),
        ),
      )
      rows.forEach((row, k) => {
        for (let y = 0; y < classes; y += 1) {
          const relative = found.relative[k * classes + y]!
          scores[row * classes + y] = relative + logPrior[y]!
          logLikelihoods[row * classes + y] = relative + found.common[k]!
        }
      })
      guarded += found.guarded
      done += rows.length
      await afterBatch(done)
    }
  } finally {
    scorer.dispose()
  }
  return { classes, scores, logLikelihoods, guarded, offsetRange: scorer.offsetRange }
}

interface Scorer {
  score(batch: TextBatch): BatchScores
  offsetRange: number | null
  dispose(): void
}

function sharedScorer(ops: Ops, network: GenerativeNetwork): Scorer {
  const offsets = keepOffsets(ops, network)
  const head = headWithBias(ops, network, 0)
  return {
    offsetRange: offsetRange(offsets.rows),
    score(batch) {
      const words = factoredWordScores(ops, network.hiddens(batch, 0), head, offsets, batch.targets)
      const classes = offsets.rows.length
      const sums = {
        relative: new Float64Array(batch.texts * classes),
        common: new Float64Array(batch.texts),
        guarded: words.guarded,
      }
      batch.owners.forEach((text, n) => {
        sums.common[text]! += words.common[n]!
        for (let y = 0; y < classes; y += 1) sums.relative[text * classes + y]! += words.relative[n * classes + y]!
      })
      return sums
    },
    dispose: () => ops.tensorflow.tf.dispose([offsets.exponentials, head]),
  }
}

function independentScorer(ops: Ops, network: GenerativeNetwork, classes: number): Scorer {
  const heads = Array.from({ length: classes }, (_, y) => headWithBias(ops, network, y))
  return {
    offsetRange: null,
    score(batch) {
      const sums = {
        relative: new Float64Array(batch.texts * classes),
        common: new Float64Array(batch.texts),
        guarded: 0,
      }
      heads.forEach((head, y) => {
        const words = inScope(ops, () => directWordScores(ops, network.hiddens(batch, y), head, batch.targets))
        batch.owners.forEach((text, n) => (sums.relative[text * classes + y]! += words[n]!))
      })
      return sums
    },
    dispose: () => ops.tensorflow.tf.dispose(heads),
  }
}

function keepOffsets(ops: Ops, network: GenerativeNetwork): ClassOffsets {
  const { tf } = ops.tensorflow
  return inScope(ops, () => {
    const offsets = network.head(0).classOffsets()
    const [classes, words] = offsets.shape as [number, number]
    const peak = ops.max(offsets, 1)
    const values = offsets.dataSync<'float32'>()
    return {
      rows: Array.from({ length: classes }, (_, y) => values.slice(y * words, (y + 1) * words) as Float32Array),
      peaks: Float64Array.from(peak.dataSync()),
      exponentials: tf.keep(ops.float('Exp', ops.float('Sub', offsets, peak))),
    }
  })
}

/** `[U_h, b]`, [V, H + 1] */
function headWithBias(ops: Ops, network: GenerativeNetwork, group: number): Tensor {
  return inScope(ops, () => ops.tensorflow.tf.keep(network.head(group).withBias()))
}
