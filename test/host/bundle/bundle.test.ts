import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ulid } from 'ulid'
import { root } from '../../../build/tasks/run.ts'
import { createBundle, type BundleParts } from '../../../src/host/bundle/createBundle.ts'
import { importBundle } from '../../../src/host/bundle/importBundle.ts'
import { ProfileStore } from '../../../src/store/calibration/index.ts'
import { openStore, thisProcessAsOwner, type Store } from '../../../src/store/index.ts'
import { ModelStore } from '../../../src/store/models/index.ts'
import { withMounts } from '../export/support.ts'
import { temporaryFolder } from '../harness.ts'
import { measuredHome, smallStudy } from '../study/sample.ts'
import { entriesOf, listed, sha256, withHost, writeArchive } from './archive.ts'

const folder = temporaryFolder()
const measured = measuredHome()

const bundle = (): string => join(folder(), 'study.tar.gz')
const create = (home: string, file = bundle(), overwrite = false) =>
  withHost(home, ({ client }) => client.study.createBundle({ study: 'small', file, overwrite }))
const take = (home: string, file = bundle()) => withHost(home, ({ client }) => client.study.importBundle({ file }))
const resultsOf = (home: string) => withHost(home, ({ client }) => client.study.results({ study: 'small' }))

/** Does something with a home's store, and closes it. */
function inStore<T>(home: string, work: (store: Store) => T): T {
  const store = openStore({ home })
  try {
    return work(store)
  } finally {
    store.close()
  }
}

function partsOf(home: string, { runs, studies }: Store): BundleParts {
  return { home, runs, studies, models: new ModelStore(home), profileStore: new ProfileStore(home) }
}

/** Name and sha256 of every table that a home exports of the study. */
async function exported(home: string): Promise<unknown> {
  const out = join(folder(), 'out')
  const { files } = await withHost(home, ({ client }) =>
    client.study.export({ study: 'small', formats: ['csv', 'json', 'latex'], out, overwrite: true }),
  )
  return files.map(({ path, sha256: hash }) => [path, hash])
}

