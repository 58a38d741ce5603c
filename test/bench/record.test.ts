import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keepOthers } from '../../build/bench/keepOthers.ts'
import {
  benchFileSchema,
  benchRecordSchema,
  machine,
  median,
  ratio,
  record,
  type BenchFile,
} from '../../build/bench/record.ts'
import { root } from '../../build/tasks/run.ts'

const timed = (name: string, contender: string, samples: number[]) =>
  record({ case: name, contender, metric: 'time', unit: 'ms', samples })

describe('a record', () => {
  it('has the middle sample and the least, and says what was left out', () => {
    const made = timed('a case', 'one', [5, 1, 4])
    expect(made).toMatchObject({ median: 4, min: 1, better: 'lower', threads: 1, kernel: '', version: '', recipe: '' })
    expect(benchRecordSchema.parse(made)).toEqual(made)
  })

  it('of an even number of samples has the mean of the two in the middle', () => {
    expect(median([4, 1, 3, 10])).toBe(3.5)
  })

  it('needs a sample, and has no fields of its own', () => {
    expect(() => timed('a case', 'one', [])).toThrow('at least one sample')
    expect(benchRecordSchema.safeParse({ ...timed('a case', 'one', [1]), note: 'x' }).success).toBe(false)
  })
})

describe('a ratio', () => {
  it('is that of each pair, and the median of them: not the ratio of the medians', () => {
    const made = ratio('a case', timed('a case', 'one', [2, 9, 40]), timed('a case', 'two', [1, 3, 50]))
    expect(made).toEqual({ case: 'a case', contender: 'one', against: 'two', perPair: [2, 3, 0.8], median: 2 })
  })

  it('is refused where the samples are no pairs', () => {
    expect(() => ratio('a case', timed('a case', 'one', [1, 2]), timed('a case', 'two', [1]))).toThrow('2 samples')
  })
})

describe('the file', () => {
  it('of this checkout has the shape of the schema', () => {
    const file = JSON.parse(readFileSync(join(root, 'docs', 'benchmarks.json'), 'utf8')) as unknown
    expect(benchFileSchema.safeParse(file).error?.issues).toBeUndefined()
  })

  it('keeps the cases that were not measured, and loses what was said before of those that were', () => {
    const one = timed('a', 'x', [1])
    const file = (records: BenchFile['records'], absent: BenchFile['absent']): BenchFile => ({
      schema: 'bitgauge/bench/1',
      machine: machine(),
      records,
      ratios: [],
      absent,
    })
    const before = file(
      [timed('a', 'x', [7]), timed('b', 'x', [8])],
      [
        { case: 'a', contender: 'peer', reason: 'was not here' },
        { case: 'c', contender: 'peer', reason: 'is not here' },
      ],
    )
    const kept = keepOthers(file([one], []), before)
    expect(kept.records).toEqual([timed('b', 'x', [8]), one])
    expect(kept.absent.map(({ case: name }) => name)).toEqual(['c'])
  })

  it('drops cases of an earlier shape of what was measured anew as a whole', () => {
    const file = (...names: string[]): BenchFile => ({
      schema: 'bitgauge/bench/1',
      machine: machine(),
      records: names.map((name) => timed(name, 'x', [1])),
      ratios: [],
      absent: [],
    })
    const kept = keepOthers(file('cell, 2,000 texts'), file('cell, 200 texts', 'page'), ['cell'])
    expect(kept.records.map((one) => one.case)).toEqual(['page', 'cell, 2,000 texts'])
  })
})
