import { AppError } from '../../shared/errors.ts'
import { nextStep, type NextStep } from '../../shared/nextSteps.ts'
import type { ChildProgram, ComputeEnd } from '../launcher.ts'

/** The error of a job whose process ended under it. */
export function crashError(end: ComputeEnd): AppError {
  return new AppError('compute-crashed', `The compute process ended while the job ran: ${describeEnd(end)}.`, {
    hint: afterCrash(end),
  })
}

const names: Readonly<Record<ChildProgram, string>> = {
  compute: 'compute process',
  'store-keeper': 'process that looks after the store',
}

/** The error where the operating system starts no process. */
export function refusedError(program: ChildProgram, cause?: unknown): AppError {
  return new AppError('compute-unavailable', `The ${names[program]} could not be started.`, {
    found: (cause as NodeJS.ErrnoException | undefined)?.code ?? 'an error of the operating system',
    hint: 'Check the free memory and the limit on processes, then try again.',
    cause,
  })
}

/** The error of a check or a copy of the store whose process ended under it. */
export function keeperCrashError(end: ComputeEnd): AppError {
  return new AppError(
    'compute-crashed',
    `The ${names['store-keeper']} ended before it was done: ${describeEnd(end)}.`,
    {
      hint: 'What is stored is as it was. Try again; the log has what the process wrote last.',
    },
  )
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
