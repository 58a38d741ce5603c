import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeProfile } from '../../../src/core/calibration/profileFile.ts'
import { normaliseText } from '../../../src/core/dataset/textKey.ts'
import type { CalibrationSet } from '../../../src/shared/contract/calibration.ts'
import type { DrawOptions } from '../../../src/shared/contract/quantizationInput.ts'
import { DatasetStore, readRows, type StoredDataset } from '../../../src/store/datasets/index.ts'
import { importWith, workplace } from '../dataset/support.ts'
import { CalibrationSets } from '../../../src/host/calibration/calibrationSets.ts'
import { openStore } from '../../../src/store/index.ts'
import { quiet, workshop } from '../quantization/support.ts'

const shop = workshop()
const usual: DrawOptions = { composition: 'balanced', size: 40, seed: 3, draw: 0 }

async function textsOf({ folder, record }: StoredDataset, split: 'train' | 'dev' | 'test'): Promise<string[]> {
  const texts: string[] = []
  for await (const batch of readRows(folder, record, split)) texts.push(...batch.map(({ text }) => normaliseText(text)))
  return texts
}

/** A dataset whose rows 1 and 3 of train stand in test and dev too, but for case and punctuation. */
async function leaky() {
  const { home, service, file } = workplace()
  const rows = (texts: readonly string[]): string =>
    ['text,label', ...texts.map((text, row) => `${text},${row % 2 === 0 ? 'a' : 'b'}`)].join('\n')
  const train = Array.from({ length: 20 }, (_, row) => `text number ${row}`)
  const made = await importWith(service, {
    train: [file('train.csv', rows(train))],
    dev: [file('dev.csv', rows(['TEXT number: 3!', 'dev one']))],
    test: [file('test.csv', rows(['"Text, Number 1"', 'test one']))],
  })
  const store = openStore({ home })
  const dataset = await new DatasetStore(home).find(made.dataset.name)
  return { store, dataset, sets: new CalibrationSets({ runs: store.runs, testOpenings: store.testOpenings }) }
}

