import { AppError } from '../../shared/errors.ts'
import { nextStep, type NextStep } from '../../shared/nextSteps.ts'
import type { ComputeEnd } from '../launcher.ts'

/** The error of a job whose process ended under it. */
export function crashError(end: ComputeEnd): AppError {
  return new AppError('compute-crashed', `The compute process ended while the job ran: ${describeEnd(end)}.`, {
    hint: afterCrash(end),
  })
}

/** The error where the process ended before it took any work. */
export function startError(end: ComputeEnd): AppError {
  return new AppError('compute-unavailable', `The compute process ended before it was ready: ${describeEnd(end)}.`, {
    hint: nextStep('prove-installation'),
  })
}

export function cancelled(): AppError {
  return new AppError('cancelled', 'The job was cancelled.')
}

function describeEnd(end: ComputeEnd): string {
  if (end.signal !== null) return `signal ${end.signal}`
  return `exit code ${end.code ?? 'unknown'}`
}

function afterCrash(end: ComputeEnd): string | NextStep {
  if (end.signal === 'SIGKILL') {
    return 'The system ends processes so when memory runs out: try a smaller batch, then start the job again.'
  }
  return nextStep('start-again')
}
