import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { assertWeights, type Weights } from '../../core/model/weights.ts'
import { floatGenerative } from '../evaluation/floatGenerative.ts'
import { scoreDiscriminative } from '../evaluation/scoreDiscriminative.ts'
import { scoreGenerative } from '../evaluation/scoreGenerative.ts'
import { uniformPrior, type AfterBatch, type TextScores } from '../evaluation/textScores.ts'
import type { Tensorflow } from '../tensorflow/load.ts'
import { DiscriminativeNetwork } from './discriminativeNetwork.ts'
import { GenerativeNetwork } from './generativeNetwork.ts'
import type { Network } from './network.ts'
import { Ops } from './ops.ts'
import { Variables } from './variables.ts'

/** A model whose weights are in the native library, ready to learn and to score; to be disposed by its owner. */
export interface OpenModel {
  ops: Ops
  spec: ModelSpec
  variables: Variables
  network: Network
  /**
   * Scores of texts, in their order.
   *
   * @param texts    word ids
   * @param logPrior [classes] of a generative model; null: uniform
   */
  score(
    texts: readonly ArrayLike<number>[],
    logPrior: readonly number[] | null,
    afterBatch: AfterBatch,
  ): Promise<TextScores>
  dispose(): void
}

/** @throws AppError as `assertWeights` does */
export function openModel(tensorflow: Tensorflow, spec: ModelSpec, weights: Weights): OpenModel {
  assertWeights(spec, weights)
  const ops = new Ops(tensorflow)
  const variables = new Variables(ops, weights)
  const common = { ops, spec, variables, dispose: () => variables.dispose() }
  if (spec.family === 'discriminative') {
    const network = new DiscriminativeNetwork(ops, spec, variables)
    const scorer = { classes: spec.classes, logits: network.logits.bind(network) }
    return { ...common, network, score: (texts, _prior, after) => scoreDiscriminative(ops, scorer, texts, after) }
  }
  const network = new GenerativeNetwork(ops, spec, variables)
  return {
    ...common,
    network,
    async score(texts, prior, after) {
      const scorer = floatGenerative(ops, network, spec)
      try {
        return await scoreGenerative(ops, scorer, texts, prior ?? uniformPrior(spec.classes), after)
      } finally {
        scorer.dispose()
      }
    },
  }
}
