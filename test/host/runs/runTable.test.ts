import { describe, expect, it } from 'vitest'
import { homeTable, studyTable } from '../../../src/host/runs/runTable.ts'
import { bitsValue, noiseValue, type PivotAxis } from '../../../src/shared/charts/axes.ts'
import { readRunTable } from '../../../src/shared/charts/readRunTable.ts'
import { noCode, type RunColumns } from '../../../src/shared/charts/runColumns.ts'
import { runTableSchema, type RunTable } from '../../../src/shared/contract/runTable.ts'
import { expandStudy } from '../../../src/core/study/expandStudy.ts'
import { readStudyOrThrow } from '../../../src/core/study/readStudy.ts'
import { ModelStore } from '../../../src/store/models/index.ts'
import { openTemp } from '../../store/support/openTemp.ts'
import { orderedId, sampleEvaluation, sampleRun, sampleStudy } from '../../store/support/samples.ts'

const yaml = `bitgauge: study/1
name: small
dataset: { id: ag-news }
models: { disc: { family: discriminative }, gen: { family: generative } }
calibration: { draws: 2, compositions: { balanced: balanced, one: { World: 1 } } }
recipes: { ours: ours, other: brevitas-like }
grid: { bits: [8, 4], noise: [{ kind: none, level: 0 }, { kind: qwerty, level: 0.05 }] }
`

function value({ axes }: RunColumns, axis: PivotAxis, row: number): string | null {
  return axes[axis].values[axes[axis].codes[row] ?? noCode] ?? null
}

function overTheWire(table: RunTable): RunColumns {
  return readRunTable(runTableSchema.parse(JSON.parse(JSON.stringify(table))))
}

function measuredStudy() {
  const store = openTemp()
  const parts = { ...store, models: new ModelStore('/nowhere') }
  const cells = expandStudy(readStudyOrThrow(yaml, 'small').study)
  const study = store.studies.plan(sampleStudy({ name: 'small', yaml }), cells, () => false)
  const error = { code: 'compute-crashed' as const, message: 'It ended.' }
  const ids: string[] = []
  cells.forEach((_, number) => {
    if (number % 3 === 2) return
    if (number % 7 === 6) return store.studies.finish(study.id, [{ number, error }])
    const accuracy = number / 100
    const result = sampleEvaluation({ accuracy, interval: { low: 0, high: 1, level: 0.95, method: 'wilson' } })
    const id = (ids[number] = orderedId(number))
    store.runs.put(sampleRun({ id, seed: number, result, warnings: [] }))
    store.studies.finish(study.id, [{ number, runId: id }])
  })
  return { parts, cells, study, error, ids }
}

describe('the table of a study', () => {
  it('has a row a cell by the study’s own names, measured or not, and says what failed by what', async () => {
    const { parts, cells, study, error, ids } = measuredStudy()
    const columns = overTheWire(await studyTable(parts, study))
    expect(columns.count).toBe(cells.length)
    cells.forEach(({ cell }, row) => {
      expect([value(columns, 'model', row), value(columns, 'recipe', row)]).toEqual([cell.model, cell.recipe])
      expect(value(columns, 'bits', row)).toBe(bitsValue(cell.bits))
      expect([value(columns, 'composition', row), value(columns, 'draw', row)]).toEqual([
        cell.composition,
        cell.draw === null ? null : String(cell.draw),
      ])
      expect(value(columns, 'noise', row)).toBe(noiseValue(cell.noise))
      const state = row % 3 === 2 ? 1 : row % 7 === 6 ? 2 : 0
      expect(columns.states[row]).toBe(state)
      expect(columns.failure(row)).toEqual(state === 2 ? error : null)
      expect(columns.id(row)).toBe(ids[row] ?? '')
      if (state === 0) expect(columns.figures.accuracy[row]).toBe(row / 100)
      else expect(columns.figures.accuracy[row]).toBeNaN()
    })
  })

  it('orders widths from wide to narrow, float first', async () => {
    const { parts, study } = measuredStudy()
    const { axes } = overTheWire(await studyTable(parts, study))
    expect(axes.bits.values).toEqual(['float', 'W8 A8 C8', 'W4 A4 C4'])
  })
})

describe('the table of a home', () => {
  it('has every evaluation by what it says of itself', async () => {
    const store = openTemp()
    const bits = { weights: 4, input: 4, hidden: 4, gates: 4, sigmoid: 4, tanh: 4, cell: 4, head: 4, label: 'W4 A4 C4' }
    const quantization = { ...(sampleEvaluation() as { quantization: object }).quantization, bits }
    store.runs.put(sampleRun({ id: orderedId(1), seed: 1, result: sampleEvaluation({ quantization }) }))
    store.runs.put(sampleRun({ id: orderedId(2), seed: 2, result: sampleEvaluation({ quantization: null }) }))
    const columns = overTheWire(await homeTable({ ...store, models: new ModelStore('/nowhere') }))
    const row = (at: number) =>
      (['model', 'family', 'dataset', 'split', 'bits', 'composition', 'draw', 'noise'] as const).map((axis) =>
        value(columns, axis, at),
      )
    const common = ['disc "quoted" ü', 'discriminative', 'ag-news', 'test']
    expect(row(0)).toEqual([...common, 'W4 A4 C4', 'World 50 %, Sports 50 %', '3', 'qwerty 0.05'])
    expect(row(1)).toEqual([...common, 'float', null, null, 'qwerty 0.05'])
    expect(columns.warnings(0)).toEqual([{ code: 'few-texts', message: 'The interval is wide.', subject: 'n' }])
    expect(columns.rowAt(0)).toMatchObject({
      ...{ accuracy: 0.875, n: 16, model_bytes: 1188864, agreement: 0.9375, ece: 0.0625 },
      interval: { low: 0.86, high: 0.89, level: 0.95, method: 'wilson' },
      difference: { value: -0.125, interval: { low: -0.25, high: 0, level: 0.95, method: 'tango' } },
    })
  })

  it('of a home without runs is empty', async () => {
    const store = openTemp()
    expect(overTheWire(await homeTable({ ...store, models: new ModelStore('/nowhere') })).count).toBe(0)
  })
})
