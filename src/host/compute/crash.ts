import { AppError } from '../../shared/errors.ts'
import type { ComputeEnd } from '../launcher.ts'

/** The error of a job whose process ended under it. */
export function crashError(end: ComputeEnd): AppError {
  return new AppError('compute-crashed', `The compute process ended while the job ran: ${describeEnd(end)}.`, {
    hint: nextStep(end),
  })
}

/** The error where the process ended before it took any work. */
export function startError(end: ComputeEnd): AppError {
  return new AppError('compute-unavailable', `The compute process ended before it was ready: ${describeEnd(end)}.`, {
    hint: 'The log has its last lines. `bitgauge doctor --full` says whether the installation is whole.',
  })
}

export function cancelled(): AppError {
  return new AppError('cancelled', 'The job was cancelled.')
}

function describeEnd(end: ComputeEnd): string {
  if (end.signal !== null) return `signal ${end.signal}`
  return `exit code ${end.code ?? 'unknown'}`
}

function nextStep(end: ComputeEnd): string {
  if (end.signal === 'SIGKILL') {
    return 'The system ends processes so when memory runs out: try a smaller batch, then start the job again.'
  }
  return 'Start the job again; if it happens again, run `bitgauge doctor --full`. The log has the last lines of the process.'
}
