import { decodeProfile } from '../../../core/calibration/profileFile.ts'
import { answerStudy, type CellWithResult } from '../../../core/study/answerStudy.ts'
import { cellName, identicalCells } from '../../../core/study/identicalCells.ts'
import type { PlacedCell } from '../../../core/study/expandStudy.ts'
import { readStudyOrThrow } from '../../../core/study/readStudy.ts'
import type { EvaluationResult } from '../../../shared/contract/evaluation.ts'
import { type Results } from '../../../shared/contract/results.ts'
import { placedCellSchema } from '../../../shared/contract/study.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Warning } from '../../../shared/units.ts'
import type { StudyRow } from '../../../store/index.ts'
import type { ProfileStore } from '../../../store/calibration/index.ts'
import { siteSummaries } from '../../calibration/siteSummaries.ts'
import { evaluationOf, quantizationOf } from '../../quantization/evaluationRuns.ts'
import type { StudyParts } from '../studyParts.ts'
import { adjustmentsShown } from './adjustments.ts'
import { gatherWarnings } from './gatherWarnings.ts'
import { resultRow } from './resultRow.ts'

type Parts = Pick<StudyParts, 'studies' | 'runs' | 'models'> & { profileStore: ProfileStore }

/** Cells that are read at once. */
const chunk = 500
/** Quantizations and profiles whose distributions are shown; a picture holds no more, and a study may have thousands. */
const mostShown = { adjustments: 500, profiles: 100 }

interface Measured extends PlacedCell {
  number: number
  evaluation: EvaluationResult | null
  /** of its run: what computed it */
  engine: string
}

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
      hint: `Run it first: bitgauge study resume ${row.name}`,
    })
  }
  const cells = readCells(parts, row.id)
  const done = cells.filter((cell): cell is Measured & { evaluation: EvaluationResult } => cell.evaluation !== null)
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
    answers: study.questions.map((question) => answerStudy(study, question, withResults)),
    adjustments: quantizations.map(({ subject, adjustments }) => ({ ...subject, adjustments })),
    profiles: await shownProfiles(parts, done),
    warnings: warningsOf(parts, row, done, quantizations),
  }
}

function readCells({ studies }: Parts, id: string): Measured[] {
  const cells: Measured[] = []
  for (let after = -1; ; ) {
    const some = studies.cellsWithRuns(id, { after, limit: chunk })
    for (const { number, coordinates, run } of some) {
      const placed = placedCellSchema.parse(coordinates)
      cells.push({ number, ...placed, evaluation: run === null ? null : evaluationOf(run), engine: run?.engine ?? '' })
    }
    const last = some.at(-1)
    if (last === undefined) return cells
    after = last.number
  }
}

async function modelBytes({ models }: Parts, cells: readonly { evaluation: EvaluationResult }[]): Promise<Map<string, number>> {
  const fingerprints = new Set(cells.map(({ evaluation }) => evaluation.model.fingerprint))
  const sizes = await Promise.all(
    [...fingerprints].map(async (fingerprint) => {
      const model = await models.byFingerprint(fingerprint)
      return [fingerprint, model?.record.bytes ?? 0] as const
    }),
  )
  return new Map(sizes)
}

function withMeasured({ runs }: Parts, { cell, texts, evaluation }: Measured): CellWithResult {
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
    tensorflow: distinct(cells.map(({ evaluation }) => evaluation.on.tensorflow)),
  }
  const stages = Object.entries(versions).map(([stage, version]) => [`stage ${stage}`, String(version)] as const)
  const all = [...Object.entries(programs), ...stages].filter(([, version]) => version !== '')
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}

type Subject = Omit<Results['adjustments'][number], 'adjustments'>

interface ShownQuantization {
  subject: Subject
  adjustments: Results['adjustments'][number]['adjustments']
  warnings: Warning[]
}

/** Of each model, recipe, widths and composition the quantization of the first draw. */
function shownQuantizations(parts: Parts, cells: readonly (Measured & { evaluation: EvaluationResult })[]): ShownQuantization[] {
  const first = new Map<string, { run: string; subject: Subject }>()
  for (const { cell, evaluation } of cells) {
    if (evaluation.quantization === null) continue
    const { model, seed, recipe, bits, composition, draw } = cell
    const subject = { model, seed, recipe, bits: bits.label, composition, draw }
    const key = JSON.stringify({ ...subject, draw: 0 })
    if (!first.has(key) && first.size < mostShown.adjustments) first.set(key, { run: evaluation.quantization.run, subject })
  }
  return [...first.values()].flatMap(({ run, subject }) => {
    const stored = parts.runs.get(run)
    if (stored === undefined) return []
    const { adjustments, warnings } = quantizationOf(stored)
    return [{ subject, adjustments: adjustmentsShown(adjustments), warnings }]
  })
}

/** Of each model and composition the profile of the first draw, on the calibration texts themselves. */
async function shownProfiles(
  { profileStore }: Parts,
  cells: readonly (Measured & { evaluation: EvaluationResult })[],
): Promise<Results['profiles']> {
  const first = new Map<string, { profile: string; subject: Subject }>()
  for (const { cell, evaluation } of cells) {
    const profile = evaluation.quantization?.calibration?.profile
    if (profile === undefined) continue
    const { model, seed, composition, draw } = cell
    const key = JSON.stringify([model, seed, composition])
    if (first.has(key) || first.size >= mostShown.profiles) continue
    first.set(key, { profile, subject: { model, seed, recipe: null, bits: null, composition, draw } })
  }
  const shown = await Promise.all(
    [...first.values()].map(async ({ profile, subject }) => {
      const stored = await profileStore.byFingerprint(profile)
      if (stored === undefined) return []
      const sites = siteSummaries(decodeProfile(await profileStore.read(stored)))
      return [{ ...subject, texts: 'own' as const, sites }]
    }),
  )
  return shown.flat()
}

function warningsOf(
  { studies }: Parts,
  row: StudyRow,
  cells: readonly (Measured & { evaluation: EvaluationResult })[],
  quantizations: readonly ShownQuantization[],
): Warning[] {
  const scores = studies.checksums(row.id, 'log-posteriors')
  const told = [
    ...cells.flatMap((cell) => cell.evaluation.warnings.map((warning) => ({ warning, where: cellName(cell.cell) }))),
    ...quantizations.flatMap(({ subject, warnings }) => {
      const { model, seed, recipe, bits, composition } = subject
      const where = [model, `seed ${seed ?? 'none'}`, recipe, bits, composition].filter((part) => part !== null).join(', ')
      return warnings.map((warning) => ({ warning, where }))
    }),
  ]
  const same = identicalCells(
    cells.map(({ cell, evaluation: { id } }) => ({ cell, run: id, scores: scores.get(id) })),
  )
  const { total, failed } = studies.counts(row.id)
  const left = failed === 0 ? [] : [{ code: 'cells-failed', message: `${failed} of ${total} cells failed and are in no table.`, subject: row.name }]
  return [...left, ...gatherWarnings(told), ...same]
}
