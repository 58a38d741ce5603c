import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import type { Site } from '../../shared/contract/quantizationRules.ts'
import type { TextBatch } from '../../core/training/textBatch.ts'
import { lstmForward, type LstmPass } from '../models/lstmLayer.ts'
import type { Ops } from '../models/ops.ts'
import type { Variables } from '../models/variables.ts'

const gateSites: readonly Site[] = ['gate-i', 'gate-f', 'gate-g', 'gate-o']

export interface FloatSites {
  /** by site, [N, width] at the real steps, text by text; those of the head are not among them */
  values: [Site, Tensor][]
  /** [N, hidden], what `hidden` has */
  hiddens: Tensor
  pass: LstmPass
}

/**
 * What each site of the LSTM has on the float trajectory at a batch's real steps. `hidden` and `cell` are what a step gives, the first step's and
 * the last one's included: that is where they are quantized. The zero state before the first step is no value of a site.
 *
 * The fused operation keeps all sites but the pre-activations; these are a product of the same vectors.
 *
 * @param prefix before the names of the parameters
 */
export function floatSites(
  ops: Ops,
  variables: Variables,
  { embedding, hidden }: ModelSpec,
  batch: TextBatch,
  prefix: string,
): FloatSites {
  const { steps, texts } = batch
  const pass = lstmForward(ops, variables, ops.integers(batch.read, [steps, texts]), prefix)
  const { x, kernel, bias, outputs } = pass.saved
  const [i, cell, f, o, tanhG, tanhC, h] = outputs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
  const positions = ops.integers(batch.positions)
  const real = (all: Tensor, width: number): Tensor => ops.gather(ops.reshape(all, [steps * texts, width]), positions)
  const input = real(x, embedding)
  const hiddens = real(h, hidden)
  const read = ops.concat([input, real(before(ops, h), hidden)], 1)
  const gates = ops.float('AddV2', ops.matMul(read, kernel), bias)
  const ofGates = gateSites.map((site, k): [Site, Tensor] => [
    site,
    ops.slice(gates, [0, k * hidden], [positions.shape[0]!, hidden]),
  ])
  const values: [Site, Tensor][] = [
    ['input', input],
    ['hidden', hiddens],
    ...ofGates,
    ['sigmoid-i', real(i, hidden)],
    ['sigmoid-f', real(f, hidden)],
    ['sigmoid-o', real(o, hidden)],
    ['tanh-g', real(tanhG, hidden)],
    ['tanh-c', real(tanhC, hidden)],
    ['cell', real(cell, hidden)],
  ]
  return { values, hiddens, pass }
}

/** [T, B, H], the hidden vectors that each step begins with. */
function before(ops: Ops, hiddens: Tensor): Tensor {
  const [steps, texts, width] = hiddens.shape as [number, number, number]
  const zero = ops.floats(new Float32Array(texts * width), [1, texts, width])
  return ops.concat([zero, ops.slice(hiddens, [0, 0, 0], [steps - 1, texts, width])], 0)
}
