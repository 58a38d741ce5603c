import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { describe, expect, it } from 'vitest'
import { initialWeights } from '../../../src/core/model/initialWeights.ts'
import { encodeModel } from '../../../src/core/model/modelFile.ts'
import { modelSpecSchema } from '../../../src/shared/contract/modelRules.ts'
import { toVocabularyFile, vocabularyOf } from '../../../src/core/text/vocabulary.ts'
import type { ModelRecord } from '../../../src/shared/contract/model.ts'
import { describeModelFile, ModelStore, takeRunWork } from '../../../src/store/models/index.ts'
import { tempHome } from '../support/tempHome.ts'

const words = ['the', 'pump']

function sample(seed: number, name: string): { bytes: Uint8Array; record: ModelRecord } {
  const spec = modelSpecSchema.parse({ family: 'discriminative', embedding: 2, hidden: 2, words: 6, classes: 2 })
  const bytes = encodeModel(
    {
      ...{ kind: 'model', version: 1, spec, gateOrder: 'i,f,g,o', classes: ['a', 'b'], logPrior: null },
      vocabulary: { fingerprint: vocabularyOf(words).fingerprint, file: toVocabularyFile(words) },
      ...{ tokenizer: null, maxLength: null, training: null },
    },
    initialWeights(spec, seed),
  )
  const created = new Date().toISOString()
  const described = describeModelFile(bytes)
  return {
    bytes,
    record: { kind: 'model', version: 1, id: ulid(), name, created, ...described, training: null, warnings: [] },
  }
}

describe('ModelStore', () => {
  it('gives back the bytes and the record of a model by name, id and the beginning of its fingerprint', async () => {
    const store = new ModelStore(tempHome())
    const { bytes, record } = sample(1, 'one')
    expect(await store.put(bytes, record)).toEqual({ model: record, reused: false })
    // 6 x 2 word vectors, 4 x 8 kernel, 8 bias, 2 x 2 head, 2 bias
    expect(record.parameters).toBe(12 + 32 + 8 + 4 + 2)
    for (const reference of ['one', record.id, record.fingerprint, record.fingerprint.slice(7, 17)]) {
      const found = await store.find(reference)
      expect(found.record).toEqual(record)
      expect(Buffer.from(await store.read(found)).equals(Buffer.from(bytes))).toBe(true)
    }
  })

  it('keeps the first of two models that are the same file', async () => {
    const store = new ModelStore(tempHome())
    const [first, second] = [sample(1, 'one'), sample(1, 'two')]
    await store.put(first.bytes, first.record)
    expect(await store.put(second.bytes, second.record)).toEqual({ model: first.record, reused: true })
    expect(readdirSync(join(store.home, 'models'))).toHaveLength(1)
  })

  it('names the nearest model where there is none of that name', async () => {
    const store = new ModelStore(tempHome())
    const { bytes, record } = sample(1, 'pumps')
    await store.put(bytes, record)
    await expect(store.find('pump')).rejects.toMatchObject({ code: 'not-found', hint: 'The nearest is pumps.' })
  })

  it('tells a spoiled file, lists a folder that cannot be read, and removes it by its fingerprint', async () => {
    const store = new ModelStore(tempHome())
    const { bytes, record } = sample(1, 'one')
    await store.put(bytes, record)
    const stored = await store.find('one')
    const file = join(stored.folder, 'model.safetensors')
    const spoiled = readFileSync(file)
    spoiled[spoiled.length - 1]! ^= 1
    writeFileSync(file, spoiled)
    await expect(store.read(stored)).rejects.toMatchObject({ code: 'store-damaged' })
    writeFileSync(join(stored.folder, 'manifest.json'), '{')
    expect(await store.list()).toMatchObject({ models: [], damaged: [expect.stringContaining('models/')] })
    expect(await store.remove(record.fingerprint)).toEqual({ fingerprint: record.fingerprint, name: null })
    expect(await store.list()).toEqual({ models: [], damaged: [] })
  })
})

describe('takeRunWork', () => {
  const key = 'a'.repeat(64)

  it('keeps what an earlier attempt left, and gives the folder to one program at a time', async () => {
    const home = tempHome()
    const first = await takeRunWork(home, key)
    writeFileSync(join(first.folder, 'checkpoint'), 'half')
    await expect(takeRunWork(home, key)).rejects.toMatchObject({ code: 'conflict' })
    await first.release()
    const second = await takeRunWork(home, key)
    expect(readFileSync(join(second.folder, 'checkpoint'), 'utf8')).toBe('half')
    await second.clear()
    expect(readdirSync(second.folder)).toEqual(['owner.json'])
    await second.discard()
    expect(readdirSync(join(home, 'work'))).toEqual([])
  })

  it.each(['', 'no JSON', '{"instance":"","pid":4194304,"start":null}'])(
    'takes over from a program that has ended: %j',
    async (owner) => {
      const home = tempHome()
      mkdirSync(join(home, 'work', key), { recursive: true })
      writeFileSync(join(home, 'work', key, 'owner.json'), owner)
      const work = await takeRunWork(home, key)
      expect(readFileSync(join(work.folder, 'owner.json'), 'utf8')).toContain(`"pid":${process.pid}`)
    },
  )
})
