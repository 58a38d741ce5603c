import { pairedTable } from '../../core/statistics/pairedTable.ts'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import type { RunPredictions, RunPredictionsInput } from '../../shared/contract/run.ts'
import { AppError } from '../../shared/errors.ts'
import { readRows, type DatasetStore } from '../../store/datasets/index.ts'
import type { Run, RunRepository } from '../../store/index.ts'
import { rightOf, type Predicted } from '../quantization/againstFloat.ts'

interface Parts {
  runs: RunRepository
  datasets: DatasetStore
}

interface Evaluated {
  run: Run
  evaluation: EvaluationResult
}

const longestText = 1000

/**
 * A page of an evaluation's texts with the class that each was given, and by another evaluation of the same texts.
 *
 * @throws AppError `input-invalid` where the other is of other texts, `not-found` where a run keeps no predictions, `store-damaged`
 */
export async function pageOfPredictions(
  parts: Parts,
  first: Evaluated,
  second: Evaluated | null,
  { only, offset, limit }: RunPredictionsInput,
): Promise<RunPredictions> {
  const own = predictedOf(parts, first.run)
  const other = second === null ? null : predictedOf(parts, second.run)
  if (other !== null) assertSameTexts(own, other)
  const fits = (text: number): boolean => {
    if (only === 'all') return true
    if (only === 'wrong') return own.predicted[text] !== own.labels[text]
    return other !== null && own.predicted[text] !== other.predicted[text]
  }
  const lines = Array.from({ length: own.labels.length }, (_, text) => text)
  const found = lines.filter(fits)
  const shown = found.slice(offset, offset + limit)
  const texts = await textsAt(parts, first.evaluation, shown)
  const marginAt = marginsOf(parts, first)
  return {
    run: first.run.id,
    against: second?.run.id ?? null,
    classes: first.evaluation.classNames,
    table: other === null ? null : pairedTable(rightOf(own), rightOf(other)),
    flips: other === null ? null : lines.filter((text) => own.predicted[text] !== other.predicted[text]).length,
    total: found.length,
    rows: shown.map((line) => {
      const text = texts.get(line) ?? null
      const cut = text !== null && text.length > longestText
      return {
        line,
        text: cut ? text.slice(0, longestText).toWellFormed() : text,
        cut,
        label: own.labels[line] as number,
        predicted: own.predicted[line] as number,
        against: other === null ? null : (other.predicted[line] as number),
        margin: marginAt(line, own.predicted[line] as number),
      }
    }),
  }
}

function predictedOf({ runs }: Parts, { id }: Run): Predicted {
  return { predicted: runs.array(id, 'predicted').data, labels: runs.array(id, 'labels').data }
}

function assertSameTexts(own: Predicted, other: Predicted): void {
  const same = Array.from(own.labels).every((label, text) => label === other.labels[text])
  if (same && own.labels.length === other.labels.length) return
  throw new AppError('input-invalid', 'Predictions are compared text by text on the same texts.', {
    expected: `${own.labels.length} texts with the same classes`,
    found: `${other.labels.length} texts`,
  })
}

/** The probability of the class that was given less that of the next. */
function marginsOf({ runs }: Parts, { run }: Evaluated): (line: number, predicted: number) => number | null {
  const info = runs.arrays(run.id).find(({ name }) => name === 'log-posteriors')
  const classes = info?.shape[1]
  if (info === undefined || classes === undefined || classes < 2) return () => null
  const scores = runs.array(run.id, 'log-posteriors').data
  return (line, predicted) => {
    const row = Array.from(scores.subarray(line * classes, (line + 1) * classes), Math.exp)
    const next = Math.max(...row.filter((_, place) => place !== predicted))
    const margin = (row[predicted] ?? Number.NaN) - next
    return Number.isFinite(margin) ? Math.min(1, Math.max(0, margin)) : null
  }
}

/** The texts of some lines of the split; none where the dataset is gone. */
async function textsAt(
  { datasets }: Parts,
  { dataset, split }: EvaluationResult,
  lines: readonly number[],
): Promise<Map<number, string>> {
  const texts = new Map<number, string>()
  const stored = await datasets.byFingerprint(dataset.fingerprint)
  const last = Math.max(...lines)
  if (stored === undefined || lines.length === 0) return texts
  const wanted = new Set(lines)
  let line = 0
  for await (const batch of readRows(stored.folder, stored.record, split)) {
    for (const { text } of batch) {
      if (wanted.has(line)) texts.set(line, text)
      line += 1
    }
    if (line > last) break
  }
  return texts
}
