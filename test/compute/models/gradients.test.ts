import { beforeAll, describe, expect, it } from 'vitest'
import type { TrainingBatch } from '../../../src/compute/models/network.ts'
import { openModel } from '../../../src/compute/models/openModel.ts'
import { inScope } from '../../../src/compute/models/ops.ts'
import type { Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import { logSumExp } from '../../../src/core/evaluation/logSumExp.ts'
import type { ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import type { FloatArray } from '../../../src/core/model/weights.ts'
import { stream, type RandomStream } from '../../../src/core/random/randomStream.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'
import { inFloat64, referenceScores, sampleLabels, sampleTexts, sampleWeights, smallSpecs } from './sampleModels.ts'

const step = 1e-5
const classWeights = [1, 2.5, 0.5]

let tensorflow: Tensorflow
beforeAll(() => {
  tensorflow = loadedTensorflow()
})

interface Found {
  loss: number
  gradients: Map<string, number[]>
}

function found(spec: ModelSpec, weights: Map<string, FloatArray>, batch: Partial<TrainingBatch> = {}): Found {
  const model = openModel(tensorflow, spec, weights)
  const whole = {
    texts: sampleTexts,
    labels: sampleLabels,
    weights: sampleLabels.map((y) => classWeights[y]!),
    dropout: null,
    group: 0,
    ...batch,
  }
  try {
    return inScope(model.ops, () => {
      const { byName, loss, weight } = model.network.gradients(whole)
      return {
        loss: loss / weight,
        gradients: new Map([...byName].map(([name, tensor]) => [name, [...tensor.dataSync()]])),
      }
    })
  } finally {
    model.dispose()
  }
}

/** The weighted mean loss by the float64 reference: over texts, or over the words of a language model. */
function referenceLoss(
  spec: ModelSpec,
  weights: Map<string, Float64Array>,
  texts: readonly number[][],
  labels: readonly number[],
): number {
  let sum = 0
  let total = 0
  texts.forEach((tokens, text) => {
    const label = labels[text]!
    const scores = referenceScores(spec, weights, tokens)
    const count = spec.family === 'discriminative' ? 1 : tokens.length + (spec.predictEnd ? 1 : 0)
    sum +=
      classWeights[label]! * (spec.family === 'discriminative' ? logSumExp(scores) - scores[label]! : -scores[label]!)
    total += classWeights[label]! * count
  })
  return sum / total
}

function numericGradient(weights: Map<string, Float64Array>, name: string, loss: () => number): number[] {
  const values = weights.get(name)!
  return Array.from(values, (value, k) => {
    values[k] = value + step
    const above = loss()
    values[k] = value - step
    const below = loss()
    values[k] = value
    return (above - below) / (2 * step)
  })
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length)
  const tolerance = 1e-5 * Math.max(1e-2, ...expected.map(Math.abs))
  found.forEach((value, k) => expect(Math.abs(value - expected[k]!)).toBeLessThanOrEqual(tolerance))
}

describe('the gradient of a whole model', () => {
  const shared = Object.entries(smallSpecs).filter(([name]) => name !== 'generative, independent')

  it.each(shared)('agrees with central differences of the float64 reference in every parameter: %s', (_name, spec) => {
    const weights = sampleWeights(spec)
    const exact = inFloat64(weights)
    const loss = (): number => referenceLoss(spec, exact, sampleTexts, sampleLabels)
    const { loss: foundLoss, gradients } = found(spec, weights)
    expect(foundLoss).toBeCloseTo(loss(), 5)
    expect([...gradients.keys()].sort()).toEqual([...weights.keys()].sort())
    for (const [name, gradient] of gradients) expectClose(gradient, numericGradient(exact, name, loss))
  })

  it("agrees for each class's own language model, and touches no other's parameters", () => {
    const spec = smallSpecs['generative, independent']!
    const weights = sampleWeights(spec)
    const exact = inFloat64(weights)
    for (const group of [0, 1, 2]) {
      const texts = sampleTexts.filter((_, text) => sampleLabels[text] === group)
      if (group === 2) texts.push([7, 4])
      const labels = texts.map(() => group)
      const loss = (): number => referenceLoss(spec, exact, texts, labels)
      const { gradients } = found(spec, weights, { texts, labels, weights: texts.map(() => 1), group })
      expect([...gradients.keys()].every((name) => name.startsWith(`class.${group}.`))).toBe(true)
      for (const [name, gradient] of gradients) expectClose(gradient, numericGradient(exact, name, loss))
    }
  })

  it('goes through dropout as through a head whose dropped columns are zero and whose others are divided by what is kept', () => {
    const spec = { ...smallSpecs['discriminative, mean']!, dropout: 0.5 } as ModelSpec
    const weights = sampleWeights(spec)
    const draw = (): RandomStream => stream(3, 'dropout', 1)
    const random = draw()
    const kept = Array.from({ length: spec.hidden }, () => (random.uint32() < 2 ** 31 ? 0 : 2))
    expect(new Set(kept)).toEqual(new Set([0, 2]))
    const exact = inFloat64(weights)
    const head = Float64Array.from(exact.get('head.kernel')!)
    const loss = (): number => {
      const dropped = head.map((value, k) => value * kept[k % spec.hidden]!)
      return referenceLoss(spec, new Map([...exact, ['head.kernel', dropped]]), [sampleTexts[0]!], [1])
    }
    const { gradients } = found(spec, weights, { texts: [sampleTexts[0]!], labels: [1], weights: [1], dropout: draw() })
    expectClose(gradients.get('lstm.kernel')!, numericGradient(exact, 'lstm.kernel', loss))
    const masked = numericGradient(new Map([['head.kernel', head]]), 'head.kernel', loss)
    expectClose(gradients.get('head.kernel')!, masked)
  })

  it.each(Object.entries(smallSpecs))('gets nothing from padding: %s', (_name, spec) => {
    const weights = sampleWeights(spec)
    const one = {
      texts: [sampleTexts[1]!, sampleTexts[1]!],
      labels: [1, 1],
      weights: [1, 1],
      group: spec.family === 'generative' && spec.head === 'independent' ? 1 : 0,
    }
    const padded = { ...one, texts: [sampleTexts[1]!, [7, 7, 7, 7, 7, 7, 7, 7]], weights: [1, 0] }
    const alone = found(spec, weights, one)
    // Beside a long text of weight zero the short one is padded by six steps. The row of PAD itself must not move.
    const beside = found(spec, weights, padded)
    for (const [name, gradient] of beside.gradients) expectClose(gradient, alone.gradients.get(name)!)
    const embedding = [...beside.gradients].find(([name]) => name.endsWith('embedding'))![1]
    expect(embedding.slice(0, spec.embedding)).toEqual(new Array(spec.embedding).fill(0))
  })
})