describe('a calibration set', () => {
  it('is drawn once, from rows that stand in neither dev nor test', async () => {
    const { stages, dataset, store } = shop()
    const set = await stages.parts.sets.draw(dataset, usual)
    const again = await stages.parts.sets.draw(dataset, usual)
    expect(again).toEqual(set)
    const [train, dev, test] = [
      await textsOf(dataset, 'train'),
      await textsOf(dataset, 'dev'),
      await textsOf(dataset, 'test'),
    ]
    const held = new Set([...dev, ...test])
    expect(set.manifest.rows.filter((row) => held.has(train[row]!))).toEqual([])
    expect(set.heldOut).toBe(train.filter((text) => held.has(text)).length)
    expect(store.runs.get(set.id)).toMatchObject({ stage: 'calibration', key: set.key, seed: 3 })
  })

  it('opens no test split: what was learnt of it when the dataset was made is enough', async () => {
    const { stages, dataset, store } = shop()
    await stages.parts.sets.draw(dataset, { ...usual, seed: 4 })
    expect(store.testOpenings.list({ limit: 10 })).toEqual([])
  })

  it('leaves out rows that differ from a held-out text in case and punctuation alone, with a warning', async () => {
    const { store, dataset, sets } = await leaky()
    const set = await sets.draw(dataset, { composition: 'unlabelled', size: 18, seed: 1, draw: 0 })
    expect(set.manifest.rows).toEqual([0, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
    expect(set.warnings).toMatchObject([{ code: 'calibration-held-out', message: expect.stringContaining('2 rows') }])
    await expect(sets.draw(dataset, { ...usual, composition: 'unlabelled', size: 19 })).rejects.toMatchObject({
      code: 'input-invalid',
    })
    store.close()
  })

  it('of a dataset that was made before held-out rows were written down opens the test split once, and says so', async () => {
    const { store, dataset, sets } = await leaky()
    rmSync(join(dataset.folder, 'held-out.json'))
    const first = await sets.draw(dataset, { ...usual, size: 8 })
    const fresh = new CalibrationSets({ runs: store.runs, testOpenings: store.testOpenings })
    const second = await fresh.draw(dataset, { ...usual, size: 6 })
    expect([first.heldOut, second.heldOut]).toEqual([2, 2])
    expect(store.testOpenings.list({ limit: 10 })).toMatchObject([
      { runKey: first.key, dataset: dataset.record.fingerprint },
    ])
    writeFileSync(join(dataset.folder, 'held-out.json'), '{"rows": []}')
    const third = await new CalibrationSets({ runs: store.runs, testOpenings: store.testOpenings }).draw(dataset, {
      ...usual,
      size: 4,
    })
    expect(third.heldOut).toBe(2)
    expect(store.testOpenings.list({ limit: 10 })).toHaveLength(2)
    store.close()
  })

  it('from elsewhere is taken by its manifest, and refused where its rows are others or stand in dev or test', async () => {
    const { store, dataset, sets } = await leaky()
    const { manifest, fingerprint } = await sets.draw(dataset, { ...usual, size: 8 })
    const there = sets.findSet(fingerprint.slice('sha256:'.length, 20))
    store.runs.remove(there.id)
    expect(await sets.take(dataset, manifest)).toMatchObject({ fingerprint, manifest })
    const given = (rows: number[], checksum = manifest.checksum): CalibrationSet['manifest'] => ({
      ...manifest,
      size: rows.length,
      rows,
      checksum,
    })
    await expect(sets.take(dataset, given([0, 2, 4]))).rejects.toMatchObject({ code: 'hash-mismatch' })
    await expect(sets.take(dataset, given([0, 99]))).rejects.toMatchObject({ code: 'input-invalid', found: 'row 99' })
    // sha256 of "train:2\ntrain:4\n": rows 1 and 3, whose records are the second and the fourth of the file.
    const leaking = given([1, 3], 'sha256:3144105748e6ec581257c0db0fb7c2b88714a23a9fb8bc89f010f280331bf063')
    await expect(sets.take(dataset, leaking)).rejects.toMatchObject({
      code: 'input-invalid',
      found: expect.stringContaining('2 of 2'),
    })
    store.close()
  })
})

describe('an activation profile', () => {
  async function asked(changes: Partial<DrawOptions> = {}) {
    const { stages, dataset, discriminative } = shop()
    const set = await stages.parts.sets.draw(dataset, { ...usual, ...changes })
    return { model: discriminative, dataset, set, options: { labels: 'true', bins: 512, headOutput: false } as const }
  }

  it('is a file named by its content, with a run that says what it is of', async () => {
    const { stages, home, store } = shop()
    const given = await asked()
    const { record, folder } = await stages.parts.profiles.make(given, quiet)
    expect(folder).toBe(join(home, 'profiles', record.fingerprint.slice('sha256:'.length)))
    const profile = decodeProfile(readFileSync(join(folder, 'profile.bin')))
    expect(profile).toMatchObject({ bins: 512, texts: 40 })
    expect(record).toMatchObject({ texts: 40, steps: profile.steps, set: { fingerprint: given.set.fingerprint } })
    expect(store.runs.byKey(record.key)).toMatchObject({ id: record.id, stage: 'calibration' })
    expect((await stages.parts.profiles.make(given, quiet)).record).toEqual(record)
    const forced = await stages.parts.profiles.make(given, { ...quiet, force: true })
    expect(forced.record.fingerprint).toBe(record.fingerprint)
  })

  it.each([
    ['profile.bin', 'cut short'],
    ['manifest.json', '{}'],
  ])('whose %s is damaged is store-damaged to who reads it, and made anew by who makes it', async (name, content) => {
    const { stages } = shop()
    const given = await asked({ seed: name.length })
    const stored = await stages.parts.profiles.make(given, quiet)
    writeFileSync(join(stored.folder, name), content)
    const read = async (): Promise<unknown> => stages.services.calibration.show(stored.record.fingerprint)
    await expect(read()).rejects.toMatchObject({ code: 'store-damaged' })
    const warned: string[] = []
    await stages.parts.profiles.make(given, { ...quiet, onWarning: ({ code }) => warned.push(code) })
    expect(warned).toEqual(['profile-made-anew'])
    expect(await read()).toMatchObject({ kind: 'profile', profile: { fingerprint: stored.record.fingerprint } })
  })

  it('is listed, shown with its sites, and removed with its run', async () => {
    const { stages, store } = shop()
    const given = await asked({ seed: 77 })
    const { record } = await stages.parts.profiles.make(given, quiet)
    const { calibration } = stages.services
    const listed = await calibration.list(100)
    expect(listed.profiles.map(({ id }) => id)).toContain(record.id)
    expect(listed.sets.map(({ id }) => id)).toContain(given.set.id)
    const shown = await calibration.show(record.id)
    if (shown.kind !== 'profile') throw new Error('no profile')
    const cell = shown.sites.find(({ site }) => site === 'cell')!
    expect(cell.histogram).toHaveLength(64)
    expect(cell.histogram.reduce((sum, values) => sum + values, 0)).toBe(cell.count)
    expect(await calibration.remove(record.id)).toEqual({ id: record.id, kind: 'profile' })
    expect(store.runs.get(record.id)).toBeUndefined()
    await expect(calibration.show(record.id)).rejects.toMatchObject({ code: 'not-found' })
    expect(await calibration.remove(given.set.fingerprint)).toEqual({ id: given.set.id, kind: 'set' })
  })
})
