import type { Connection } from './connection.ts'
import { evaluationColumns, type EvaluationColumn } from './evaluationRepository.ts'
import type { RunRow } from './runRow.ts'

type Path = readonly string[]

const texts: Partial<Record<EvaluationColumn, Path>> = {
  model: ['model', 'name'],
  model_fingerprint: ['model', 'fingerprint'],
  family: ['family'],
  dataset: ['dataset', 'name'],
  split: ['split'],
  noise: ['noise'],
  shift: ['shift'],
  recipe: ['quantization', 'recipe'],
  bits: ['quantization', 'bits'],
  composition: ['quantization', 'calibration', 'composition'],
}

const difference = ['quantization', 'float', 'difference']

const numbers: Partial<Record<EvaluationColumn, Path>> = {
  draw: ['quantization', 'calibration', 'draw'],
  n: ['n'],
  low: ['interval', 'low'],
  high: ['interval', 'high'],
  macro_f1: ['macroF1'],
  nll: ['nll'],
  ece: ['calibration', 'ece'],
  agreement: ['quantization', 'float', 'agreement'],
  difference: [...difference, 'value'],
  difference_low: [...difference, 'interval', 'low'],
  difference_high: [...difference, 'interval', 'high'],
  bytes: ['quantization', 'bytes'],
}

/** Writes the figures of a run that is an evaluation, or none where it is not; those that were there before are replaced. */
export function putFigures(connection: Connection, run: RunRow): void {
  connection.statement('DELETE FROM evaluations WHERE run_id = ?').run(run.id)
  if (run.stage !== 'evaluation') return
  const result = JSON.parse(run.result) as unknown
  const accuracy = at(result, ['accuracy'])
  if (typeof accuracy !== 'number') return
  const figures: Partial<Record<EvaluationColumn, string | number | null>> = {
    run_id: run.id,
    fingerprint: fingerprintOf(result),
    accuracy,
    bounds: textId(connection, boundsAt(result, ['interval'])),
    difference_bounds: textId(connection, boundsAt(result, [...difference, 'interval'])),
    warnings: textId(connection, codesOf(run.warnings)),
  }
  for (const [name, path] of entries(texts)) figures[name] = textId(connection, at(result, path))
  for (const [name, path] of entries(numbers)) figures[name] = numberAt(result, path)
  connection.statement(insertSql).run(figures)
}

const insertSql = `INSERT INTO evaluations (${evaluationColumns.join(', ')})
  VALUES (${evaluationColumns.map((name) => `:${name}`).join(', ')})`

function entries(paths: Partial<Record<EvaluationColumn, Path>>) {
  return Object.entries(paths) as [EvaluationColumn, Path][]
}

/** Undefined where the path leads nowhere. */
function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  )
}

function numberAt(result: unknown, path: Path): number | null {
  const value = at(result, path)
  return typeof value === 'number' ? value : null
}

function fingerprintOf(result: unknown): string | null {
  const [quantized, float] = [at(result, ['quantization', 'fingerprint']), at(result, ['model', 'fingerprint'])]
  const found = quantized ?? float
  return typeof found === 'string' ? found : null
}

function boundsAt(result: unknown, path: Path) {
  const part = (name: string) => at(result, [...path, name]) ?? null
  return { level: part('level'), method: part('method') }
}

function codesOf(warnings: string): string[] {
  return [...new Set((JSON.parse(warnings) as { code: string }[]).map(({ code }) => code))]
}

function textId(connection: Connection, value: unknown): number | null {
  if (value === undefined) return null
  const text = JSON.stringify(value)
  const found = connection.statement<{ id: number }>('SELECT id FROM evaluation_texts WHERE text = ?').get(text)
  if (found !== undefined) return found.id
  return Number(connection.statement('INSERT INTO evaluation_texts (text) VALUES (?)').run(text).lastInsertRowid)
}
