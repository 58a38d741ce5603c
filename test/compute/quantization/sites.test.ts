import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Ops, inScope } from '../../../src/compute/models/ops.ts'
import { Kept } from '../../../src/compute/quantization/kept.ts'
import { nonlinearity } from '../../../src/compute/quantization/nonlinearity.ts'
import { flushingQuantizer, siteQuantizer } from '../../../src/compute/quantization/siteQuantizer.ts'
import { realOf, type SiteValue } from '../../../src/compute/quantization/siteValue.ts'
import {
  dynamicGrid,
  sigmoidGrid,
  staticGrid,
  type GridRules,
  type RoundingRules,
} from '../../../src/core/quantization/grid.ts'
import { sigmoid32, tanh32 } from '../../../src/core/quantization/nonlinearities.ts'
import type { SiteGrid } from '../../../src/core/quantization/quantizedModel.ts'
import { quantizeFlushed, quantizeVector, type SiteVector } from '../../../src/core/quantization/siteVector.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'

let ops: Ops
let kept: Kept
beforeAll(() => {
  ops = new Ops(loadedTensorflow())
  kept = new Kept(ops)
})
afterEach(() => {
  kept.dispose()
  expect(ops.tensorflow.tf.memory().numTensors).toBe(0)
  kept = new Kept(ops)
})

const everyRule: RoundingRules[] = (['reciprocal', 'divide'] as const).flatMap((rounding) =>
  (['after', 'before'] as const).map((zeroPoint) => ({ rounding, zeroPoint })),
)
const usual: RoundingRules = { rounding: 'reciprocal', zeroPoint: 'after' }

function rules(settings: Partial<GridRules>): GridRules {
  return { width: 8, scheme: 'symmetric', powerOfTwo: false, symmetricDivisor: 'narrow', ...settings }
}

/** Vectors with values on, between and halfway between steps, far outside, tiny, of one sign, and all zero. */
function sampleVectors(width: number): Float32Array[] {
  const random = stream(5, 'site vectors')
  const drawn = (scale: number): Float32Array =>
    Float32Array.from({ length: width }, () => (random.uniform() * 2 - 1) * scale)
  const halves = Float32Array.from({ length: width }, (_, k) => (k - width / 2) / 2)
  const odd = Float32Array.from(
    { length: width },
    (_, k) => [1e-42, -1e-42, 3e38, -3e38, 0, 1e-30, 2 ** -60, -(2 ** -61)][k % 8]!,
  )
  const positive = drawn(1).map(Math.abs)
  return [
    drawn(1),
    drawn(300),
    drawn(1e-30),
    drawn(1e30),
    halves,
    odd,
    positive,
    positive.map((x) => -x),
    new Float32Array(width),
  ]
}

function expectSame(value: SiteValue, expected: readonly SiteVector[]): void {
  const width = expected[0]!.values.length
  const real = realOf(ops, value).dataSync<'float32'>()
  const row = (data: ArrayLike<number>, k: number): number[] =>
    Array.from({ length: width }, (_, j) => data[k * width + j]! + 0)
  expected.forEach(({ values }, k) => expect(row(real, k)).toEqual([...values].map((one) => one + 0)))
  if (value.kind === 'float') return
  const [codes, scale, zero] = [value.codes, value.scale, value.zero].map((one) => one.dataSync<'float32'>())
  expected.forEach(({ integers }, k) => {
    const of = (data: ArrayLike<number>): number => data[data.length === 1 ? 0 : k]!
    expect([of(scale!), of(zero!) + 0]).toEqual([integers!.grid.scale, integers!.grid.zero])
    expect(row(codes!, k)).toEqual(Array.from(integers!.codes, (code) => code - integers!.grid.zero))
  })
}

