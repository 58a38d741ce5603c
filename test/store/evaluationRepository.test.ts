import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { evaluationColumns, type EvaluationColumn } from '../../src/store/evaluationRepository.ts'
import { openTemp } from './support/openTemp.ts'
import { fingerprint, orderedId, sampleEvaluation, sampleRun, sampleStudy } from './support/samples.ts'

const place = (name: EvaluationColumn) => evaluationColumns.indexOf(name)

describe('the figures of evaluations', () => {
  it('are those of the result, with what many have in common as JSON beside them', () => {
    const store = openTemp()
    const id = orderedId(1)
    store.runs.put(sampleRun({ id, result: sampleEvaluation() }))
    const { rows, texts } = store.evaluations.all()
    const row = rows[0]!
    const number = (name: EvaluationColumn) => row[place(name)]
    const json = (name: EvaluationColumn): unknown => JSON.parse(texts.get(row[place(name)] as number)!)
    expect(rows).toHaveLength(1)
    expect(row[place('run_id')]).toBe(id)
    expect(row[place('fingerprint')]).toBe(`sha256:${'cd'.repeat(32)}`)
    expect(json('model')).toBe('disc "quoted" ü')
    expect(json('composition')).toEqual({ World: 0.5, Sports: 0.5 })
    expect(json('noise')).toEqual({ kind: 'qwerty', level: 0.05 })
    expect(json('shift')).toBeNull()
    expect(json('bits')).toMatchObject({ label: 'W4 A4 C4' })
    expect(json('difference_bounds')).toEqual({ level: 0.95, method: 'tango' })
    expect(json('warnings')).toEqual(['few-texts'])
    expect([number('n'), number('accuracy'), number('draw'), number('bytes')]).toEqual([16, 0.875, 3, 1188864])
    expect([number('low'), number('high'), number('difference_low')]).toEqual([0.86, 0.89, -0.25])
  })

  it('of a float model have no recipe, widths, composition, draw and difference', () => {
    const store = openTemp()
    store.runs.put(sampleRun({ result: sampleEvaluation({ quantization: null }) }))
    const row = store.evaluations.all().rows[0]!
    for (const name of ['recipe', 'bits', 'composition', 'draw', 'difference', 'bytes', 'agreement'] as const)
      expect(row[place(name)]).toBeNull()
    expect(row[place('fingerprint')]).toBe(fingerprint)
  })

  it('go with their run, and are those of the newest measurement', () => {
    const store = openTemp()
    const first = sampleRun({ result: sampleEvaluation() })
    store.runs.put(first)
    store.runs.put({ ...first, result: sampleEvaluation({ accuracy: 0.5 }) }, { force: true })
    expect(store.evaluations.all().rows.map((row) => row[place('accuracy')])).toEqual([0.5])
    store.runs.remove(first.id)
    expect(store.evaluations.all().rows).toEqual([])
    expect(store.check()).toMatchObject({ ok: true })
  })

  it('of a study stand in the order of its cells, with what failed and what was not run', () => {
    const store = openTemp()
    const runs = [0, 1].map((seed) => sampleRun({ id: orderedId(9 - seed), seed, result: sampleEvaluation() }))
    for (const run of runs) store.runs.put(run)
    const { id } = store.studies.plan(sampleStudy(), [{ draw: 0 }, { draw: 1 }, { draw: 2 }, { draw: 3 }], () => false)
    const error = { code: 'compute-crashed' as const, message: 'It ended.' }
    store.studies.finish(id, [
      { number: 0, runId: runs[0]!.id },
      { number: 3, runId: runs[1]!.id },
      { number: 1, error },
    ])
    const { rows } = store.evaluations.ofStudy(id)
    expect(rows.map((row) => row[place('run_id')])).toEqual([runs[0]!.id, null, null, runs[1]!.id])
    expect(rows.map((row) => row.at(-3))).toEqual([null, JSON.stringify(error), null, null])
    expect(rows.map((row) => row.at(-2))).toEqual([0, 1, 2, 3].map((draw) => JSON.stringify({ draw })))
  })

  it('are missed by the check where an evaluation has none', () => {
    const store = openTemp()
    store.runs.put(sampleRun({ result: sampleEvaluation() }))
    const db = new Database(store.path)
    db.exec('DELETE FROM evaluations')
    db.close()
    expect(store.check()).toMatchObject({
      ok: false,
      problems: ['1 evaluation has no figures in the table of evaluations.'],
    })
  })
})
