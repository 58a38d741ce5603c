import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exportWeights } from '../../../src/core/model/exportWeights.ts'
import { importWeights, type ImportOptions } from '../../../src/core/model/importWeights.ts'
import type { ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import {
  discriminativeLogits,
  generativeLogLikelihood,
  type ReferenceWeights,
} from '../../../src/core/model/referenceModel.ts'
import { decodeSafetensors } from '../../../src/core/model/safetensors.ts'
import type { FloatArray, Weights } from '../../../src/core/model/weights.ts'

const golden = (name: string): Buffer => readFileSync(new URL(`../../golden/${name}`, import.meta.url))
const torch = JSON.parse(golden('model_torch.json').toString())
const keras = JSON.parse(golden('model_keras.json').toString())

const tensorsOf = (name: string): Map<string, FloatArray> => decodeSafetensors(golden(name)).tensors
const exact = (weights: Weights): ReferenceWeights =>
  new Map([...weights].map(([name, { data }]) => [name, Float64Array.from(data)]))

function scoresOf(spec: ModelSpec, weights: Weights, tokens: number[]): number[] {
  if (spec.family === 'discriminative') return [...discriminativeLogits(spec, exact(weights), tokens)]
  return Array.from({ length: spec.classes }, (_, y) => generativeLogLikelihood(spec, exact(weights), tokens, y))
}

function expectScores(spec: ModelSpec, weights: Weights, texts: number[][], expected: number[][]): void {
  texts.forEach((tokens, k) => {
    const largest = Math.max(...expected[k]!.map(Math.abs))
    scoresOf(spec, weights, tokens).forEach((value, y) =>
      expect(Math.abs(value - expected[k]![y]!)).toBeLessThan(1e-5 * largest),
    )
  })
}

const cases: [string, string, ImportOptions, { texts: number[][]; logits: number[][] }][] = [
  ['PyTorch, discriminative', 'model_torch_discriminative', { layout: 'pytorch', family: 'discriminative' }, torch],
  [
    'PyTorch, generative',
    'model_torch_generative',
    { layout: 'pytorch', family: 'generative' },
    { ...torch, logits: torch.logLikelihoods },
  ],
  ['Keras, discriminative', 'model_keras', { layout: 'keras', family: 'discriminative' }, keras],
]

describe('weights of other libraries', () => {
  it.each(cases)('give the scores that the library itself gave: %s', (_name, file, options, expected) => {
    const { spec, weights } = importWeights(tensorsOf(`${file}.safetensors`), options)
    expect(spec).toMatchObject({ words: 11, embedding: 3, hidden: 5, classes: 3 })
    expectScores(spec, weights, expected.texts, expected.logits)
  })

  it.each(cases)('come back from an export with the same numbers: %s', (_name, file, options) => {
    const { spec, weights } = importWeights(tensorsOf(`${file}.safetensors`), options)
    const back = importWeights(exportWeights(spec, weights, options.layout), options)
    expect(back.spec).toEqual(spec)
    expect(back.weights).toEqual(weights)
  })

  it('go from one library to the other with the gate order i, f, g, o', () => {
    const { spec, weights } = importWeights(tensorsOf('model_torch_discriminative.safetensors'), cases[0]![2])
    const viaKeras = importWeights(exportWeights(spec, weights, 'keras'), cases[2]![2])
    expect(viaKeras.weights).toEqual(weights)
    const exported = exportWeights(spec, weights, 'keras').get('lstm/bias')!
    const given = tensorsOf('model_torch_discriminative.safetensors')
    const sum = given.get('rnn.bias_ih_l0')!.data.map((value, k) => value + given.get('rnn.bias_hh_l0')!.data[k]!)
    expect(exported.data).toEqual(sum)
  })

  const complaints: [string, (tensors: Map<string, FloatArray>) => void, string][] = [
    ['a second layer', (t) => t.set('rnn.weight_ih_l1', t.get('rnn.weight_ih_l0')!), 'input-invalid'],
    ['a second direction', (t) => t.set('rnn.bias_ih_l0_reverse', t.get('rnn.bias_ih_l0')!), 'input-invalid'],
    ['no LSTM', (t) => t.delete('rnn.weight_ih_l0'), 'input-invalid'],
    ['no head', (t) => t.delete('out.weight'), 'input-invalid'],
    ['a layer too many', (t) => t.set('more.weight', t.get('out.weight')!), 'input-invalid'],
    [
      'a recurrent matrix of another width',
      (t) => t.set('rnn.weight_hh_l0', { shape: [20, 4], data: new Float32Array(80) }),
      'shape-mismatch',
    ],
    [
      'a bias of another length',
      (t) => t.set('rnn.bias_hh_l0', { shape: [4], data: new Float32Array(4) }),
      'shape-mismatch',
    ],
    [
      'a vector for a matrix',
      (t) => t.set('rnn.weight_hh_l0', { shape: [100], data: new Float32Array(100) }),
      'shape-mismatch',
    ],
    ['NaN', (t) => (t.get('out.weight')!.data[0] = NaN), 'non-finite-value'],
  ]
  it.each(complaints)('are refused where there is %s', (_name, spoil, code) => {
    const tensors = tensorsOf('model_torch_discriminative.safetensors')
    spoil(tensors)
    expect(() => importWeights(tensors, cases[0]![2])).toThrowError(expect.objectContaining({ code }))
  })

  it('ask for names where shapes leave a choice, and take them', () => {
    const square = (rows: number): FloatArray => ({
      shape: [rows, 5],
      data: Float32Array.from({ length: rows * 5 }, (_, k) => k),
    })
    const tensors = tensorsOf('model_torch_discriminative.safetensors')
    tensors.set('rnn.weight_ih_l0', { shape: [20, 5], data: new Float32Array(100) })
    tensors.set('words.weight', square(11))
    tensors.set('out.weight', square(6))
    tensors.delete('out.bias')
    expect(() => importWeights(tensors, cases[0]![2])).toThrowError(
      expect.objectContaining({ found: expect.stringContaining('more than one') }),
    )
    const { spec } = importWeights(tensors, { ...cases[0]![2], modules: { head: 'out' } })
    expect(spec).toMatchObject({ words: 11, classes: 6 })
  })

  it('have no form for independent language models', () => {
    const spec = { family: 'generative', head: 'independent' } as ModelSpec
    expect(() => exportWeights(spec, new Map(), 'keras')).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })
})
