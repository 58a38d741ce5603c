import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { offsetRange } from '../../core/evaluation/factoredScores.ts'
import type { GenerativeSpec } from '../../shared/contract/modelRules.ts'
import { predictingBatch } from '../../core/training/textBatch.ts'
import type { GenerativeNetwork } from '../models/generativeNetwork.ts'
import { inScope, type Ops } from '../models/ops.ts'
import { directTexts, factoredTexts, type GenerativeScorer } from './scoreGenerative.ts'
import { classOffsets, type Logits } from './wordScores.ts'

/** Float weights as a scorer: the shared family by factors, independent language models one after the other. */
export function floatGenerative(ops: Ops, network: GenerativeNetwork, spec: GenerativeSpec): GenerativeScorer {
  return spec.head === 'shared' ? sharedScorer(ops, network, spec) : independentScorer(ops, network, spec)
}

function sharedScorer(ops: Ops, network: GenerativeNetwork, { classes, predictEnd }: GenerativeSpec): GenerativeScorer {
  const rows = inScope(ops, () => offsetRows(network.head(0).classOffsets()))
  const offsets = classOffsets(ops, rows)
  const head = headWithBias(ops, network, 0)
  return {
    classes,
    offsetRange: offsetRange(rows),
    score(texts) {
      const batch = predictingBatch(texts, predictEnd)
      return factoredTexts(ops, logitsOf(ops, network.hiddens(batch, 0), head), offsets, batch)
    },
    dispose: () => ops.tensorflow.tf.dispose([offsets.exponentials, head]),
  }
}

function independentScorer(
  ops: Ops,
  network: GenerativeNetwork,
  { classes, predictEnd }: GenerativeSpec,
): GenerativeScorer {
  const heads = Array.from({ length: classes }, (_, y) => headWithBias(ops, network, y))
  return {
    classes,
    offsetRange: null,
    score(texts) {
      const predicted = predictingBatch(texts, predictEnd)
      const readers = heads.map((head, y) => () => ({
        logits: logitsOf(ops, network.hiddens(predicted, y), head),
        predicted,
      }))
      return directTexts(ops, readers, texts.length)
    },
    dispose: () => ops.tensorflow.tf.dispose(heads),
  }
}

/** @param head `[U_h, b]` as columns, [H + 1, V] */
function logitsOf(ops: Ops, hiddens: Tensor, head: Tensor): Logits {
  const width = hiddens.shape[1]!
  return (at, count) => {
    const ones = ops.floats(new Float32Array(count).fill(1), [count, 1])
    return ops.matMul(ops.concat([ops.slice(hiddens, [at, 0], [count, width]), ones], 1), head)
  }
}

/** `c_y` of each class, from [classes, words]. */
function offsetRows(offsets: Tensor): Float32Array[] {
  const [classes, words] = offsets.shape as [number, number]
  const values = offsets.dataSync<'float32'>()
  return Array.from({ length: classes }, (_, y) => values.slice(y * words, (y + 1) * words) as Float32Array)
}

/** `[U_h, b]` as columns, which the library multiplies faster than rows. */
function headWithBias(ops: Ops, network: GenerativeNetwork, group: number): Tensor {
  return inScope(ops, () => ops.tensorflow.tf.keep(ops.transpose(network.head(group).withBias())))
}
