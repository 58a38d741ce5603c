import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { openModel } from '../../../src/compute/models/openModel.ts'
import type { Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import { importWeights, type ImportOptions } from '../../../src/core/model/importWeights.ts'
import { decodeSafetensors } from '../../../src/core/model/safetensors.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'

const golden = (name: string): Buffer => readFileSync(new URL(`../../golden/${name}`, import.meta.url))
const torch = JSON.parse(golden('model_torch.json').toString())
const keras = JSON.parse(golden('model_keras.json').toString())

let tensorflow: Tensorflow
beforeAll(() => {
  tensorflow = loadedTensorflow()
})

async function scores(file: string, options: ImportOptions, texts: number[][]) {
  const { spec, weights } = importWeights(decodeSafetensors(golden(file)).tensors, options)
  const model = openModel(tensorflow, spec, weights)
  try {
    return await model.score(texts, null, async () => {})
  } finally {
    model.dispose()
  }
}

/** numerics.md, tolerance class: 1e-5 of the largest logit. */
function expectWithin(found: ArrayLike<number>, expected: number[]): void {
  const largest = Math.max(...expected.map(Math.abs))
  expected.forEach((value, k) => expect(Math.abs(found[k]! - value)).toBeLessThan(1e-5 * largest))
}

describe('an imported model in TensorFlow', () => {
  it("gives PyTorch's logits", async () => {
    const options: ImportOptions = { layout: 'pytorch', family: 'discriminative' }
    const found = await scores('model_torch_discriminative.safetensors', options, torch.texts)
    expectWithin(found.scores, torch.logits.flat())
  })

  it("gives PyTorch's likelihoods under every class", async () => {
    const options: ImportOptions = { layout: 'pytorch', family: 'generative' }
    const found = await scores('model_torch_generative.safetensors', options, torch.texts)
    expectWithin(found.logLikelihoods!, torch.logLikelihoods.flat())
  })

  it("gives Keras' logits", async () => {
    const found = await scores('model_keras.safetensors', { layout: 'keras', family: 'discriminative' }, keras.texts)
    expectWithin(found.scores, keras.logits.flat())
  })
})
