import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { inScope, Ops } from '../../../src/compute/models/ops.ts'
import { Variables } from '../../../src/compute/models/variables.ts'
import { Adam } from '../../../src/compute/training/adam.ts'
import { gradientNorm } from '../../../src/compute/training/gradientNorm.ts'
import type { Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'

const golden = JSON.parse(readFileSync(new URL('../../golden/training_adam.json', import.meta.url), 'utf8'))

interface Path {
  kind: 'adam' | 'adamw'
  weightDecay: number
  clip: number | null
  epsilon: number
  start: number[]
  gradients: number[][]
  values: number[][]
}

let tensorflow: Tensorflow
let ops: Ops
beforeAll(() => {
  tensorflow = loadedTensorflow()
  ops = new Ops(tensorflow)
})

describe('Adam', () => {
  it.each(golden.paths as Path[])(
    "takes PyTorch's path: $kind, decay $weightDecay, clip $clip, epsilon $epsilon",
    (path) => {
      const { learningRate, beta1, beta2 } = golden
      const weights = new Map([['w', { shape: [path.start.length], data: Float32Array.from(path.start) }]])
      const variables = new Variables(ops, weights)
      const options = {
        name: path.kind,
        learningRate,
        beta1,
        beta2,
        epsilon: path.epsilon,
        weightDecay: path.weightDecay,
      }
      const adam = new Adam(ops, options, variables, weights)
      path.gradients.forEach((gradient, k) => {
        inScope(ops, () => {
          const byName = new Map([['w', ops.floats(gradient, [gradient.length])]])
          const norm = gradientNorm(ops, byName)
          adam.step(byName, path.clip !== null && norm > path.clip ? path.clip / norm : 1, learningRate, k + 1)
        })
        const found = variables.get('w').read().data
        path.values[k]!.forEach((value, place) => expect(Math.abs(found[place]! - value)).toBeLessThan(3e-6))
      })
      adam.dispose()
      variables.dispose()
    },
  )

  it("leaves the caller's own arrays and what was read before as they were", () => {
    const data = Float32Array.of(1, 2, 3, 4)
    const weights = new Map([['w', { shape: [4], data }]])
    const variables = new Variables(ops, weights)
    const read = variables.get('w').read().data
    const adam = new Adam(
      ops,
      { name: 'adam', learningRate: 1, beta1: 0.9, beta2: 0.9, epsilon: 1e-8, weightDecay: 0 },
      variables,
      weights,
    )
    inScope(ops, () => adam.step(new Map([['w', ops.floats([1, 1, 1, 1], [4])]]), 1, 0.5, 1))
    expect([...data]).toEqual([1, 2, 3, 4])
    expect([...read]).toEqual([1, 2, 3, 4])
    expect(variables.get('w').read().data[0]).toBeCloseTo(0.5, 5)
    adam.dispose()
    variables.dispose()
  })
})

describe('gradientNorm', () => {
  it('is the norm over all gradients together: 3, 4 and 12 give 13', () => {
    inScope(ops, () => {
      const gradients = new Map([
        ['a', ops.floats([3, 4], [2])],
        ['b', ops.floats([12], [1, 1])],
      ])
      expect(gradientNorm(ops, gradients)).toBeCloseTo(13, 5)
    })
  })

  it('says that a training has diverged', () => {
    inScope(ops, () => {
      const gradients = new Map([['a', ops.floats([NaN], [1])]])
      expect(() => gradientNorm(ops, gradients)).toThrowError(expect.objectContaining({ code: 'non-finite-value' }))
    })
  })
})
