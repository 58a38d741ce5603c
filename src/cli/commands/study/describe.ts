import { cellWords, groupWords, missingGroups, namedCells } from '../../../shared/charts/missingCells.ts'
import type { Answer, Results } from '../../../shared/contract/results.ts'
import type { StudyEnded, StudyPlan, StudyShown, StudySummary } from '../../../shared/contract/study.ts'
import { describeError } from '../../../shared/errors.ts'
import { printable } from '../../output.ts'
import { megabytes, table } from '../../table.ts'

export function describePlan({ name, cells, trainings, estimate }: StudyPlan): string {
  const { training_s, cells_s, workers, disk_bytes, basis } = estimate
  const left = cells.total - cells.done
  return [
    `${name}: ${cells.total} cells, ${cells.float} of float models, ${cells.quantized} of quantized ones`,
    `  done already: ${cells.done} cells, ${trainings.done} of ${trainings.total} trainings`,
    `  left: ${left} cells, ${trainings.total - trainings.done} trainings`,
    `  about ${duration(training_s)} of training and ${duration(cells_s)} of cells in ${workers} processes: ${basis}`,
    `  about ${megabytes(disk_bytes)} of disk`,
  ].join('\n')
}

export function describeEnded({ study, computed, duration_s }: StudyEnded): string {
  const made = computed.cells === 0 && computed.trainings === 0 ? 'nothing was left to compute' : `${computed.cells} cells and ${computed.trainings} trainings computed` // prettier-ignore
  return `${study.name}: ${study.state}, ${study.cells.done} of ${study.cells.total} cells\n  ${made} in ${duration(duration_s)}`
}

export function describeStudies(studies: readonly StudySummary[]): string {
  if (studies.length === 0) return 'no studies yet: bitgauge study run FILE begins one'
  const rows = studies.map(({ name, state, cells, created }) => [
    name,
    state,
    `${cells.done} of ${cells.total}`,
    cells.failed === 0 ? '' : `${cells.failed} failed`,
    created.slice(0, 16).replace('T', ' '),
  ])
  return table([['name', 'state', 'cells', '', 'begun (UTC)'], ...rows]).join('\n')
}

export function describeStudy(study: StudyShown, answers: readonly Answer[]): string {
  const { name, id, fingerprint, state, cells, error } = study
  return [
    `${name}  ${id}`,
    `  ${fingerprint}`,
    `  ${state}, ${cells.done} of ${cells.total} cells${cells.failed === 0 ? '' : `, ${cells.failed} failed`}`,
    ...(error === null ? [] : [`  ${describeError(error)}`]),
    ...describeMissing(study).map((line) => printable(`  ${line}`)),
    ...answers.map(({ question, sentence }) => `  ${question.name}: ${sentence}`),
  ].join('\n')
}

/** Which cells failed and why, together where they failed alike; then which were not run. */
function describeMissing({ cells, failures, open }: StudyShown): string[] {
  const groups = missingGroups(failures.map(({ coordinates, error }) => ({ ...coordinates.cell, error })))
  const failed = groups.flatMap((group) => {
    const hint = group.error?.hint === undefined ? '' : ` ${group.error.hint}`
    return [`${groupWords(group)}${hint}`, ...indented(namedCells(group.cells, named.failed))]
  })
  const more = cells.failed > failures.length ? [`And ${cells.failed - failures.length} more that failed.`] : []
  const left = cells.total - cells.done - cells.failed
  const names = open.slice(0, named.open).map(({ coordinates }) => cellWords(coordinates.cell))
  const rest = left > names.length ? [`and ${left - names.length} more`] : []
  return [...failed, ...more, ...(left === 0 ? [] : [`Not run: ${left}.`, ...indented([...names, ...rest])])]
}

/** Cells that are named of each kind. */
const named = { failed: 10, open: 3 }

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

/** One line a question, for those who have the results. */
export function describeAnswers({ answers }: Pick<Results, 'answers'>): string[] {
  return answers.map(({ question, verdict, sentence }) => `${question.name} (${verdict}): ${sentence}`)
}

/** `42 s`, `7 min`, `3.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
