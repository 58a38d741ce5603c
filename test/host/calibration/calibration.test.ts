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

describe('the name of a calibration set', () => {
  const asked = (changes: object) => ({ dataset: 'voice-commands', ...usual, size: 24, seed: 41, ...changes })

  it('stands for all draws of a declaration, and leaves their bytes as they are', async () => {
    const { calibration } = shop().stages.services
    const plain = await calibration.draw(asked({ draw: 0 }))
    expect(plain.name).toBeNull()
    const first = await calibration.draw(asked({ draw: 0, name: 'even-24' }))
    await calibration.draw(asked({ draw: 1, name: 'even-24' }))
    expect(first).toEqual({ ...plain, name: 'even-24' })
    const shown = await calibration.show('even-24')
    if (shown.kind !== 'draws') throw new Error('no draws')
    expect(shown.sets.map(({ manifest }) => manifest.draw)).toEqual([0, 1])
    const listed = (await calibration.list(100)).sets.filter(({ name }) => name === 'even-24')
    expect(listed.map(({ id }) => id).sort()).toEqual(shown.sets.map(({ id }) => id).sort())
  })

  it('is refused to another declaration before anything is drawn, and to a set that has another', async () => {
    const { stages, store } = shop()
    const { calibration } = stages.services
    const before = store.runs.list({ stage: 'calibration', limit: 1000 }).length
    await expect(calibration.draw(asked({ seed: 42, name: 'even-24' }))).rejects.toMatchObject({ code: 'conflict' })
    await expect(calibration.draw(asked({ name: 'other-24' }))).rejects.toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('even-24'),
    })
    expect(store.runs.list({ stage: 'calibration', limit: 1000 })).toHaveLength(before)
  })

  it('is changed for all its draws at once, and taken away', async () => {
    const { calibration } = shop().stages.services
    expect(calibration.rename('even-24', 'alike-24').ids).toHaveLength(2)
    await expect(calibration.show('even-24')).rejects.toMatchObject({ code: 'not-found' })
    const shown = await calibration.show('alike-24')
    const [first] = shown.kind === 'draws' ? shown.sets : []
    expect(calibration.rename('alike-24', null).ids).toHaveLength(2)
    // A draw without a name is named with the other draws of its declaration.
    expect(calibration.rename(first!.id, 'alike-24').ids).toHaveLength(2)
  })

  it('is removed with all its draws; the same manifests bring the very draws back', async () => {
    const { calibration } = shop().stages.services
    const shown = await calibration.show('alike-24')
    if (shown.kind !== 'draws') throw new Error('no draws')
    expect(await calibration.remove('alike-24')).toMatchObject({ kind: 'draws', ids: shown.sets.map(({ id }) => id) })
    for (const { manifest } of shown.sets) await calibration.import(manifest, 'alike-24')
    const again = await calibration.show('alike-24')
    if (again.kind !== 'draws') throw new Error('no draws')
    expect(again.sets.map(({ key, manifest }) => [key, manifest])).toEqual(
      shown.sets.map(({ key, manifest }) => [key, manifest]),
    )
  })
})

describe('what may be drawn, and what draws are', () => {
  it('counts the texts of each class that stand in neither dev nor test', async () => {
    const { store, dataset, sets } = await leaky()
    expect(await sets.pool(dataset)).toMatchObject({
      classes: [
        { name: 'a', texts: 10, available: 10 },
        { name: 'b', texts: 10, available: 8 },
      ],
      heldOut: 2,
    })
    store.close()
  })

  it('is known before anything is stored, and the same of what is stored then', async () => {
    const { stages, store } = shop()
    const { calibration } = stages.services
    const declared = { dataset: 'voice-commands', composition: 'balanced', size: 30, seed: 51 } as const
    const before = store.runs.list({ stage: 'calibration', limit: 1000 }).length
    const facts = await calibration.facts({ ...declared, draws: 3 })
    expect(store.runs.list({ stage: 'calibration', limit: 1000 })).toHaveLength(before)
    const sets = [0, 1, 2].map((draw) => calibration.draw({ ...declared, draw }))
    const stored = await Promise.all(sets)
    expect(await calibration.facts({ sets: stored.map(({ id }) => id) })).toEqual(facts)
    expect(facts.fingerprints).toEqual(stored.map(({ fingerprint }) => fingerprint))
    expect(facts.distinct).toBe(new Set(stored.flatMap(({ manifest }) => manifest.rows)).size)
    expect(facts.classes.map(({ most }) => most)).toEqual(stored[0]!.manifest.classes.map(({ texts }) => texts))
    expect(facts).toMatchObject({ draws: 3, overlap: 0, exhausted: [] })
    expect(facts.words.median).toBeGreaterThan(1)
  })

  it('names the classes of which every text is in every draw', async () => {
    const { store, dataset, sets } = await leaky()
    const facts = await sets.preview(dataset, { composition: { a: 1, b: 4 }, size: 10, seed: 1 }, 2)
    expect(facts).toMatchObject({ exhausted: ['b'], classes: [{ least: 2 }, { least: 8, most: 8 }] })
    await expect(sets.preview(dataset, { composition: { b: 1 }, size: 9, seed: 1 }, 1)).rejects.toMatchObject({
      code: 'input-invalid',
    })
    store.close()
  })
})

describe('profiles of two sets held against each other', () => {
  const options = { labels: 'true', bins: 512, headOutput: false } as const

  it('waits for profiles that are not there, and compares them once one job has made them all', async () => {
    const { stages, discriminative, store } = shop()
    const { calibration } = stages.services
    const drawn = async (composition: DrawOptions['composition'], name: string): Promise<void> => {
      for (const draw of [0, 1, 2])
        await calibration.draw({ dataset: 'voice-commands', composition, size: 40, seed: 61, draw, name })
    }
    await drawn('natural', 'natural-40')
    const { manifest } = await calibration.draw({ dataset: 'voice-commands', ...usual, seed: 61 })
    await drawn({ [manifest.classes[0]!.name]: 1 }, 'one-40')
    const asked = { model: discriminative.record.name, set: ['one-40'], against: ['natural-40'], part: 0, ...options }
    expect(await calibration.compare(asked)).toMatchObject({ missing: { length: 6 }, sites: [], paired: true })
    const sets = ['one-40', 'natural-40']
    const all = { model: asked.model, sets, device: 'cpu', force: false, ...options }
    const started = await calibration.profileAll(all)
    if (started.state !== 'started') throw new Error('not started')
    await expect.poll(() => store.jobs.get(started.job.id)?.state, { timeout: 60_000 }).toBe('done')
    expect(store.jobs.get(started.job.id)).toMatchObject({ result: { made: 6, doneBefore: 0 } })
    expect(await calibration.profileAll(all)).toEqual({ state: 'done-before' })
    const { sites, missing } = await calibration.compare(asked)
    expect(missing).toEqual([])
    const cell = sites.find(({ site }) => site === 'cell')!
    expect(cell.shift).toMatchObject({ pairs: 3, interval: { level: 0.95 } })
    expect(cell.between).toMatchObject({ pairs: 6 })
    // Texts of one class alone move the cell further than one draw lies from the next.
    expect(cell.shift!.mean).toBeGreaterThan(cell.between!.mean)
    expect(cell.set.clips).toHaveLength(3)
    await expect(calibration.compare({ ...asked, part: 1 })).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