describe('a study’s bundle', () => {
  it('brings a study into an empty home with the same results, and nothing twice', async () => {
    const [from, to] = [measured(join(folder(), 'from')), join(folder(), 'to')]
    const made = await create(from)
    expect(made.file).toMatchObject({
      path: bundle(),
      sha256: sha256(readFileSync(bundle())),
    })
    const imported = await take(to)
    expect(imported).toMatchObject({
      study: { name: 'small', state: 'done' },
      runs: { added: made.runs, existing: 0 },
      models: { added: 1 },
      warnings: [],
    })
    expect(await resultsOf(to)).toEqual(await resultsOf(from))
    for (const kind of ['models', 'profiles'])
      expect(readdirSync(join(to, kind)).sort()).toEqual(readdirSync(join(from, kind)).sort())
    expect(await exported(to)).toEqual(await exported(from))
    expect(await take(to)).toMatchObject({ runs: { added: 0, existing: made.runs }, models: { added: 0, existing: 1 } })
    const store = openStore({ home: to })
    expect(store.check()).toMatchObject({ ok: true })
    store.close()
  })

  it('takes away what a killed program left beside it, and nothing of a living one', async () => {
    const home = measured(join(folder(), 'from'))
    const dead = spawnSync(process.execPath, ['--version']).pid
    for (const pid of [dead, process.ppid]) writeFileSync(`${bundle()}.${pid}.tmp`, 'half')
    await create(home)
    expect(readdirSync(folder()).sort()).toEqual(['from', 'study.tar.gz', `study.tar.gz.${process.ppid}.tmp`])
  })

  it('is the same bytes from either home, and one that other programs can list', async () => {
    const [from, to] = [measured(join(folder(), 'from')), join(folder(), 'to')]
    await create(from)
    await take(to)
    const again = join(folder(), 'again.tar.gz')
    await create(to, again)
    expect(readFileSync(again).equals(readFileSync(bundle()))).toBe(true)
    const { stdout } = spawnSync('tar', ['tzf', bundle()], { encoding: 'utf8' })
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'manifest.json',
      'study.json',
      'cells/000000.jsonl',
      'runs/000000.jsonl',
      'runs/000000.bin',
    ])
  })

  it('is not written over a file unless that is asked for', async () => {
    const from = measured(join(folder(), 'from'))
    writeFileSync(bundle(), 'mine')
    await expect(create(from)).rejects.toMatchObject({ code: 'file-exists' })
    expect(readFileSync(bundle(), 'utf8')).toBe('mine')
    await create(from, bundle(), true)
    expect(readFileSync(bundle()).length).toBeGreaterThan(1000)
  })

  it('fills what another home of the same study has left to do, and stays out of a study of the same name', async () => {
    const [from, to] = [measured(join(folder(), 'from')), measured(join(folder(), 'to'))]
    await create(from)
    const store = openStore({ home: to })
    const [study] = store.studies.list()
    const lost = store.studies.cells(study!.id)[3]!.runId as string
    store.runs.remove(lost)
    store.close()
    expect(await take(to)).toMatchObject({ runs: { added: 1 }, study: { cells: { done: 18 } } })
    const other = measured(join(folder(), 'other'))
    await withHost(other, async ({ client }) => {
      await client.study.remove({ study: 'small' })
      const { job } = await client.study.run({
        text: smallStudy.replace('seed: 5', 'seed: 6'),
        file: 'x',
        retryFailed: false,
        force: false,
        device: 'cpu',
      })
      await client.jobs.cancel({ id: job.id })
    })
    await expect(take(other)).rejects.toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('study remove small'),
    })
  })

  it('is refused where the home has other figures under the same key, and nothing of it is stored', async () => {
    const [from, to] = [measured(join(folder(), 'from')), join(folder(), 'to')]
    await create(from)
    await take(to)
    const store = openStore({ home: to })
    const { run } = store.studies.cellsWithRuns(store.studies.list()[0]!.id, { after: -1, limit: 5 })[4]!
    store.runs.put({ ...run!, result: { ...(run!.result as object), accuracy: 0.123 } }, { force: true })
    store.studies.remove(store.studies.list()[0]!.id, () => false)
    store.close()
    await expect(take(to)).rejects.toMatchObject({ code: 'conflict', found: expect.stringContaining(run!.id) })
    await withHost(to, async ({ client }) => expect(await client.study.list({})).toEqual([]))
  })

  it('of version 1, its archive written by an independent program, is read and written again', async () => {
    const golden = join(root, 'test', 'golden', 'bundle_v1.tar.gz')
    const to = join(folder(), 'to')
    expect(await take(to, golden)).toMatchObject({ study: { name: 'golden', state: 'done' }, runs: { added: 8 } })
    const { rows, answers } = await withHost(to, ({ client }) => client.study.results({ study: 'golden' }))
    expect(rows.map(({ accuracy, n }) => [accuracy, n])).toEqual([[0.425, 40], [0.45, 40], [0.425, 40]]) // prettier-ignore
    expect(answers).toMatchObject([{ question: { name: 'holds' }, missing: 0 }])
    await withHost(to, ({ client }) => client.study.createBundle({ study: 'golden', file: bundle(), overwrite: false }))
    const [list, ...files] = entriesOf(golden)
    const [written, ...again] = entriesOf(bundle())
    expect(again).toEqual(files)
    expect(JSON.parse(written!.bytes.toString())).toEqual(JSON.parse(list!.bytes.toString()))
  })

  it('is not there where its writing was cancelled, nor a study where its import was', async () => {
    const [from, to] = [measured(join(folder(), 'from')), join(folder(), 'to')]
    await create(from)
    const store = openStore({ home: from })
    const target = { path: join(folder(), 'again.tar.gz'), overwrite: false, signal: AbortSignal.abort() }
    const written = createBundle(partsOf(from, store), store.studies.list()[0]!, target)
    await expect(written).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(folder()).filter((name) => name.startsWith('again'))).toEqual([])
    store.close()

    const other = openStore({ home: to })
    const stop = new AbortController()
    const put: Store['runs']['put'] = (...args) => {
      stop.abort()
      return other.runs.put(...args)
    }
    const parts = { ...partsOf(to, other), runs: Object.assign(Object.create(other.runs) as Store['runs'], { put }) }
    await expect(importBundle(parts, bundle(), stop.signal)).rejects.toMatchObject({ code: 'cancelled' })
    expect(other.studies.list()).toEqual([])
    await importBundle(partsOf(to, other), bundle())
    expect(other.studies.list()).toMatchObject([{ name: 'small', state: 'done' }])
    other.close()
  })

  it('is refused while the study runs here', async () => {
    const home = measured(join(folder(), 'from'))
    await create(home)
    inStore(home, ({ studies }) =>
      studies.take(studies.list()[0]!.id, thisProcessAsOwner(ulid()), () => false, new Date().toISOString()),
    )
    const parts = { code: 'conflict', hint: expect.stringContaining('study pause') as string }
    await expect(take(home)).rejects.toMatchObject(parts)
  })

  it('brings what failed as failed, and fills in what failed here where it was measured there', async () => {
    const [from, to] = [measured(join(folder(), 'from')), join(folder(), 'to')]
    await create(from)
    inStore(from, ({ studies }) => {
      const error = { code: 'out-of-memory', message: 'There was not enough memory.' } as const
      studies.finish(studies.list()[0]!.id, [{ number: 7, error }])
    })
    const failed = join(folder(), 'failed.tar.gz')
    await create(from, failed)
    expect(await take(to, failed)).toMatchObject({ study: { state: 'failed', cells: { done: 17, failed: 1 } } })
    const { failures } = await withHost(to, ({ client }) => client.study.show({ study: 'small' }))
    expect(failures).toMatchObject([{ number: 7, error: { code: 'out-of-memory' } }])
    expect(await take(to)).toMatchObject({ study: { state: 'done', cells: { done: 18, failed: 0 } } })
  })
})

