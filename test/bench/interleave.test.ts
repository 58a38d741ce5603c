import { describe, expect, it } from 'vitest'
import { benchRecordSchema } from '../../build/bench/record.ts'
import { interleave } from '../../build/bench/interleave.ts'

const race = { case: 'a case', metric: 'time', unit: 'ms', better: 'lower', rounds: 2 } as const

/** A contender whose samples are given, and who writes down its turns. */
function contender(name: string, samples: number[], turns: string[]) {
  const left = [...samples]
  return {
    contender: name,
    recipe: `the recipe of ${name}`,
    block: () => {
      turns.push(name)
      return Promise.resolve(left.shift()!)
    },
  }
}

describe('interleave', () => {
  it('gives each contender a turn in every round, and does not count the first round', async () => {
    const turns: string[] = []
    const contenders = [contender('one', [100, 2, 6], turns), contender('two', [100, 1, 2], turns)].map((one) => ({
      ...one,
      note: 'of its own',
    }))
    const { records, ratios } = await interleave({ ...race, contenders, against: [['one', 'two']] })
    expect(turns).toEqual(['one', 'two', 'one', 'two', 'one', 'two'])
    expect(records.map(({ samples }) => samples)).toEqual([
      [2, 6],
      [1, 2],
    ])
    for (const one of records) expect(benchRecordSchema.parse(one)).toEqual(one)
    expect(records[1]).toMatchObject({ case: 'a case', contender: 'two', recipe: 'the recipe of two', unit: 'ms' })
    expect(ratios).toEqual([{ case: 'a case', contender: 'one', against: 'two', perPair: [2, 3], median: 2.5 }])
  })

  it('has no ratio to somebody who is not there', async () => {
    const contenders = [contender('one', [1, 1, 1], [])]
    expect((await interleave({ ...race, contenders, against: [['one', 'two']] })).ratios).toEqual([])
  })
})