describe('values on the grid of a site', () => {
  const grids: Record<string, SiteGrid> = {
    'symmetric, 8 bits': staticGrid({ min: -1, max: 0.8 }, rules({})),
    'affine with an odd zero point, 8 bits': staticGrid({ min: -0.43, max: 1.1 }, rules({ scheme: 'affine' })),
    'symmetric, 2 bits': staticGrid({ min: -1, max: 1 }, rules({ width: 2, symmetricDivisor: 'full' })),
    'affine, 16 bits': staticGrid({ min: -7, max: 3 }, rules({ width: 16, scheme: 'affine' })),
    'a power of two, 4 bits': staticGrid({ min: -3, max: 3 }, rules({ width: 4, powerOfTwo: true })),
    sigmoid: sigmoidGrid(8),
    'the smallest scale': staticGrid({ min: -1e-20, max: 1e-20 }, rules({})),
    'dynamic, symmetric': dynamicGrid(rules({})),
    'dynamic, affine': dynamicGrid(rules({ scheme: 'affine' })),
    'dynamic, a power of two': dynamicGrid(rules({ width: 5, powerOfTwo: true })),
    'dynamic, affine, a power of two, 16 bits': dynamicGrid(rules({ width: 16, scheme: 'affine', powerOfTwo: true })),
    float: { kind: 'float' },
  }
  const vectors = sampleVectors(64)

  it.each(Object.entries(grids))('are those of the reference: %s', (_name, grid) => {
    for (const rule of everyRule) {
      inScope(ops, () => {
        const data = ops.floats(
          vectors.flatMap((vector) => [...vector]),
          [vectors.length, 64],
        )
        expectSame(
          siteQuantizer(kept, grid, rule)(data),
          vectors.map((vector) => quantizeVector(vector, grid, rule)),
        )
        const flushed = vectors.map((vector) => quantizeFlushed(vector, grid, rule))
        expectSame(flushingQuantizer(kept, grid, rule)(data), flushed)
      })
    }
  })

  it('do not depend on the vectors beside them', () => {
    const grid = dynamicGrid(rules({ scheme: 'affine' }))
    inScope(ops, () => {
      for (const vector of vectors) {
        const value = siteQuantizer(kept, grid, usual)(ops.floats(vector, [1, 64]))
        expectSame(value, [quantizeVector(vector, grid, usual)])
      }
    })
  })
})

describe('sigmoid and tanh between two sites', () => {
  const random = stream(6, 'arguments')
  const arguments32 = Float32Array.from([
    ...[
      0,
      1,
      -1,
      0.5625,
      0.5624999,
      -0.5625,
      10,
      10.1,
      -10.1,
      40,
      41,
      -41,
      88,
      -88,
      3e38,
      -3e38,
      2 ** -60,
      -(2 ** -60),
    ],
    ...Array.from({ length: 60_000 }, () => (random.uniform() * 2 - 1) * 12),
    ...Array.from({ length: 20_000 }, () => (random.uniform() * 2 - 1) * 2 ** (random.below(60) - 55)),
    ...Array.from({ length: 20_000 }, () => (random.uniform() * 2 - 1) * 60),
  ])

  it.each([
    ['sigmoid', sigmoid32],
    ['tanh', tanh32],
  ] as const)('give the words of the reference for float values: %s', (phi, of) => {
    const through = nonlinearity(kept, phi, { kind: 'float' }, { kind: 'float' }, usual)
    inScope(ops, () => {
      const found = through({ kind: 'float', real: ops.floats(arguments32, [1, arguments32.length]) })
      const expected = arguments32.map(of)
      const different = realOf(ops, found)
        .dataSync<'float32'>()
        .filter((value, k) => value !== expected[k])
      expect(different).toHaveLength(0)
    })
  })

  it.each([2, 8, 16] as const)('go by a table from %i bits, with the same result', (width) => {
    const from = staticGrid({ min: -6, max: 5 }, rules({ width, scheme: 'affine' }))
    for (const to of [
      sigmoidGrid(8),
      staticGrid({ min: -1, max: 1 }, rules({ width: 4 })),
      dynamicGrid(rules({})),
      { kind: 'float' as const },
    ]) {
      const through = nonlinearity(kept, 'sigmoid', from, to, usual)
      inScope(ops, () => {
        const codes = Float32Array.from({ length: 2 ** width }, (_, k) => k - from.zero)
        const value = {
          kind: 'integer' as const,
          codes: ops.floats(codes, [1, codes.length]),
          scale: kept.scalar(from.scale),
          zero: kept.scalar(from.zero),
        }
        const values = codes.map((code) => sigmoid32(Math.fround(code * from.scale)))
        expectSame(through(value), [quantizeVector(values, to, usual)])
      })
    }
  })
})
