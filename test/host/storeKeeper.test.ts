import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { forkLauncher } from '../../src/host/compute/forkLauncher.ts'
import { StoreKeeper } from '../../src/host/storeKeeper/storeKeeper.ts'
import { openStore } from '../../src/store/index.ts'
import { orderedId, owner, sampleJob } from '../store/support/samples.ts'
import { holding, isThere } from './holding.ts'
import { eventually, hosts, memoryLog, temporaryFolder } from './harness.ts'

const home = temporaryFolder()
const open = hosts()

function backups(): string[] {
  return existsSync(join(home(), 'backups')) ? readdirSync(join(home(), 'backups')) : []
}

describe('a check of the store', () => {
  it('keeps nobody waiting, and then says what it found', async () => {
    const launcher = holding()
    const { client } = await open(home(), { launcher })
    const check = client.store.check({})
    await eventually(() => launcher.pids.length === 1)
    expect(await client.jobs.list({})).toEqual([])
    expect(await client.store.summary({})).toMatchObject({ runs: 0 })
    const [pid] = launcher.pids
    launcher.letGo()
    expect(await check).toMatchObject({ path: join(home(), 'bitgauge.sqlite'), ok: true, problems: [] })
    expect(isThere(pid)).toBe(false)
  })

  it('ends when the one who asked has gone', async () => {
    const launcher = holding()
    const { client } = await open(home(), { launcher })
    const stop = new AbortController()
    const check = client.store.check({}, { signal: stop.signal })
    await eventually(() => launcher.pids.length === 1)
    stop.abort()
    await expect(check).rejects.toMatchObject({ code: 'cancelled' })
    await eventually(() => !isThere(launcher.pids[0]))
  })

  it('is one for all who ask meanwhile, and goes on for those who stay', async () => {
    const launcher = holding()
    const { client } = await open(home(), { launcher })
    const stop = new AbortController()
    const [gone, staying] = [client.store.check({}, { signal: stop.signal }), client.store.check({})]
    await eventually(() => launcher.pids.length === 1)
    stop.abort()
    await expect(gone).rejects.toMatchObject({ code: 'cancelled' })
    launcher.letGo()
    expect((await staying).ok).toBe(true)
    expect(launcher.pids).toEqual([])
    const again = client.store.check({})
    await eventually(() => launcher.pids.length === 1)
    launcher.letGo()
    expect((await again).ok).toBe(true)
  })

  it('ends with the host that is closed', async () => {
    const launcher = holding()
    const host = await open(home(), { launcher })
    const check = host.client.store.check({}).catch((thrown: unknown) => thrown)
    await eventually(() => launcher.pids.length === 1)
    await host.close()
    expect(isThere(launcher.pids[0])).toBe(false)
    expect(await check).toMatchObject({ code: 'cancelled' })
    await expect(host.client.store.check({})).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('whose process ends is an error of that check alone, and the log has its end', async () => {
    const launcher = holding()
    const { log, lines } = memoryLog()
    const { client } = await open(home(), { launcher, log })
    const check = client.store.check({}).catch((thrown: unknown) => thrown)
    await eventually(() => launcher.pids.length === 1)
    process.kill(launcher.pids[0]!, 'SIGKILL')
    expect(await check).toMatchObject({ code: 'compute-crashed', message: expect.stringContaining('signal SIGKILL') })
    expect(lines).toContainEqual(expect.objectContaining({ level: 40, signal: 'SIGKILL' }))
    expect(await client.jobs.list({})).toEqual([])
  })

  it('is given up after its limit', async () => {
    openStore({ home: home() }).close()
    const launcher = holding()
    const keeper = new StoreKeeper({ home: home(), launcher, log: memoryLog().log, limit_ms: 1 })
    await expect(keeper.check({})).rejects.toMatchObject({ code: 'timed-out' })
    expect(isThere(launcher.pids[0])).toBe(false)
  })

  it('says what is wrong with typed errors, as one in this process would', async () => {
    const keeper = new StoreKeeper({
      ...{ home: join(home(), 'nowhere'), launcher: forkLauncher({ log: memoryLog().log }) },
      log: memoryLog().log,
    })
    await expect(keeper.check({})).rejects.toMatchObject({ code: 'not-found', expected: expect.any(String) })
  })

  it('lets writers write meanwhile, and takes no lock from them', async () => {
    const store = openStore({ home: home() })
    const log = memoryLog().log
    const keeper = new StoreKeeper({ home: home(), launcher: forkLauncher({ log }), log })
    const writing = new Database(store.path)
    writing.exec('BEGIN IMMEDIATE')
    expect((await keeper.check({})).ok).toBe(true)
    expect(writeElsewhere(store.path)).toBe('SQLITE_BUSY')
    writing.close()
    let checking = true
    const checks = Promise.all([keeper.check({}), keeper.check({ quick: true })]).finally(() => (checking = false))
    let jobs = 0
    for (; checking; jobs += 1) {
      store.jobs.insert(sampleJob({ id: orderedId(jobs) }), owner)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    for (const check of await checks) expect(check).toMatchObject({ ok: true, problems: [] })
    expect(await keeper.check({})).toMatchObject({ ok: true, jobs })
    store.close()
  })
})

/** What another process hears that wants to write at once. */
function writeElsewhere(file: string): string {
  const package_ = fileURLToPath(import.meta.resolve('better-sqlite3'))
  const program = `const db = new (require(${JSON.stringify(package_)}))(${JSON.stringify(file)}, { timeout: 0 })
    try { db.exec('BEGIN IMMEDIATE') } catch (error) { process.stdout.write(error.code) }`
  return spawnSync(process.execPath, ['--eval', program], { encoding: 'utf8' }).stdout
}

describe('a backup', () => {
  it('is made while others are answered, one after another', async () => {
    const launcher = holding()
    const { client } = await open(home(), { launcher })
    const [first, second] = [client.store.backup({}), client.store.backup({})]
    await eventually(() => launcher.pids.length === 1)
    expect(await client.jobs.list({})).toEqual([])
    launcher.letGo()
    const made = await first
    await eventually(() => launcher.pids.length === 1)
    launcher.letGo()
    const names = [made, await second].map(({ path }) => basename(path))
    expect(backups().sort()).toEqual(names.sort())
  })

  it('that is stopped half way leaves nothing', async () => {
    const launcher = holding()
    const host = await open(home(), { launcher })
    const stop = new AbortController()
    const first = host.client.store.backup({}, { signal: stop.signal }).catch((thrown: unknown) => thrown)
    await eventually(() => launcher.pids.length === 1)
    expect(backups()).toEqual([expect.stringMatching(/\.tmp$/)])
    stop.abort()
    expect(await first).toMatchObject({ code: 'cancelled' })
    expect(backups()).toEqual([])
    const second = host.client.store.backup({}).catch((thrown: unknown) => thrown)
    await eventually(() => launcher.pids.length === 2)
    await host.close()
    expect(await second).toMatchObject({ code: 'cancelled' })
    expect(backups()).toEqual([])
  })
})
