import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { calibrationCountSql } from '../../src/store/counts.ts'
import type { Store } from '../../src/store/index.ts'
import { openTemp } from './support/openTemp.ts'
import { fingerprint, orderedId, sampleRun } from './support/samples.ts'

interface Declared {
  composition?: unknown
  size?: number
  draw?: number
  seed?: number
  dataset?: string
}

let made = 0

/** A drawn set as the host stores it, or one that was drawn elsewhere; gives the id of its run. */
function put(store: Store, declared: Declared, kind: 'set' | 'given-set' = 'set'): string {
  const { composition = 'balanced', size = 16, draw = 0, seed = 1, dataset = fingerprint } = declared
  const recipe = kind === 'set' ? { kind, composition, size, draw } : { kind, set: `sha256:${made}` }
  const manifest = { composition, size, draw, seed, rows: [1, 2] }
  const result = { kind: 'set', fingerprint: `sha256:${made}`, manifest, heldOut: 0 }
  const id = orderedId(made)
  made += 1
  store.runs.put(sampleRun({ id, stage: 'calibration', inputs: { dataset }, recipe, seed, result }))
  return id
}

describe('counts', () => {
  it('are nought in a store that is new', () => {
    expect(openTemp().counts()).toEqual({ calibrations: 0, studies: 0, boards: 0 })
  })

  it('take all draws of one declaration for one set, whatever the order of its classes', () => {
    const store = openTemp()
    put(store, { composition: { pump: 1, door: 2 } })
    put(store, { composition: { door: 2, pump: 1 }, draw: 1 })
    expect(store.counts().calibrations).toBe(1)
    put(store, { composition: { door: 1, pump: 1 } })
    put(store, { composition: 'natural' })
    put(store, { composition: 'natural', size: 32 })
    put(store, { composition: 'natural', seed: 2 })
    put(store, { composition: 'natural', dataset: `sha256:${'cd'.repeat(32)}` })
    expect(store.counts().calibrations).toBe(6)
  })

  it('follow names, and what is taken away', () => {
    const store = openTemp()
    const ids = [0, 1, 2].map((draw) => put(store, { draw }))
    store.calibrationNames.give([ids[2]!], 'mine')
    expect(store.counts().calibrations).toBe(2)
    store.runs.remove(ids[2]!)
    expect(store.counts().calibrations).toBe(1)
  })

  it('have one more for each draw that is there again, drawn elsewhere', () => {
    const store = openTemp()
    put(store, {})
    put(store, { draw: 1 }, 'given-set')
    expect(store.counts().calibrations).toBe(1)
    put(store, {}, 'given-set')
    put(store, { draw: 1 }, 'given-set')
    expect(store.counts().calibrations).toBe(3)
  })

  it('leave out activation profiles and rows that are damaged', () => {
    const store = openTemp()
    put(store, {})
    store.runs.put(sampleRun({ stage: 'calibration', recipe: { kind: 'profile' }, result: { kind: 'profile' } }))
    const [second, third] = [put(store, { size: 8 }), put(store, { size: 9 }, 'given-set')]
    const db = new Database(store.path)
    db.prepare("UPDATE runs SET recipe = '{' WHERE id = ?").run(second)
    db.prepare("UPDATE runs SET result = '{' WHERE id = ?").run(third)
    db.close()
    expect(store.counts().calibrations).toBe(1)
  })

  it('look at the runs of calibration alone', () => {
    const db = new Database(openTemp().path, { readonly: true })
    const steps = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${calibrationCountSql}`).all()
    db.close()
    expect(steps.map(({ detail }) => detail).join('\n')).toMatch(/SEARCH runs USING INDEX \w+ \(stage=\?\)/)
  })
})
