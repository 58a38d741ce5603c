/**
 * A process of its own for the tests that need one: `node child.ts <command> <home>`. It writes one line for each thing done; what
 * waits, waits for a line on standard input.
 */
import { readSync } from 'node:fs'
import { ulid } from 'ulid'
import { describeError, toErrorRecord } from '../../../src/shared/errors.ts'
import { openStore, thisProcessAsOwner } from '../../../src/store/index.ts'
import { migrations } from '../../../src/store/migrations/index.ts'
import type { Migration } from '../../../src/store/migrations/migration.ts'
import { openStoreWith } from '../../../src/store/openStore.ts'
import { sampleJob, sampleRun } from './samples.ts'

const [command = '', home = ''] = process.argv.slice(2)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Blocks the process as a migration does. */
function waitForLine(): void {
  readSync(0, Buffer.alloc(16))
}

/** Opens when told, stores one job, says what it found. */
function open(): void {
  say('ready')
  waitForLine()
  const store = openStore({ home, program: 'bitgauge 0.1.0' })
  store.jobs.insert(sampleJob(), thisProcessAsOwner(ulid()))
  say(`version ${store.schemaVersion}`)
  store.close()
}

/** Does the last migration, says so, and waits with it uncommitted. */
function stallInMigration(): void {
  const last = migrations.at(-1) as Migration
  const stalling: Migration = {
    ...last,
    up: (db) => {
      if (db.memory) return last.up(db)
      last.up(db)
      say('inside')
      waitForLine()
    },
  }
  const store = openStoreWith({ home, program: 'bitgauge 0.1.0' }, [...migrations.slice(0, -1), stalling])
  say(`version ${store.schemaVersion}`)
  store.close()
}

/** Stores runs with arrays for ever, and says each id once it is stored. */
function putForever(): void {
  const store = openStore({ home })
  for (let seed = 0; ; seed += 1) {
    const data = new Float32Array(20_000).map((_, index) => Math.sin(index * (seed + 1)))
    say(store.runs.put(sampleRun({ seed, arrays: [{ name: 'logits', shape: [20_000], data }] })).run.id)
  }
}

/** Stores runs until something fails; then says what, what can still be read, and whether the store is whole. */
function putUntilFull(): void {
  const store = openStore({ home })
  let stored = 0
  try {
    for (; ; stored += 1) {
      const data = new Float64Array(8_000).map(() => Math.random())
      store.runs.put(sampleRun({ seed: stored, arrays: [{ name: 'x', shape: [8_000], data }] }))
    }
  } catch (error) {
    say(describeError(toErrorRecord(error)))
    say(toErrorRecord(error).code)
  }
  say(String(store.runs.list({ limit: 1000 }).length === stored && stored > 0))
  store.backup().then(
    () => say('backed up'),
    (error: unknown) => {
      say(toErrorRecord(error).code)
      say(String(store.check().ok))
      store.close()
    },
  )
}

/** Opens as an ordinary user, who may not write to the home. */
function openAsNobody(): void {
  openStore({ home: `${home}-of-root` }).close() // loads what must be loaded before the rights are given up
  if (process.getuid?.() === 0) process.setuid?.(65_534)
  try {
    openStore({ home })
  } catch (error) {
    say(describeError(toErrorRecord(error)))
    say(toErrorRecord(error).code)
  }
}

const commands: Record<string, () => void> = { open, stallInMigration, putForever, putUntilFull, openAsNobody }
commands[command]?.()
