import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { drawCalibrationSet } from '../../../src/core/calibration/drawCalibrationSet.ts'
import { presetRecipe, findRecipe } from '../../../src/core/quantization/recipes.ts'
import { runKey, type RunKeyParts } from '../../../src/core/run/runKey.ts'
import { stageVersions } from '../../../src/core/stageVersions.ts'
import { calibrationSetParts } from '../../../src/host/calibration/calibrationSets.ts'
import { profileParts } from '../../../src/host/calibration/profiles.ts'
import {
  floatEvaluationParts,
  needsHeadOutput,
  needsProfile,
  quantizationParts,
  quantizedEvaluationParts,
  settled,
} from '../../../src/host/quantization/cellKeys.ts'
import type { Bits } from '../../../src/shared/units.ts'
import { completeBits, recipeSchema, type BitsInput } from '../../../src/shared/contract/quantizationRules.ts'

const golden = JSON.parse(readFileSync(new URL('../../golden/cell_keys.json', import.meta.url), 'utf8')) as {
  name: string
  key: string
}[]

const of = (digit: string): string => `sha256:${digit.repeat(64)}`
const [model, dataset, set, profile] = [of('1'), of('2'), of('3'), of('4')]
const clean = { noise: { kind: 'none', level: 0 }, shift: null, seed: 9 } as const
const noisy = { noise: { kind: 'qwerty', level: 0.05 }, shift: null, seed: 5 } as const

function at(bits: BitsInput, changes: object = {}) {
  const activations = { calibrator: { name: 'percentile', q: 0.99999 } }
  const recipe = recipeSchema.parse({ activations, ...changes })
  return settled({ recipe, bits: completeBits(bits, recipe) })
}

const four = { weights: 4 } as const
const made: Record<string, RunKeyParts> = {
  'a calibration set': calibrationSetParts(dataset, {
    composition: { Sports: 1, World: 3 },
    size: 512,
    seed: 7,
    draw: 2,
  }),
  'a profile': profileParts({
    model: { record: { fingerprint: model, spec: { family: 'generative' } } },
    set: { fingerprint: set },
    options: { labels: 'true', bins: 8192, headOutput: false },
  } as Parameters<typeof profileParts>[0]),
  'a quantization': quantizationParts({ model, profile, ...at(four) }),
  'a quantization without calibration': quantizationParts({ model, profile: null, ...at(four, { scale: 'dynamic' }) }),
  'a float evaluation': floatEvaluationParts({ model, dataset, split: 'test', input: noisy }),
  'a quantized evaluation of clean texts': quantizedEvaluationParts({
    ...{ model, dataset, profile, split: 'dev', input: clean },
    ...at(four),
  }),
}

describe('the key of', () => {
  it.each(golden)('$name is what a program in Python worked out at the versions of these stages', ({ name, key }) => {
    expect(stageVersions).toMatchObject({ calibration: 2, quantization: 1, evaluation: 1 })
    expect(runKey(made[name]!)).toBe(key)
  })

  it('a draw is another where its texts would be, and the texts are these at version 2 of the stage', () => {
    expect(stageVersions.calibration).toBe(2)
    const labels = Uint16Array.from({ length: 40 }, (_, row) => row % 4)
    const classNames = ['a', 'b', 'c', 'd']
    const draw = { labels, classNames, excluded: new Set([3]), composition: 'balanced', size: 8, seed: 1 } as const
    expect(drawCalibrationSet({ ...draw, draw: 0 }).rows).toEqual([2, 4, 11, 14, 16, 17, 23, 29])
    expect(drawCalibrationSet({ ...draw, draw: 1 }).rows).toEqual([2, 9, 19, 20, 28, 34, 37, 39])
  })

  it('a discriminative profile does not depend on labels, which such a model does not read', () => {
    const parts = (labels: string, family: string) =>
      profileParts({
        model: { record: { fingerprint: model, spec: { family } } },
        set: { fingerprint: set },
        options: { labels, bins: 8192, headOutput: false },
      } as Parameters<typeof profileParts>[0])
    expect(parts('none', 'discriminative')).toEqual(parts('true', 'discriminative'))
    expect(parts('none', 'generative')).not.toEqual(parts('true', 'generative'))
  })

  it('the same widths is one, however they were written', () => {
    const key = (bits: BitsInput, changes: object = {}) =>
      runKey(quantizationParts({ model, profile, ...at(bits, changes) }))
    const all = { input: 4, hidden: 4, gates: 4, sigmoid: 4, tanh: 4, cell: 4, head: 4 } as const
    expect(key({ weights: 4, ...all })).toBe(key(4))
    expect(key({ weights: 4, ...all, cell: 8 })).toBe(key(4, { widths: { cell: 8 } }))
    expect(key({ weights: 4, ...all, cell: 8 })).not.toBe(key(4))
    expect(key(4, { singleWidth: 'weights' })).toBe(key({ weights: 4 }))
  })
})

describe('a recipe', () => {
  const labelOf = (name: string, bits: BitsInput): Bits['label'] => {
    const recipe = presetRecipe(findRecipe(name), 'discriminative', bits)
    return settled({ recipe, bits: completeBits(bits, recipe) }).bits.label
  }

  it('has a label of the widths that it really has, those that it fixes included', () => {
    expect(labelOf('ours', 4)).toBe('W4 A4 C4')
    expect(labelOf('tflite-micro-like', 8)).toContain('gates16')
    expect(labelOf('tflite-micro-like', 8)).toMatch(/C16$/)
  })

  it.each([
    ['ours', 8, true],
    ['ours', 'float', false],
    ['ours', { input: 'float', hidden: 'float', gates: 'float', tanh: 'float', cell: 'float', head: 'float' }, false],
    [
      'brevitas-like',
      { input: 'float', hidden: 'float', gates: 'float', tanh: 'float', cell: 'float', head: 'float' },
      true,
    ],
    ['ort-dynamic-like', 8, false],
  ] as const)('%s at %j needs a profile: %s', (name, bits, needed) => {
    const recipe = presetRecipe(findRecipe(name), 'discriminative', bits)
    expect(needsProfile(recipe, completeBits(bits, recipe))).toBe(needed)
  })

  it('needs the logits profiled where it quantizes them', () => {
    const recipe = recipeSchema.parse({ widths: { 'head-output': 8 } })
    expect(needsHeadOutput(recipe, completeBits(8, recipe))).toBe(true)
    expect(needsHeadOutput(recipeSchema.parse({}), completeBits(8, recipe))).toBe(false)
  })
})
