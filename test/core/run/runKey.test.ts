import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../src/core/run/canonicalJson.ts'
import { runKey, type RunKeyParts } from '../../../src/core/run/runKey.ts'
import { stageVersions } from '../../../src/core/stageVersions.ts'
import { stages } from '../../../src/shared/stages.ts'

interface Case {
  name: string
  parts: RunKeyParts
  canonical: string
  key: string
}
const golden = JSON.parse(readFileSync(new URL('../../golden/run_key.json', import.meta.url), 'utf8')) as Case[]
const some = golden[0] as Case

describe('runKey', () => {
  it.each(golden)('gives the key that a program in Python worked out for $name', ({ parts, canonical, key }) => {
    expect(canonicalJson(parts)).toBe(canonical)
    expect(runKey(parts)).toBe(key)
  })

  it('does not depend on the order in which keys were written', () => {
    const { stage, stageVersion, inputs, recipe, seed } = some.parts
    const turned = Object.fromEntries(Object.entries(recipe as object).reverse())
    const other = {
      seed,
      recipe: turned,
      inputs: Object.fromEntries(Object.entries(inputs).reverse()),
      stageVersion,
      stage,
    }
    expect(runKey(other)).toBe(some.key)
  })

  it('does not depend on what is recorded beside a run', () => {
    const run = { ...some.parts, engine: 'native', kernel: 'avx2', machine: 'another' }
    expect(runKey(run)).toBe(some.key)
  })

  it.each<[string, Partial<RunKeyParts>]>([
    ['stage', { stage: 'profile' }],
    ['stage’s version', { stageVersion: 2 }],
    ['inputs', { inputs: {} }],
    ['recipe', { recipe: { batch: 65 } }],
    ['seed', { seed: 8 }],
  ])('is another for another %s', (_name, change) => {
    expect(runKey({ ...some.parts, ...change })).not.toBe(some.key)
  })

  it.each<[string, string, Partial<RunKeyParts>]>([
    ['input-invalid', 'a stage that does not exist', { stage: 'cooking' as 'dataset' }],
    ['input-invalid', 'a version below 1', { stageVersion: 0 }],
    ['input-invalid', 'a seed that is no whole number', { seed: 0.5 }],
    ['input-invalid', 'a seed of -0', { seed: -0 }],
    ['input-invalid', 'a seed that a double cannot hold exactly', { seed: 2 ** 53 }],
    ['non-finite-value', 'a seed that is no number', { seed: Number.NaN }],
    ['input-invalid', 'an input without a fingerprint', { inputs: { model: 'latest' } }],
    ['input-invalid', 'a recipe with an option left undefined', { recipe: { q: undefined } }],
    ['non-finite-value', 'a recipe with an infinite number', { recipe: { clip: Number.POSITIVE_INFINITY } }],
  ])('refuses with %s %s', (code, _name, change) => {
    expect(() => runKey({ ...some.parts, ...change })).toThrowError(expect.objectContaining({ code }) as Error)
  })
})

describe('stageVersions', () => {
  it('has a whole number from 1 for each of the ten stages', () => {
    expect(Object.keys(stageVersions)).toEqual([...stages])
    for (const version of Object.values(stageVersions)) expect(version).toBeGreaterThanOrEqual(1)
  })
})
