import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { GenerativeSpec } from '../../shared/contract/modelRules.ts'
import { classPrefix } from '../../core/model/parameters.ts'
import { predictingBatch, type TextBatch } from '../../core/training/textBatch.ts'
import { GenerativeHead } from './generativeHead.ts'
import { lstmBackward, lstmForward, type LstmPass } from './lstmLayer.ts'
import type { Gradients, Network, TrainingBatch } from './network.ts'
import type { Ops } from './ops.ts'
import { predictWords } from './predictWords.ts'
import type { Variables } from './variables.ts'

/** A language model conditioned on the class, shared or one for each class; its hidden vectors, and the gradient of `-log p(text | class)`. */
export class GenerativeNetwork implements Network {
  readonly #ops: Ops
  readonly #spec: GenerativeSpec
  readonly #variables: Variables
  readonly #heads: readonly GenerativeHead[]

  constructor(ops: Ops, spec: GenerativeSpec, variables: Variables) {
    this.#ops = ops
    this.#spec = spec
    this.#variables = variables
    const groups = spec.head === 'independent' ? spec.classes : 1
    this.#heads = Array.from({ length: groups }, (_, group) => new GenerativeHead(ops, spec, variables, group))
  }

  /** @param group whose language model, 0 for the shared one */
  head(group: number): GenerativeHead {
    return this.#heads[group]!
  }

  /** The hidden vectors [N, H] at the real positions of a batch, text by text: what a text's words are predicted from. */
  hiddens(batch: TextBatch, group: number): Tensor {
    return this.#real(this.#read(batch, group), batch)
  }

  gradients({ texts, labels, weights, group }: TrainingBatch): Gradients {
    const ops = this.#ops
    const batch = predictingBatch(texts, this.#spec.predictEnd)
    const ofWords = Array.from(batch.owners, (text) => weights[text]!)
    const weight = ofWords.reduce((sum, value) => sum + value, 0)
    if (weight === 0) return { byName: new Map(), loss: 0, weight, right: null }

    const pass = this.#read(batch, group)
    const head = this.head(group)
    const input = ops.concat([this.#real(pass, batch), head.classColumns(batch, labels)], 1)
    const shares = ofWords.map((value) => value / weight)
    const { dHidden, dMatrix, logP } = predictWords(ops, input, head, batch.targets, shares)
    const places = ops.scatterSum(dHidden, ops.integers(batch.positions), batch.steps * batch.texts)
    const lstm = lstmBackward(ops, pass, ops.reshape(places, pass.hiddens.shape), this.#spec.words)
    const named: [string, Tensor][] = [
      ['embedding', lstm.embedding],
      ['lstm.kernel', lstm.kernel],
      ['lstm.bias', lstm.bias],
      ...head.gradients(dMatrix),
    ]
    return {
      byName: new Map(named.map(([name, tensor]) => [this.#prefix(group) + name, tensor])),
      loss: -ofWords.reduce((sum, value, k) => sum + value * logP[k]!, 0),
      weight,
      right: null,
    }
  }

  #read(batch: TextBatch, group: number): LstmPass {
    const read = this.#ops.integers(batch.read, [batch.steps, batch.texts])
    return lstmForward(this.#ops, this.#variables, read, this.#prefix(group))
  }

  #real({ hiddens }: LstmPass, { positions, steps, texts }: TextBatch): Tensor {
    const rows = this.#ops.reshape(hiddens, [steps * texts, this.#spec.hidden])
    return this.#ops.gather(rows, this.#ops.integers(positions))
  }

  #prefix(group: number): string {
    return this.#spec.head === 'independent' ? classPrefix(group) : ''
  }
}
