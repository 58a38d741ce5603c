import { answerStudy, type CellWithResult } from '../../../core/study/answerStudy.ts'
import { cellName, identicalCells } from '../../../core/study/identicalCells.ts'
import { readStudyOrThrow } from '../../../core/study/readStudy.ts'
import { recipeParts } from '../../../core/study/recipeParts.ts'
import type { EvaluationResult } from '../../../shared/contract/evaluation.ts'
import { type Results } from '../../../shared/contract/results.ts'
import { placedCellSchema } from '../../../shared/contract/study.ts'
import { AppError } from '../../../shared/errors.ts'
import { nextStep } from '../../../shared/nextSteps.ts'
import type { Warning } from '../../../shared/units.ts'
import type { StudyRow } from '../../../store/index.ts'
import { evaluationOf } from '../../quantization/evaluationRuns.ts'
import type { StudyParts } from '../studyParts.ts'
import { shownProfiles, shownQuantizations, type ShownQuantization } from './distributions.ts'
import { gatherWarnings } from './gatherWarnings.ts'
import type { DoneCell, MeasuredCell } from './measuredCell.ts'
import { missingCells } from './missingCells.ts'
import { resultRow } from './resultRow.ts'

type Parts = Pick<StudyParts, 'studies' | 'runs' | 'models' | 'profileStore'>

/** Cells that are read at once. */
const chunk = 500
/**
 * All that a study's tables, charts and report are made from, of the cells that are done, in the study's order. Nothing in it tells when or
 * where it was measured but each row's `duration_s` and the ids.
 *
 * @throws AppError `conflict` where nothing of the study was begun, `store-damaged`
 */
export async function studyResults(parts: Parts, row: StudyRow): Promise<Results> {
  const { studies } = parts
  const { study } = readStudyOrThrow(row.yaml, row.name)
  if (row.dataset === null) {
    throw new AppError('conflict', `The study ${row.name} has no results yet.`, {
      found: row.state,
      hint: nextStep('finish-study', row.name),
    })
  }
  const cells = readCells(parts, row.id)
  const done = cells.filter((cell): cell is DoneCell => cell.evaluation !== null)
  const bytes = await modelBytes(parts, done)
  const rows = done.map((cell) => resultRow(cell, cell.evaluation, (model) => bytes.get(model) ?? 0))
  const quantizations = shownQuantizations(parts, done)
  const withResults = cells.map((cell) => withMeasured(parts, cell))
  const { id, name, fingerprint, yaml } = row
  return {
    study: { id, name, fingerprint, yaml, seed: study.seed },
    dataset: row.dataset,
    versions: versionsOf(row, done),
    cells: studies.counts(id),
    rows,
    missing: missingCells(cells),
    recipes: recipeParts(study),
    answers: study.questions.map((question) => answerStudy(study, question, withResults)),
    adjustments: quantizations.map(({ subject, adjustments }) => ({ ...subject, adjustments })),
    profiles: await shownProfiles(parts, done),
    warnings: warningsOf(parts, row, done, quantizations),
  }
}

function readCells({ studies }: Parts, id: string): MeasuredCell[] {
  const cells: MeasuredCell[] = []
  for (let after = -1; ;) {
    const some = studies.cellsWithRuns(id, { after, limit: chunk })
    for (const { number, coordinates, run, error } of some) {
      const placed = placedCellSchema.parse(coordinates)
      const evaluation = run === null ? null : evaluationOf(run)
      cells.push({ number, ...placed, evaluation, error, engine: run?.engine ?? '' })
    }
    const last = some.at(-1)
    if (last === undefined) return cells
    after = last.number
  }
}

async function modelBytes(
  { models }: Parts,
  cells: readonly { evaluation: EvaluationResult }[],
): Promise<Map<string, number>> {
  const fingerprints = new Set(cells.map(({ evaluation }) => evaluation.model.fingerprint))
  const sizes = await Promise.all(
    [...fingerprints].map(async (fingerprint) => {
      const model = await models.byFingerprint(fingerprint)
      return [fingerprint, model?.record.bytes ?? 0] as const
    }),
  )
  return new Map(sizes)
}

function withMeasured({ runs }: Parts, { cell, texts, evaluation }: MeasuredCell): CellWithResult {
  if (evaluation === null) return { cell, texts, measured: undefined }
  const { id, accuracy, n, model, quantization } = evaluation
  const right = (): Uint8Array => {
    const [predicted, labels] = [runs.array(id, 'predicted').data, runs.array(id, 'labels').data]
    return Uint8Array.from(labels, (label, text) => Number(label === predicted[text]))
  }
  return { cell, texts, measured: { accuracy, n, right, fingerprint: quantization?.fingerprint ?? model.fingerprint } }
}

/** What made the runs, by the runs themselves: it is the same wherever they are looked at. */
function versionsOf(
  { versions }: StudyRow,
  cells: readonly { evaluation: EvaluationResult; engine: string }[],
): Record<string, string> {
  const distinct = (texts: readonly string[]): string => [...new Set(texts)].sort().join(', ')
  const programs = {
    bitgauge: distinct(cells.map(({ engine }) => /^bitgauge ([^,]+)/.exec(engine)?.[1] ?? 'unknown')),
    tensorflow: distinct(cells.flatMap(({ evaluation }) => evaluation.on.tensorflow ?? [])),
    runtime: distinct(cells.flatMap(({ evaluation }) => evaluation.on.runtime?.version ?? [])),
  }
  const stages = Object.entries(versions).map(([stage, version]) => [`stage ${stage}`, String(version)] as const)
  const all = [...Object.entries(programs), ...stages].filter(([, version]) => version !== '')
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function warningsOf(
  { studies }: Parts,
  row: StudyRow,
  cells: readonly DoneCell[],
  quantizations: readonly ShownQuantization[],
): Warning[] {
  const scores = studies.checksums(row.id, 'log-posteriors')
  const told = [
    ...cells.flatMap((cell) => cell.evaluation.warnings.map((warning) => ({ warning, where: cellName(cell.cell) }))),
    ...quantizations.flatMap(({ subject, warnings }) => {
      const { model, seed, recipe, bits, composition } = subject
      const where = [model, `seed ${seed ?? 'none'}`, recipe, bits, composition]
        .filter((part) => part !== null)
        .join(', ')
      return warnings.map((warning) => ({ warning, where }))
    }),
  ]
  const same = identicalCells(cells.map(({ cell, evaluation: { id } }) => ({ cell, run: id, scores: scores.get(id) })))
  const { total, failed } = studies.counts(row.id)
  const left =
    failed === 0
      ? []
      : [
          {
            code: 'cells-failed',
            message: `${failed} of ${total} cells failed and are in no table.`,
            subject: row.name,
          },
        ]
  return [...left, ...gatherWarnings(told), ...same]
}
