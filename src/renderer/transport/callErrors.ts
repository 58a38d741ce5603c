import { ORPCError } from '@orpc/client'
import { ValidationError } from '@orpc/contract'
import { AppError } from '../../shared/errors.ts'
import { fromTransportError } from '../../shared/contract/failure.ts'

/**
 * What a caller sees for anything that a call or its events threw. A line that ends rejects its calls the same way as a caller who
 * cancels them; only the caller's signal tells the two apart.
 */
export function toCallError(thrown: unknown, signal: AbortSignal | undefined): AppError {
  if (thrown instanceof AppError) return thrown
  if (signal?.aborted === true) return new AppError('cancelled', 'The call was cancelled.')
  if (thrown instanceof ORPCError) return fromTransportError(thrown)
  if (thrown instanceof ValidationError) {
    return new AppError('internal', 'The engine answered in a shape that this page does not know.', {
      hint: 'Reload the page; it may be older than the engine.',
      cause: thrown,
    })
  }
  return connectionLost(thrown)
}

export function connectionLost(cause?: unknown): AppError {
  return new AppError('connection-lost', 'The connection to the engine was lost.', {
    hint: 'It is tried again by itself; see that the program still runs.',
    cause,
  })
}
