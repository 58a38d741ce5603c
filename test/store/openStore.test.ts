import Database from 'better-sqlite3'
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { failure } from './support/errors.ts'
import { openTemp } from './support/openTemp.ts'
import { owner, sampleJob } from './support/samples.ts'
import { tempHome } from './support/tempHome.ts'

describe('openStore', () => {
  it('makes a home that is this user’s alone, with a store in it', () => {
    const home = join(tempHome(), 'a', 'b')
    const store = openTemp({ home, program: 'bitgauge 0.1.0' })
    expect(store.path).toBe(join(home, 'bitgauge.sqlite'))
    expect(store.schemaVersion).toBe(7)
    store.jobs.insert(sampleJob(), owner)
    expect(statSync(home).mode & 0o777).toBe(0o700)
    for (const end of ['', '-wal', '-shm']) expect(statSync(store.path + end).mode & 0o777).toBe(0o600)
  })

  it('leaves the mode of a home that was there', () => {
    const home = tempHome()
    mkdirSync(home)
    chmodSync(home, 0o750)
    openTemp({ home })
    expect(statSync(home).mode & 0o777).toBe(0o750)
  })

  it('writes what it is into the file, for programs that look: `Bitg`, the version, WAL', () => {
    const store = openTemp()
    const db = new Database(store.path, { readonly: true })
    expect(db.pragma('application_id', { simple: true })).toBe(Buffer.from('Bitg').readInt32BE(0))
    expect(db.pragma('user_version', { simple: true })).toBe(7)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.prepare("SELECT value FROM meta WHERE key = 'schema_history'").pluck().get()).toContain('"version":2')
    db.close()
  })

  it('finds the rows again after it was closed, and closing again does nothing', () => {
    const home = tempHome()
    const store = openTemp({ home })
    const job = sampleJob()
    store.jobs.insert(job, owner)
    store.close()
    store.close()
    expect(openTemp({ home }).jobs.get(job.id)).toEqual(job)
  })

  it('opens through a home that is a link', () => {
    const home = tempHome()
    mkdirSync(home)
    const link = join(dirname(home), 'link')
    symlinkSync(home, link)
    openTemp({ home: link })
    expect(statSync(join(home, 'bitgauge.sqlite')).isFile()).toBe(true)
  })

  it('tells by its data version that another connection has written, and not that it has itself', () => {
    const store = openTemp()
    const other = openTemp({ home: dirname(store.path) })
    const before = store.dataVersion()
    store.jobs.insert(sampleJob(), owner)
    expect(store.dataVersion()).toBe(before)
    other.jobs.insert(sampleJob(), owner)
    expect(store.dataVersion()).not.toBe(before)
  })

  it('read-only: says that there is no store, and makes nothing', () => {
    const home = tempHome()
    expect(failure('not-found', () => openStore({ home, readonly: true }))).toContain('--home')
    expect(statSync(home, { throwIfNoEntry: false })).toBeUndefined()
  })

  it('read-only: reads, checks and refuses to write', () => {
    const store = openTemp()
    store.jobs.insert(sampleJob(), owner)
    const reader = openTemp({ home: dirname(store.path), readonly: true })
    expect(reader.jobs.list({ limit: 10 })).toHaveLength(1)
    expect(reader.check().ok).toBe(true)
    failure('permission-denied', () => reader.jobs.insert(sampleJob(), owner))
  })

  it('says `store-busy` when another program holds the write lock for longer than it waits', () => {
    const store = openTemp({ busyTimeout_ms: 50 })
    const other = new Database(store.path)
    onTestFinished(() => void other.close())
    other.exec('BEGIN IMMEDIATE')
    expect(failure('store-busy', () => store.jobs.insert(sampleJob(), owner))).toContain(store.path)
    other.exec('ROLLBACK')
    store.jobs.insert(sampleJob(), owner)
  })

  it('says `store-newer` for a store of a later version, and changes nothing in it', () => {
    const store = openTemp()
    store.close()
    const db = new Database(store.path)
    db.pragma('user_version = 99')
    db.close()
    const line = failure('store-newer', () => openStore({ home: dirname(store.path) }))
    expect(line).toContain('version 99')
    const after = new Database(store.path)
    expect(after.pragma('user_version', { simple: true })).toBe(99)
    after.close()
  })

  it.runIf(existsSync('/proc/self'))('says so at once where no folder can be made', () => {
    failure('conflict', () => openStore({ home: '/proc/none' }))
    failure('conflict', () => openStore({ home: '/proc/none/home' }))
  })

  it('says that a file stands in the home’s place', () => {
    const store = openTemp()
    failure('conflict', () => openStore({ home: store.path }))
    failure('conflict', () => openStore({ home: join(store.path, 'home') }))
    const link = join(dirname(store.path), 'link')
    symlinkSync(join(dirname(store.path), 'nothing'), link)
    failure('conflict', () => openStore({ home: link }))
  })
})
