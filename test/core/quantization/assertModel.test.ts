import { describe, expect, it } from 'vitest'
import { assertModel } from '../../../src/core/quantization/assertModel.ts'
import { gridOf, type StaticGrid } from '../../../src/core/quantization/grid.ts'
import type { IntegerMatrix, QuantizedModel, QuantizedPart } from '../../../src/core/quantization/quantizedModel.ts'
import { randomModel } from './randomModel.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** A model of integers that one thing is made wrong with; its grids are copies of its own. */
function broken(act: (model: Writable<QuantizedModel>, part: QuantizedPart) => void): QuantizedModel {
  const model = structuredClone(
    randomModel(4, {
      family: 'generative',
      head: 'shared',
      widths: [8],
      scale: 'static',
      sharedEmbedding: false,
      bias: 'int32',
    }),
  )
  act(model, model.parts[0]!)
  return model
}

const wx = (part: QuantizedPart): IntegerMatrix => part.lstm.wx as IntegerMatrix
const hidden = (part: QuantizedPart): StaticGrid => part.sites.hidden as StaticGrid
const putSite = (part: QuantizedPart, sites: Partial<QuantizedPart['sites']>): void => {
  part.sites = { ...part.sites, ...sites }
}

const faults: [string, string, Parameters<typeof broken>[0]][] = [
  ['shape-mismatch', 'a part too many', (model, part) => (model.parts = [part, part])],
  ['shape-mismatch', 'a prior of too few classes', (model) => (model.logPrior = model.logPrior!.slice(1))],
  ['input-invalid', 'a prior above 0', (model) => (model.logPrior = model.logPrior!.map(() => 0.1))],
  ['input-invalid', 'a prior that is NaN', (model) => (model.logPrior = model.logPrior!.map(() => NaN))],
  ['shape-mismatch', 'another hidden size', (_, part) => (part.lstm.hidden += 1)],
  ['shape-mismatch', 'too few biases', (_, part) => (part.lstm.bias = part.lstm.bias.subarray(1))],
  ['shape-mismatch', 'too few integers', (_, part) => (wx(part).codes = wx(part).codes.subarray(1) as Int8Array)],
  ['shape-mismatch', 'too few scales', (_, part) => (wx(part).scales = wx(part).scales.subarray(1))],
  [
    'shape-mismatch',
    'a table of other classes',
    (_, part) => (part.head = { ...part.head, labelTable: null } as never),
  ],
  ['input-invalid', 'the integer -128', (_, part) => (wx(part).codes[0] = -128)],
  ['input-invalid', 'a wrong row sum', (_, part) => (wx(part).rowSums[1]! += 1)],
  ['input-invalid', 'a scale of 0', (_, part) => (wx(part).scales[0] = 0)],
  ['input-invalid', 'a scale below 2^-40', (_, part) => (wx(part).scales[0] = 2 ** -41)],
  ['input-invalid', 'a scale above 2^40', (_, part) => (wx(part).scales[0] = 2 ** 40 * 1.001)],
  ['input-invalid', 'a scale that is NaN', (_, part) => (wx(part).scales[0] = NaN)],
  ['input-invalid', 'a matrix of another width', (_, part) => (wx(part).width = 4)],
  ['input-invalid', 'a site of another width', (_, part) => (hidden(part).width = 4)],
  ['input-invalid', 'a grid with other ends', (_, part) => (hidden(part).high += 1)],
  ['input-invalid', 'a zero point off the grid', (_, part) => (hidden(part).zero = 1000)],
  ['input-invalid', 'half a zero point', (_, part) => (hidden(part).zero = 0.5)],
  ['input-invalid', 'a wrong reciprocal', (_, part) => (hidden(part).reciprocal *= 1.0001)],
  ['input-invalid', 'a scale that is no float32', (_, part) => putSite(part, { hidden: gridOf(hidden(part), 0.1, 0) })],
  ['input-invalid', 'a float site of an 8-bit model', (_, part) => putSite(part, { cell: { kind: 'float' } })],
  ['input-invalid', 'a bias above 2^40', (_, part) => (part.lstm.bias[0] = 2 ** 41)],
  ['input-invalid', 'a bias of 1e-42', (_, part) => (part.lstm.bias[0] = 1e-42)],
  ['non-finite-value', 'a bias that is NaN', (_, part) => (part.head.bias[0] = NaN)],
  [
    'non-finite-value',
    'an infinite offset',
    (_, part) => ((part.head as { labelTable: Float32Array }).labelTable[0] = Infinity),
  ],
  ['input-invalid', 'a head of the other family', (_, part) => (part.head = { ...part.head, kind: 'discriminative' })],
  ['too-large', 'a sum beyond 32 bits', (_, part) => part.lstm.integerBias!.fill(2 ** 31 - 1)],
  [
    'input-invalid',
    'integers of a shared embedding off the grid',
    (_, part) =>
      (part.lstm.embedding = { shared: true, codes: new Int16Array(part.lstm.words * part.lstm.inputs).fill(256) }),
  ],
]

describe('assertModel', () => {
  it('lets random models of every option pass', () => {
    for (let seed = 0; seed < 100; seed += 1) expect(() => assertModel(randomModel(seed))).not.toThrow()
    expect(() => assertModel(broken(() => undefined))).not.toThrow()
  })

  it.each(faults)('refuses with %s: %s', (code, _, act) => {
    expect(() => assertModel(broken(act))).toThrowError(expect.objectContaining({ code }))
  })

  it('refuses integer biases and a shared embedding where the input has no scale beforehand', () => {
    const model = randomModel(2, {
      family: 'discriminative',
      widths: [8],
      scale: 'dynamic',
      bias: 'float',
      sharedEmbedding: false,
    })
    const [part] = model.parts
    part!.lstm.integerBias = new Int32Array(4 * part!.lstm.hidden)
    expect(() => assertModel(model)).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
    part!.lstm.integerBias = null
    part!.lstm.embedding = { shared: true, codes: new Int8Array(part!.lstm.words * part!.lstm.inputs) }
    expect(() => assertModel(model)).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })
})
