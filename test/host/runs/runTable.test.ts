import { describe, expect, it } from 'vitest'
import { KeptTables } from '../../../src/host/runs/keptTables.ts'
import { homeTable } from '../../../src/host/runs/runTable.ts'
import { bitsValue, noiseValue, pivotAxes, type PivotAxis } from '../../../src/shared/charts/axes.ts'
import { HeldTable, readRunTable } from '../../../src/shared/charts/readRunTable.ts'
import { figureNames, noCode, type RunColumns } from '../../../src/shared/charts/runColumns.ts'
import type { z } from 'zod'
import { completeBits, recipeSchema, widthsOf } from '../../../src/shared/contract/quantizationRules.ts'
import { runTableSchema, type RunTable } from '../../../src/shared/contract/runTable.ts'
import { expandStudy } from '../../../src/core/study/expandStudy.ts'
import { readStudyOrThrow } from '../../../src/core/study/readStudy.ts'
import { ModelStore } from '../../../src/store/models/index.ts'
import { openTemp } from '../../store/support/openTemp.ts'
import { orderedId, sampleEvaluation, sampleRun, sampleStudy } from '../../store/support/samples.ts'

type RecipeInput = z.input<typeof recipeSchema>

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

function sent(table: RunTable): RunTable {
  return runTableSchema.parse(JSON.parse(JSON.stringify(table)))
}

function overTheWire(table: RunTable): RunColumns {
  return readRunTable(sent(table))
}

function measuredStudy() {
  const store = openTemp()
  const parts = { ...store, partChanges: () => store.partChanges(), models: new ModelStore('/nowhere') }
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
    const columns = overTheWire(await new KeptTables(parts).tell(study, undefined))
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
    const { axes } = overTheWire(await new KeptTables(parts).tell(study, undefined))
    expect(axes.bits.values).toEqual(['float', 'W8 A8 C8', 'W4 A4 C4'])
  })
})

/** All that charts read of a table, row by row. */
function contents(columns: RunColumns) {
  return Array.from({ length: columns.count }, (_, row) => ({
    axes: pivotAxes.map((axis) => value(columns, axis, row)),
    figures: figureNames.map((name) => columns.figures[name][row]),
    told: [columns.id(row), columns.states[row], columns.failure(row), columns.warnings(row)],
    bounds: [columns.bounds(row, 'accuracy'), columns.bounds(row, 'difference')],
  }))
}

describe('the table of a study that runs', () => {
  function running() {
    const store = openTemp()
    const parts = { ...store, partChanges: () => store.partChanges(), models: new ModelStore('/nowhere') }
    const cells = expandStudy(readStudyOrThrow(yaml, 'small').study)
    const study = store.studies.plan(sampleStudy({ name: 'small', yaml }), cells, () => false)
    const finish = (number: number, accuracy: number) => {
      const result = sampleEvaluation({ accuracy, n: number % 2 === 0 ? 16 : 400 })
      const warnings = number % 3 === 0 ? [{ code: 'few-texts', message: 'Few.', subject: 'n' }] : []
      const { run } = store.runs.put(sampleRun({ id: orderedId(number), seed: number, result, warnings }))
      store.studies.finish(study.id, [{ number, runId: run.id }])
    }
    const whole = async () => contents(overTheWire(await new KeptTables(parts).tell(study, undefined)))
    return { store, cells, study, finish, whole, kept: new KeptTables(parts) }
  }

  it('is told by the cells that came, which put into what is held are the whole table', async () => {
    const { store, cells, study, finish, whole, kept } = running()
    let held = new HeldTable(sent(await kept.tell(study, undefined)))
    const order = cells.map((_, number) => (number * 7) % cells.length)
    expect(new Set(order).size).toBe(cells.length)
    const told: (number | null)[] = []
    for (let from = 0; from < order.length; from += 5) {
      for (const number of order.slice(from, from + 5)) {
        if (number % 4 === 1)
          store.studies.finish(study.id, [
            { number, error: { code: 'compute-crashed', message: `It ended at ${number}.` } },
          ])
        else finish(number, number / 100)
      }
      const answer = sent(await kept.tell(study, held.version))
      told.push(answer.rows === null ? null : answer.count)
      held = new HeldTable(answer, held)
      expect(contents(held.columns)).toEqual(await whole())
    }
    // A family that becomes known is told of all cells of its model, which is most of them; then five cells are five rows.
    expect(told.at(-2)).toBe(5)
    expect(sent(await kept.tell(study, held.version)).count).toBe(0)
  })

  it('tells failed cells anew that were measured at last, and all of it to who holds another version', async () => {
    const { store, study, finish, whole, kept } = running()
    for (let number = 0; number < 12; number += 1) finish(number, 0.5)
    store.studies.finish(study.id, [{ number: 13, error: { code: 'compute-crashed', message: 'It ended.' } }])
    const held = new HeldTable(sent(await kept.tell(study, 'of another host.3')))
    finish(13, 0.25)
    const answer = sent(await kept.tell(study, held.version))
    expect([answer.count, answer.rows === null]).toEqual([1, false])
    expect(contents(new HeldTable(answer, held).columns)).toEqual(await whole())
  })

  it('is read anew once a run was removed, measured again, or replaced', async () => {
    const { store, study, finish, whole, kept } = running()
    for (let number = 0; number < 12; number += 1) finish(number, 0.5)
    let held = new HeldTable(sent(await kept.tell(study, undefined)))
    const removed = held.columns.id(3)
    store.runs.remove(removed)
    finish(3, 0.75)
    const answer = sent(await kept.tell(study, held.version))
    expect(answer.rows).toBeNull()
    held = new HeldTable(answer, held)
    expect(held.columns.figures.accuracy[3]).toBe(0.75)
    store.runs.put(sampleRun({ seed: 4, result: sampleEvaluation({ accuracy: 0.125 }), warnings: [] }), { force: true })
    held = new HeldTable(sent(await kept.tell(study, held.version)), held)
    expect(contents(held.columns)).toEqual(await whole())
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

  it('has recipes that are no preset by names of their own, whatever their widths', async () => {
    const store = openTemp()
    const widths = (width: 8 | 4) => completeBits(width, { singleWidth: 'all' })
    const { quantization } = sampleEvaluation() as { quantization: object }
    const put = (number: number, settings: RecipeInput, width: 8 | 4): void => {
      const recipe = { ...recipeSchema.parse(settings), widths: widthsOf(recipeSchema.parse(settings), widths(width)) }
      const result = sampleEvaluation({ quantization: { ...quantization, recipe, bits: widths(width) } })
      store.runs.put(sampleRun({ id: orderedId(number), seed: number, result }))
    }
    const [tensor, gate] = [{ weights: { granularity: 'tensor' } }, { weights: { granularity: 'gate' } }] as const
    put(1, tensor, 8)
    put(2, gate, 8)
    put(3, tensor, 4)
    put(4, gate, 4)
    put(5, {}, 4)
    const columns = overTheWire(await homeTable({ ...store, models: new ModelStore('/nowhere') }))
    const names = [0, 1, 2, 3, 4].map((row) => value(columns, 'recipe', row))
    expect(names).toEqual(['ours, changed', 'ours, changed 2', 'ours, changed', 'ours, changed 2', 'ours'])
  })

  it('of a home without runs is empty', async () => {
    const store = openTemp()
    expect(overTheWire(await homeTable({ ...store, models: new ModelStore('/nowhere') })).count).toBe(0)
  })
})
