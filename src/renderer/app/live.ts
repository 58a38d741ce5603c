import type { BoardQuestion } from '../../shared/contract/boardCalls.ts'
import type { ComputeState, HostEvent, Job } from '../../shared/contract/jobs.ts'
import { inWindow } from '../text/errors.ts'

/** What the page knows from the host's events. Jobs are newest first; `compute` is null until the first snapshot. */
export interface LiveState {
  readonly jobs: readonly Job[]
  readonly compute: ComputeState | null
  /** compute processes that ended unexpectedly since the page is there: where several work, the state itself says it for a moment only */
  readonly crashes: number
  /** what servers of boards wait to be answered, oldest first */
  readonly questions: readonly BoardQuestion[]
}

export const nothingYet: LiveState = { jobs: [], compute: null, crashes: 0, questions: [] }

/** The state after one event. A ULID's order is the order of creation, so a job that is new to the page finds its place by id. */
export function applyEvent(state: LiveState, event: HostEvent): LiveState {
  switch (event.type) {
    case 'snapshot':
      return {
        ...state,
        jobs: newestFirst(event.jobs.map(toldHere)),
        compute: event.compute,
        questions: event.questions ?? [],
      }
    case 'job':
      return {
        ...state,
        jobs: newestFirst([toldHere(event.job), ...state.jobs.filter((job) => job.id !== event.job.id)]),
      }
    case 'job-removed':
      return { ...state, jobs: state.jobs.filter((job) => job.id !== event.id) }
    case 'compute':
      return { ...state, compute: event.state, crashes: state.crashes + (event.state === 'crashed' ? 1 : 0) }
    case 'question':
      return { ...state, questions: [...state.questions, event.question] }
    case 'question-settled':
      return { ...state, questions: state.questions.filter(({ id }) => id !== event.id) }
    case 'changed':
      return state
  }
}

/** A job with its error in the words of the window. */
function toldHere(job: Job): Job {
  return job.error === null ? job : { ...job, error: inWindow(job.error) }
}

function newestFirst(jobs: readonly Job[]): Job[] {
  return [...jobs].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0))
}
