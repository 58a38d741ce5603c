import { describe, expect, it } from 'vitest'
import { failure } from './support/errors.ts'
import { openTemp } from './support/openTemp.ts'
import { orderedId, sampleRun } from './support/samples.ts'

function storeWithRuns(count: number) {
  const store = openTemp()
  const ids = Array.from({ length: count }, (_, seed) =>
    store.runs.put(sampleRun({ id: orderedId(seed), stage: 'calibration', seed })),
  ).map(({ run }) => run.id)
  return { store, ids, names: store.calibrationNames }
}

describe('names of calibration sets', () => {
  it('belong to runs, are replaced by later ones, and can be taken away', () => {
    const { ids, names } = storeWithRuns(3)
    names.give(ids.slice(0, 2), 'natural-512')
    names.give([ids[2]!], 'balanced-512')
    expect(names.runsOf('natural-512')).toEqual(ids.slice(0, 2))
    names.give(ids, 'all-of-them')
    expect([...names.all().values()]).toEqual(['all-of-them', 'all-of-them', 'all-of-them'])
    names.give([ids[1]!], null)
    expect(names.runsOf('all-of-them')).toEqual([ids[0], ids[2]])
  })

  it('go with their run, so that the name is free again', () => {
    const { store, ids, names } = storeWithRuns(1)
    names.give(ids, 'natural-512')
    store.runs.remove(ids[0]!)
    expect(names.runsOf('natural-512')).toEqual([])
    expect(store.check()).toMatchObject({ ok: true })
  })

  it('are given to all runs or to none, and only in their form', () => {
    const { ids, names } = storeWithRuns(1)
    failure('not-found', () => names.give([ids[0]!, orderedId(9)], 'natural-512'))
    failure('input-invalid', () => names.give(ids, 'Natural 512'))
    expect(names.all().size).toBe(0)
  })
})
