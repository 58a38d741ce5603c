import { afterEach, describe, expect, it, vi } from 'vitest'
import { expandStudy } from '../../../src/core/study/expandStudy.ts'
import { readStudyOrThrow } from '../../../src/core/study/readStudy.ts'
import { KeptAnswers } from '../../../src/host/study/results/keptAnswers.ts'
import { openTemp } from '../../store/support/openTemp.ts'
import { orderedId, sampleEvaluation, sampleRun, sampleStudy } from '../../store/support/samples.ts'

const yaml = `bitgauge: study/1
name: small
dataset: { id: ag-news }
models: { disc: { family: discriminative } }
calibration: { draws: 2, compositions: { balanced: balanced, one: { World: 1 } } }
recipes: { ours: ours }
grid: { bits: [8] }
questions: [{ name: q, compare: composition, against: balanced, unit: draw, test: sign-flip, smallest: 0.01 }]
`

/** A study of a float cell and four quantized ones, of which the last is not measured yet. */
function measured() {
  const store = openTemp()
  const cells = expandStudy(readStudyOrThrow(yaml, 'small').study)
  const study = store.studies.plan(sampleStudy({ name: 'small', yaml }), cells, () => false)
  const ids: string[] = []
  const measure = (number: number) => {
    const id = (ids[number] = orderedId(number))
    store.runs.put(sampleRun({ id, seed: number, result: sampleEvaluation({ accuracy: 0.5 + number / 100 }) }))
    store.studies.finish(study.id, [{ number, runId: id }])
  }
  for (let number = 0; number < cells.length - 1; number += 1) measure(number)
  const kept = new KeptAnswers({ ...store, partChanges: () => store.partChanges() })
  return { store, study, kept, ids, finish: () => measure(cells.length - 1) }
}

afterEach(() => vi.restoreAllMocks())

describe('the answers of a study', () => {
  it('are worked out once as long as nothing has come that they are about', () => {
    const { store, study, kept } = measured()
    const first = kept.of(study)
    expect(first.map(({ question, missing }) => [question.name, missing])).toEqual([['q', 1]])
    expect(kept.of(study)).toBe(first)
    // Another study's run.
    store.runs.put(sampleRun({ id: orderedId(99), seed: 99, result: sampleEvaluation() }))
    expect(kept.of(study)).toBe(first)
  })

  it('are worked out anew with a cell that was measured', () => {
    const { study, kept, finish } = measured()
    const first = kept.of(study)
    finish()
    const second = kept.of(study)
    expect([first[0]!.missing, second[0]!.missing]).toEqual([1, 0])
    expect(second[0]!.contrasts[0]).toMatchObject({ value: 'one', pairs: 2 })
  })

  it('are worked out anew where a run was taken away or measured again', () => {
    const { store, study, kept, ids } = measured()
    const first = kept.of(study)
    store.runs.put(sampleRun({ id: ids[1]!, seed: 1, result: sampleEvaluation({ accuracy: 0.9 }) }), {
      force: true,
    })
    const second = kept.of(study)
    expect(second).not.toBe(first)
    expect(store.runs.remove(ids[2]!)).toBe(true)
    expect(kept.of(study)).not.toBe(second)
  })

  it('wait, while the study runs, for twenty times as long as they took', () => {
    const { study, kept, finish } = measured()
    let now_ms = 1000
    // Each look at the clock is 10 ms after the one before: that is what working the answers out takes.
    vi.spyOn(performance, 'now').mockImplementation(() => (now_ms += 10))
    const running = { ...study, state: 'running' as const }
    const first = kept.of(running)
    finish()
    expect(kept.of(running)).toBe(first)
    now_ms += 200
    expect(kept.of(running)[0]!.missing).toBe(0)
  })

  it('do not wait once it stands still', () => {
    const { study, kept, finish } = measured()
    vi.spyOn(performance, 'now').mockReturnValue(0)
    const first = kept.of({ ...study, state: 'running' })
    finish()
    expect(kept.of({ ...study, state: 'done' })).not.toBe(first)
  })
})
