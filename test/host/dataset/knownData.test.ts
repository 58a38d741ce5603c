import { describe, expect, it } from 'vitest'
import { importWith, sharedFile, workplace } from './support.ts'

/** As the data's own description counts words: nothing repaired. */
const asDescribed = { entities: 'keep', tags: 'keep', backslash: 'keep' }

/** All of train for train: what the description counts on. */
const whole = { dev: { kind: 'none' } }

// Expected figures: README.md of the shared data, found by programs of its own.
describe('AG News', () => {
  const train = sharedFile('ag_news_train_43k.csv.gz')
  const test = sharedFile('ag_news_test.csv.gz')
  const given = it.skipIf(train === undefined || test === undefined)
  const input = { preset: 'ag-news', train: [train], test: [test], split: whole }

  given('has the known rows of each class, no exact copies, and the known ones after normalisation', async () => {
    const { service } = workplace()
    const { dataset } = await importWith(service, { ...input, tokenizer: asDescribed, encoding: { minFrequency: 1 } })
    const [trainSplit, testSplit] = dataset.splits
    expect(trainSplit?.perClass).toEqual([10_721, 10_684, 10_918, 10_911])
    expect(testSplit?.perClass).toEqual([1900, 1900, 1900, 1900])
    expect(dataset.drops.total).toBe(0)
    expect(dataset.leakage.exact.within.map(({ repeatedRows }) => repeatedRows)).toEqual([0, 0])
    expect(dataset.leakage.exact.across[0]?.rows).toBe(0)
    expect(dataset.leakage.normalised.across[0]).toMatchObject({
      split: 'test',
      alsoIn: 'train',
      rows: 5,
      sameLabel: 5,
    })
    expect(dataset.leakage.normalised.within[0]?.conflictingTexts).toBe(7)
  })

  given.each([
    ['split', 43_734, 29_305, 0.0489, 0.0538],
    ['keep', 92_361, 44_691, 0.1217, 0.1268],
  ] as const)(
    'has the known vocabulary where punctuation is: %s',
    async (punctuation, types, twice, trainShare, testShare) => {
      const { service } = workplace()
      const tokenizer = { ...asDescribed, punctuation }
      const { encodings } = await importWith(service, { ...input, tokenizer, encoding: { minFrequency: 1 } })
      const [capped] = encodings
      expect(capped?.vocabulary.types).toBe(types)
      expect(capped?.vocabulary.words).toBe(10_000)
      const [trainSplit, testSplit] = capped?.splits ?? []
      expect(trainSplit?.unknownShare).toBeCloseTo(trainShare, 4)
      expect(testSplit?.unknownShare).toBeCloseTo(testShare, 3)
      if (punctuation === 'keep') {
        expect(trainSplit?.lengths).toEqual({ p50: 37, p90: 48, p99: 71, max: 171 })
        expect(testSplit?.lengths).toEqual({ p50: 37, p90: 48, p99: 69, max: 137 })
      }
      const { encoding } = await service.open('ag-news', {
        cap: 1_000_000,
        minFrequency: 2,
        maxLength: 256,
        countedRows: { kind: 'all' },
      })
      expect(encoding.vocabulary.words).toBe(twice)
    },
  )

  given('takes the last rows for dev and counts no word of them', async () => {
    const { service } = workplace()
    const { dataset, encodings } = await importWith(service, { preset: 'ag-news', train: [train], test: [test] })
    expect(dataset.splits.map(({ rows }) => rows)).toEqual([40_234, 3000, 7600])
    expect(encodings[0]?.vocabulary.types).toBeLessThan(43_734)
  })
})

describe('R8', () => {
  const train = sharedFile('r8_train.tsv.gz')
  const test = sharedFile('r8_test.tsv.gz')
  const given = it.skipIf(train === undefined || test === undefined)

  given('has the known rows, copies, lengths and words', async () => {
    const { service } = workplace()
    const input = { preset: 'r8', train: [train], test: [test], split: whole, encoding: { minFrequency: 1 } }
    const { dataset, encodings } = await importWith(service, input)
    expect(dataset.classes).toEqual(['acq', 'crude', 'earn', 'grain', 'interest', 'money-fx', 'ship', 'trade'])
    expect(dataset.splits[0]?.perClass).toEqual([1596, 253, 2840, 41, 190, 206, 108, 251])
    expect(dataset.splits[1]?.perClass).toEqual([696, 121, 1083, 10, 81, 87, 36, 75])
    const { within, across } = dataset.leakage.exact
    expect(within[0]?.conflictingTexts).toBe(4)
    expect(within.map(({ repeatedRows }) => repeatedRows)).toEqual([62, 13])
    expect(across[0]).toMatchObject({ split: 'test', alsoIn: 'train', rows: 4 })
    expect(encodings[0]?.vocabulary.types).toBe(19_982)
    const [trainSplit, testSplit] = encodings[0]?.splits ?? []
    // NumPy's percentile with method 'inverted_cdf'; the description's, which rounds down, are 642, and 209 and 551.
    expect(trainSplit?.lengths).toEqual({ p50: 66, p90: 248, p99: 645, max: 964 })
    expect(testSplit?.lengths).toEqual({ p50: 60, p90: 210, p99: 552, max: 841 })
    expect(trainSplit?.unknownShare).toBeCloseTo(0.0213, 4)
    expect(testSplit?.unknownShare).toBeCloseTo(0.0456, 3)
    const { encoding } = await service.open('r8', {
      cap: 1_000_000,
      minFrequency: 2,
      maxLength: 256,
      countedRows: { kind: 'all' },
    })
    expect(encoding.vocabulary.words).toBe(12_289)
  })
})
