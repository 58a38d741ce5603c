import { endStates, type Job } from '../../../shared/contract/jobs.ts'
import type { Answer } from '../../../shared/contract/results.ts'
import type { CellGroup, StudyState, StudySummary } from '../../../shared/contract/study.ts'
import { counted } from '../../../shared/charts/figures.ts'
import type { Mark } from '../../components/StatusWord.vue'

/** What a reader sees of a study's state; `waiting` where its turn has not come. */
export type ShownState = StudyState | 'waiting'

export const stateWords: Readonly<Record<ShownState, string>> = {
  planned: 'Planned',
  waiting: 'Waiting for its turn',
  running: 'Running',
  paused: 'Paused',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

export const stateMarks: Readonly<Record<ShownState, Mark>> = {
  planned: 'waiting',
  waiting: 'waiting',
  running: 'running',
  paused: 'interrupted',
  done: 'pass',
  failed: 'fail',
  cancelled: 'skipped',
}

/** The newest job of a study that has not ended; undefined where none of this store's newest jobs is. */
export function jobOfStudy(jobs: readonly Job[], id: string): Job | undefined {
  const isIts = ({ kind, params }: Job): boolean =>
    kind === 'study' && (params as { study?: unknown } | null)?.study === id
  return jobs.find((job) => isIts(job) && !endStates.includes(job.state))
}

/** Cells of a study that have ended, done or failed. */
export interface CountsTold {
  ended: number
  total: number
}

/** What a study's job tells of its cells; null before it measures some. */
export function countsTold(job: Pick<Job, 'progress'> | undefined): CountsTold | null {
  const progress = job?.progress
  if (progress == null || progress.phase !== 'cells' || progress.total === null) return null
  return { ended: progress.done, total: progress.total }
}

export function shownState({ state }: Pick<StudySummary, 'state'>, job: Job | undefined): ShownState {
  return state === 'running' && job?.state === 'queued' ? 'waiting' : state
}

/** `18 of 765 cells, 3 failed`. */
export function cellsText({ total, done, failed }: StudySummary['cells']): string {
  const failures = failed === 0 ? '' : `, ${failed.toLocaleString('en')} failed`
  return `${done.toLocaleString('en')} of ${counted(total, 'cell')}${failures}`
}

/** What is kept and what comes next, a sentence for each state. */
export function keptWords(state: ShownState, { total, done, failed }: StudySummary['cells']): string {
  const kept = `${counted(done, 'finished cell')} ${done === 1 ? 'is' : 'are'} kept`
  const left = total - done - failed
  switch (state) {
    case 'running':
      return `${kept} as it goes. Pausing lets the cells under way finish; cancelling drops them.`
    case 'waiting':
      return `Another study runs. ${kept}.`
    case 'planned':
      return `Nothing was measured yet; ${counted(left, 'cell')} to do.`
    case 'paused':
      if (done === 0) return `No cell is finished yet; resuming goes on with all ${left.toLocaleString('en')}.`
      return `${kept}; resuming goes on with the other ${counted(left, 'cell')}.`
    case 'cancelled':
      return `${kept}. It can still be resumed.`
    case 'failed':
      return `${kept}, also those beside the failed ones. Re-running tries the failed cells again and nothing else.`
    case 'done':
      return 'Every cell is there.'
  }
}

/** `42 s`, `7 min`, `3.5 h`. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

/** `disc, seed 1, ours`; the float model has no recipe. */
export function groupText({ model, seed, recipe }: Pick<CellGroup, 'model' | 'seed' | 'recipe'>): string {
  return [model, ...(seed === null ? [] : [`seed ${seed}`]), recipe ?? 'float'].join(', ')
}

export const verdictWords: Readonly<Record<Answer['verdict'], string>> = {
  held: 'Held',
  'not-held': 'Not held',
  undecided: 'Undecided',
  'not-testable': 'Not testable',
  depends: 'Depends',
  waiting: 'Waiting for cells',
}

export const verdictMarks: Readonly<Record<Answer['verdict'], Mark>> = {
  held: 'pass',
  'not-held': 'skipped',
  undecided: 'question',
  'not-testable': 'barred',
  depends: 'split',
  waiting: 'waiting',
}
