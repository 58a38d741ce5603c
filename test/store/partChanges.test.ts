import { describe, expect, it } from 'vitest'
import { openTemp } from './support/openTemp.ts'
import { sampleJob, sampleRun, sampleStudy, owner } from './support/samples.ts'

/** The parts whose count grew by what was done. */
function changedBy(store: ReturnType<typeof openTemp>, act: () => void): string[] {
  const before = store.partChanges()
  act()
  return [...store.partChanges()].filter(([part, changes]) => changes > (before.get(part) ?? 0)).map(([part]) => part)
}

describe('partChanges', () => {
  it('counts what is stored, changed and removed, for the part that it belongs to', () => {
    const store = openTemp()
    const run = sampleRun()
    expect(changedBy(store, () => store.runs.put(run))).toEqual(['run'])
    expect(changedBy(store, () => store.runs.tag(run.id, ['a', 'b']))).toEqual(['run'])
    expect(changedBy(store, () => store.runs.put({ ...run, duration_s: 2 }, { force: true }))).toEqual(['run'])
    expect(changedBy(store, () => store.runs.remove(run.id))).toEqual(['run'])
  })

  it('counts a calibration set as a run and as a set, and its name as the set’s', () => {
    const store = openTemp()
    const set = sampleRun({ stage: 'calibration' })
    expect(changedBy(store, () => store.runs.put(set))).toEqual(['calibration', 'run'])
    expect(changedBy(store, () => store.calibrationNames.give([set.id], 'natural-512'))).toEqual(['calibration'])
    expect(changedBy(store, () => store.runs.remove(set.id))).toEqual(['calibration', 'run'])
  })

  it('counts studies and each of their cells, and not jobs', () => {
    const store = openTemp()
    const study = sampleStudy()
    const run = sampleRun()
    store.runs.put(run)
    expect(changedBy(store, () => store.studies.plan(study, [{ draw: 0 }], () => false))).toEqual(['study'])
    expect(changedBy(store, () => store.studies.finish(study.id, [{ number: 0, runId: run.id }]))).toEqual(['study'])
    expect(changedBy(store, () => store.runs.remove(run.id))).toEqual(['run', 'study'])
    expect(changedBy(store, () => store.jobs.insert(sampleJob(), owner))).toEqual([])
  })

  it('sees what another connection wrote', () => {
    const store = openTemp()
    const home = store.path.replace(/\/[^/]+$/, '')
    const other = openTemp({ home })
    expect(changedBy(store, () => other.runs.put(sampleRun()))).toEqual(['run'])
  })
})
