import { AppError, type ErrorCode } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'

/** By `bg_status`. */
const codes: readonly ErrorCode[] = [
  'internal',
  'out-of-memory',
  'not-found',
  'input-invalid',
  'input-invalid',
  'input-invalid',
  'input-invalid',
  'too-large',
  'non-finite-value',
  'input-invalid',
  'internal',
  'input-invalid',
  'cancelled',
]

const unknownKernels = 9

interface NativeFailure extends Error {
  status: number
  section: number
  part: number
}

/** Does a call of the addon; what it throws becomes an AppError. */
export function asAppError<T>(call: () => T): T {
  try {
    return call()
  } catch (thrown) {
    throw appErrorOf(thrown)
  }
}

/** The AppError of what the addon threw; anything else stays what it is. */
export function appErrorOf(thrown: unknown): unknown {
  if (!isNative(thrown)) return thrown
  const code = codes[thrown.status] ?? 'internal'
  if (code === 'internal') return new TypeError(`the runtime refused a call: ${thrown.message}`, { cause: thrown })
  if (code === 'cancelled') return new AppError(code, 'The evaluation was cancelled.')
  if (thrown.status === unknownKernels) {
    return new AppError(code, 'The runtime cannot use the kernels that were asked for.', {
      found: process.env['BITGAUGE_KERNELS'],
      hint: nextStep('list-kernels'),
      cause: thrown,
    })
  }
  return new AppError(code, 'The runtime does not evaluate this model.', {
    found: `${thrown.message}${placeOf(thrown)}`,
    cause: thrown,
  })
}

function placeOf({ section, part }: NativeFailure): string {
  if (section === 0) return ''
  return part === 0 ? ` (section ${section})` : ` (section ${section} of part ${part})`
}

function isNative(thrown: unknown): thrown is NativeFailure {
  return thrown instanceof Error && typeof (thrown as Partial<NativeFailure>).status === 'number'
}