type Kind = 'quantization' | 'calibration' | 'training' | 'evaluation'
const idsOf = ({ runs }: Store, stage: Kind): string[] => runs.list({ stage, limit: 1000 }).map(({ id }) => id)

/** Fingerprints of the quantized models of a home's evaluations, each with that of the run that the evaluation names. */
function quantizedBy({ runs }: Store): [told: string, named: unknown][] {
  return runs.list({ stage: 'evaluation', limit: 1000 }).flatMap(({ result }) => {
    const { quantization } = result as { quantization?: { run: string; fingerprint: string } }
    if (!quantization) return []
    const named = runs.get(quantization.run)?.result as { fingerprint: string } | undefined
    return [[quantization.fingerprint, named?.fingerprint]]
  })
}

/** Takes the study and its evaluations away; what they rest on stays. */
function forget(home: string): void {
  inStore(home, (store) => {
    store.studies.remove(store.studies.list()[0]!.id, () => false)
    for (const id of idsOf(store, 'evaluation')) store.runs.remove(id)
  })
}

describe('a bundle whose runs have other ids here', () => {
  /** Puts other ids into the bundle, wherever they stand. */
  function rename(names: ReadonlyMap<string, string>): void {
    const fresh = (text: string): string =>
      text.replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, (id) => names.get(id) ?? id)
    const entries = entriesOf(bundle()).map(({ name, bytes }) =>
      /\.jsonl?$/.test(name) ? { name, bytes: Buffer.from(fresh(bytes.toString())) } : { name, bytes },
    )
    writeArchive(bundle(), listed(entries))
  }

  it('leaves those that are here, and all that refers to them follows', async () => {
    const [from, to] = [measured(join(folder(), 'from')), measured(join(folder(), 'to'))]
    await create(from)
    const stages = ['training', 'calibration', 'quantization'] as const
    const ids = inStore(from, (store) => stages.map((stage) => idsOf(store, stage)))
    rename(new Map(ids.flat().map((id) => [id, ulid()])))
    for (const kind of ['models', 'profiles']) rmSync(join(to, kind), { recursive: true })
    forget(to)
    await take(to)
    expect(await resultsOf(to)).toEqual(await resultsOf(from))
    const records = ['models', 'profiles'].flatMap((kind) =>
      readdirSync(join(to, kind)).map((name) => readFileSync(join(to, kind, name, 'manifest.json'), 'utf8')),
    )
    const [trainings = [], calibrations = []] = ids
    const named = [...trainings, ...calibrations].filter((id) => records.some((record) => record.includes(id)))
    expect(named).toEqual([...trainings, ...calibrations])
  })

  it('takes new ones where other runs have them', async () => {
    const [from, to] = [measured(join(folder(), 'from')), join(folder(), 'to')]
    await create(from)
    await take(to)
    forget(to)
    const [first = '', second = ''] = inStore(to, (store) => idsOf(store, 'quantization'))
    inStore(to, ({ runs }) => runs.remove(first))
    rename(new Map([[first, second]]).set(second, first))
    expect(await take(to)).toMatchObject({ study: { state: 'done' } })
    const found = inStore(to, quantizedBy)
    expect(found.length).toBe(16)
    for (const [told, named] of found) expect(named).toBe(told)
  })
})

