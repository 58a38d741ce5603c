import Database from 'better-sqlite3'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTemp } from './support/openTemp.ts'
import { load } from './support/dump.ts'
import { startChild } from './support/startChild.ts'
import { tempHome } from './support/tempHome.ts'

const v1 = new URL('fixtures/v1.sql', import.meta.url)
const rowsOfV1 = 5

function homeOfV1(): string {
  const home = tempHome()
  load(v1, join(home, 'bitgauge.sqlite'))
  return home
}

function versionInFile(home: string): unknown {
  const db = new Database(join(home, 'bitgauge.sqlite'))
  try {
    return db.pragma('user_version', { simple: true })
  } finally {
    db.close()
  }
}

describe('several processes', () => {
  it('make one store when they open an empty home at once', async () => {
    const home = tempHome()
    const children = Array.from({ length: 4 }, () => startChild('open', home))
    await Promise.all(children.map((child) => child.said('ready')))
    for (const child of children) child.tell()
    expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0, 0, 0])
    const store = openTemp({ home })
    expect(store.check()).toMatchObject({ ok: true, jobs: 4 })
    expect(readdirSync(home)).not.toContain('backups')
  })

  it('migrate a store once when they open it at once', async () => {
    const home = homeOfV1()
    const children = Array.from({ length: 4 }, () => startChild('open', home))
    await Promise.all(children.map((child) => child.said('ready')))
    for (const child of children) child.tell()
    expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0, 0, 0])
    expect(openTemp({ home }).check()).toMatchObject({ ok: true, jobs: rowsOfV1 + 4 })
    expect(readdirSync(join(home, 'backups'))).toEqual([expect.stringMatching(/^before-v2-.*\.sqlite$/)])
  })

  it('wait for the one that is migrating', async () => {
    const home = homeOfV1()
    const migrating = startChild('stallInMigration', home)
    await migrating.said('inside')
    const waiting = startChild('open', home)
    await waiting.said('ready')
    waiting.tell()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(waiting.lines).toEqual(['ready'])
    migrating.tell()
    expect(await Promise.all([migrating.ended, waiting.ended])).toEqual([0, 0])
    expect(waiting.lines).toEqual(['ready', 'version 7'])
    expect(readdirSync(join(home, 'backups'))).toHaveLength(1)
  })
})

describe('a process that is killed', () => {
  it('in the middle of a migration leaves the store at its old version, and the next one migrates it', async () => {
    const home = homeOfV1()
    const child = startChild('stallInMigration', home)
    await child.said('inside')
    await child.kill()
    expect(versionInFile(home)).toBe(1)
    const store = openTemp({ home })
    expect(store.schemaVersion).toBe(7)
    expect(store.check()).toMatchObject({ ok: true, problems: [], jobs: rowsOfV1 })
  })

  it('while it writes leaves every run that it said was stored, whole', async () => {
    const home = tempHome()
    for (let round = 1; round <= 3; round += 1) {
      const child = startChild('putForever', home)
      await child.said('0', 10 * round)
      await child.kill()
      const store = openTemp({ home })
      expect(store.check()).toMatchObject({ ok: true, problems: [] })
      for (const id of child.lines) expect(store.runs.array(id, 'logits').shape).toEqual([20_000])
      for (const run of store.runs.list({ limit: 1000 })) store.runs.remove(run.id)
      store.close()
    }
  })

  it('is not alive as an owner, and its jobs are ended', async () => {
    const { isOwnerAlive } = await import('../../src/store/index.ts')
    const home = tempHome()
    const child = startChild('open', home)
    await child.said('ready')
    child.tell()
    await child.ended
    const interrupted = openTemp({ home }).jobs.interruptAbandoned(isOwnerAlive, '2026-11-21T09:00:00.000Z')
    expect(interrupted).toHaveLength(1)
  })
})
