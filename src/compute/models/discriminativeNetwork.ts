import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { DiscriminativeSpec } from '../../shared/contract/modelRules.ts'
import { readingBatch, type TextBatch } from '../../core/training/textBatch.ts'
import { lstmBackward, lstmForward, type LstmPass } from './lstmLayer.ts'
import type { Gradients, Network, TrainingBatch } from './network.ts'
import type { Ops } from './ops.ts'
import type { Variables } from './variables.ts'

/** Embedding, LSTM, mean or last hidden vector, dropout, one row a class. */
export class DiscriminativeNetwork implements Network {
  readonly #ops: Ops
  readonly #spec: DiscriminativeSpec
  readonly #variables: Variables

  constructor(ops: Ops, spec: DiscriminativeSpec, variables: Variables) {
    this.#ops = ops
    this.#spec = spec
    this.#variables = variables
  }

  /** [texts, classes] row-major */
  logits(texts: readonly ArrayLike<number>[]): Float32Array {
    const ops = this.#ops
    const batch = readingBatch(texts)
    const pass = lstmForward(ops, this.#variables, ops.integers(batch.read, [batch.steps, batch.texts]))
    return this.classify(pass, batch).logits.dataSync<'float32'>() as Float32Array
  }

  /** The vector of each text [B, H] and its logits [B, K], without dropout. */
  classify({ hiddens }: LstmPass, batch: TextBatch): { pooled: Tensor; logits: Tensor } {
    const pooled = this.#pool(hiddens, this.#poolWeights(batch))
    return { pooled, logits: this.#head(pooled) }
  }

  gradients({ texts, labels, weights, dropout }: TrainingBatch): Gradients {
    const ops = this.#ops
    const batch = readingBatch(texts)
    const pass = lstmForward(ops, this.#variables, ops.integers(batch.read, [batch.steps, batch.texts]))
    const poolWeights = this.#poolWeights(batch)
    const kept = this.#kept(dropout, batch.texts)
    const pooled = this.#pool(pass.hiddens, poolWeights)
    const dropped = kept === null ? pooled : ops.float('Mul', pooled, kept)
    const logits = this.#head(dropped)
    const types = [ops.type('T', 'float'), ops.type('Tlabels', 'int32')]
    const [losses, backprop] = ops.run('SparseSoftmaxCrossEntropyWithLogits', types, [logits, ops.integers(labels)], 2)

    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const shares = ops.floats(
      weights.map((weight) => weight / total),
      [batch.texts, 1],
    )
    const dLogits = ops.float('Mul', backprop!, shares)
    const dDropped = ops.matMul(dLogits, this.#variables.get('head.kernel').value())
    const dPooled = kept === null ? dDropped : ops.float('Mul', dDropped, kept)
    const lstm = lstmBackward(ops, pass, ops.float('Mul', dPooled, poolWeights), this.#spec.words)
    return {
      byName: new Map([
        ['embedding', lstm.embedding],
        ['lstm.kernel', lstm.kernel],
        ['lstm.bias', lstm.bias],
        ['head.kernel', ops.matMul(dLogits, dropped, { a: true })],
        ['head.bias', ops.sum(dLogits, 0)],
      ]),
      loss: weightedSum(losses!.dataSync<'float32'>(), weights),
      weight: total,
      right: countRight(logits.dataSync<'float32'>(), labels),
    }
  }

  /** [T, B, 1], how much each hidden vector counts in its text's vector; zero at padding. */
  #poolWeights({ steps, texts, lengths }: TextBatch): Tensor {
    const weights = new Float32Array(steps * texts)
    lengths.forEach((length, text) => {
      if (this.#spec.pooling === 'last' && length > 0) weights[(length - 1) * texts + text] = 1
      else for (let t = 0; t < length; t += 1) weights[t * texts + text] = 1 / length
    })
    return this.#ops.floats(weights, [steps, texts, 1])
  }

  /** [B, H] */
  #pool(hiddens: Tensor, weights: Tensor): Tensor {
    return this.#ops.sum(this.#ops.float('Mul', hiddens, weights), 0)
  }

  /** [B, K] */
  #head(pooled: Tensor): Tensor {
    const kernel = this.#variables.get('head.kernel').value()
    return this.#ops.float(
      'AddV2',
      this.#ops.matMul(pooled, kernel, { b: true }),
      this.#variables.get('head.bias').value(),
    )
  }

  /** [B, H], what dropout multiplies with: zero or `1 / (1 - share)`; null where nothing is dropped. */
  #kept(dropout: TrainingBatch['dropout'], texts: number): Tensor | null {
    const { dropout: share, hidden } = this.#spec
    if (share === 0 || dropout === null) return null
    const limit = share * 0x1_0000_0000
    const factors = Float32Array.from({ length: texts * hidden }, () =>
      dropout.uint32() < limit ? 0 : 1 / (1 - share),
    )
    return this.#ops.floats(factors, [texts, hidden])
  }
}

function weightedSum(losses: ArrayLike<number>, weights: readonly number[]): number {
  return weights.reduce((sum, weight, text) => sum + weight * losses[text]!, 0)
}

function countRight(logits: ArrayLike<number>, labels: readonly number[]): number {
  const classes = logits.length / labels.length
  return labels.filter((label, text) => {
    for (let k = 0; k < classes; k += 1) {
      const better =
        k < label
          ? logits[text * classes + k]! >= logits[text * classes + label]!
          : logits[text * classes + k]! > logits[text * classes + label]!
      if (better) return false
    }
    return true
  }).length
}
