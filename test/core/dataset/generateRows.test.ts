import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { classSizes, generateRows, type GeneratedRow } from '../../../src/core/dataset/generators/generateRows.ts'
import { rowLine } from '../../../src/core/dataset/rowsFile.ts'
import { stageVersions } from '../../../src/core/stageVersions.ts'
import { generatorNames, generatorOptionsSchema } from '../../../src/shared/contract/datasetRules.ts'

type Given = Partial<Parameters<typeof generatorOptionsSchema.parse>[0] & object>

function generate(options: Given): GeneratedRow[] {
  return [...generateRows(generatorOptionsSchema.parse(options))]
}

function bag(text: string): string {
  return text.split(' ').sort().join(' ')
}

describe('generateRows', () => {
  it.each([
    ['maintenance-log', '56cfbd1e6938f06089d065180e5213ffb6842d5ac4d5c8606ffd77ccc8f5f113'],
    ['voice-commands', '3f09bc20256baf7b217c3983d653a03fae7c085857196f3e6b6804be138bf78a'],
  ])('writes the same bytes on every machine: %s', (generator, sha256) => {
    // Other bytes are other data: raise the domain's version and the stage's with them.
    expect(stageVersions.dataset).toBe(1)
    const hash = createHash('sha256')
    for (const { split, ...row } of generate({ generator, size: 1000, classes: 5, imbalance: 4, seed: 11 }))
      hash.update(split + rowLine(row))
    expect(hash.digest('hex')).toBe(sha256)
  })

  it.each(generatorNames)('gives each hard text of %s a twin of another class with the same words', (generator) => {
    const rows = generate({ generator, size: 4200, classes: 4, difficulty: 1, outOfVocabulary: 0 })
    for (const split of ['train', 'dev', 'test']) {
      const bags = new Map<string, number[]>()
      for (const row of rows.filter((candidate) => candidate.split === split))
        bags.set(bag(row.text), [...(bags.get(bag(row.text)) ?? []), row.label])
      const all = [...bags.values()]
      // The best that any function of the bag can do: the most frequent class of each bag.
      const right = all.reduce(
        (sum, labels) => sum + Math.max(...[0, 1, 2, 3].map((label) => labels.filter((l) => l === label).length)),
        0,
      )
      expect(right / all.flat().length).toBeLessThanOrEqual(0.53)
    }
  })

  it('makes classes of the sizes that the imbalance asks for, in each split', () => {
    expect(classSizes(3, 4, 70)).toEqual([40, 20, 10])
    const rows = generate({ generator: 'voice-commands', size: 1000, classes: 3, imbalance: 4 })
    const counts = [0, 1, 2].map((label) => rows.filter((row) => row.split === 'train' && row.label === label).length)
    expect(counts).toEqual([400, 200, 100])
  })

  it('coins the asked share of words, each in one text alone', () => {
    const rows = generate({ generator: 'maintenance-log', size: 2000, outOfVocabulary: 0.1 })
    const plain = new Set(
      generate({ generator: 'maintenance-log', size: 2000, outOfVocabulary: 0 }).flatMap(({ text }) => text.split(' ')),
    )
    const words = rows.flatMap(({ text }) => text.split(' '))
    const coined = words.filter((word) => !plain.has(word) && /^[a-z]{6,}$/.test(word))
    expect(coined.length / words.length).toBeGreaterThan(0.09)
    expect(coined.length / words.length).toBeLessThan(0.11)
    expect(new Set(coined).size / coined.length).toBeGreaterThan(0.99)
  })

  it('writes no text twice, and other texts for another seed', () => {
    const rows = generate({ generator: 'voice-commands', size: 5000 })
    expect(new Set(rows.map(({ text }) => text)).size).toBe(5000)
    expect(generate({ generator: 'voice-commands', size: 5000, seed: 2 })[0]).not.toEqual(rows[0])
  })

  it('refuses a size that leaves a class without rows', () => {
    expect(() => generate({ generator: 'voice-commands', size: 40, classes: 8, imbalance: 1000 })).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })
})