const importChild = fileURLToPath(new URL('importChild.ts', import.meta.url))
const cli = join(root, 'src', 'cli', 'main.ts')
const room = withMounts('true') !== null

/** Runs a command with a folder whose disk has so much room; `then` is what the shell does after it. */
function onSmallDisk(size: string, then: string, args: readonly string[]): { stdout: string; stderr: string } {
  const disk = join(folder(), 'disk')
  mkdirSync(disk)
  const script = `cd ${disk} && mount -t tmpfs -o size=${size} tmpfs . && cd ${disk} && "$@"; ${then}`
  const [program = '', ...rest] = withMounts(script) ?? []
  return spawnSync(program, [...rest, process.execPath, ...args], { encoding: 'utf8' })
}

describe('an import that is cut off', () => {
  it('leaves whole runs and no study that seems done, wherever it is killed; done again it finishes', async () => {
    const [from, to] = [measured(join(folder(), 'from')), join(folder(), 'to')]
    const { runs } = await create(from)
    const moments = ['runs.put 20', 'profiles.put 2', 'studies.update 1']
    for (const moment of moments) {
      const { signal } = spawnSync(process.execPath, [importChild, to, bundle(), ...moment.split(' ')])
      expect(signal).toBe('SIGKILL')
      inStore(to, (store) => {
        expect(store.check()).toMatchObject({ ok: true })
        expect(store.studies.list().filter(({ state }) => state === 'done')).toEqual([])
      })
    }
    expect((await withHost(to, ({ client }) => client.model.list({}))).damaged).toEqual([])
    expect(await take(to)).toMatchObject({ runs: { existing: runs }, study: { state: 'done' } })
    expect(await resultsOf(to)).toEqual(await resultsOf(from))
    expect(readdirSync(join(to, 'profiles')).filter((name) => name.startsWith('staging'))).toEqual([])
  }, 30_000)

  it.runIf(room)('by a full disk says so; done again with room it finishes', async () => {
    await create(measured(join(folder(), 'from')))
    const again = 'mount -o remount,size=64m . && "$@"'
    const { stdout, stderr } = onSmallDisk('1m', again, [importChild, 'home', bundle()])
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^disk-full\n\d+ added\n$/), ''])
  })
})

it.runIf(room)('a bundle that finds no room is not there', async () => {
  const from = measured(join(folder(), 'from'))
  await create(from)
  const size = `${Math.floor(statSync(bundle()).size / 2048)}k`
  const args = [cli, 'bundle', 'create', 'small', 'x.tar.gz', '--home', from]
  const { stdout, stderr } = onSmallDisk(size, 'ls -A | wc -l', args)
  expect([stdout.trim(), stderr]).toEqual(['0', expect.stringContaining('there is no room left on the disk')])
})
