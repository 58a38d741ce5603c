import { AppError } from '../../shared/errors.ts'

/**
 * Turns what the native library throws into an AppError where a person can do something about it; anything else is given back as it
 * is. The addon throws plain errors whose text begins with the number of a `TF_Code`; 8 is RESOURCE_EXHAUSTED.
 */
export function translateError(thrown: unknown): unknown {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return thrown
  if (isOutOfMemory(thrown)) {
    return new AppError('out-of-memory', 'There is not enough memory for this job.', {
      hint: 'Try half the batch, or fewer steps.',
      cause: thrown,
    })
  }
  return thrown
}

function isOutOfMemory(error: Error): boolean {
  return /^Invalid TF_Status: 8\b|OOM when allocating|Array buffer allocation failed/.test(error.message)
}
