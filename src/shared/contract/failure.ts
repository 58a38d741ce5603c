import { ORPCError } from '@orpc/client'
import { AppError, toErrorRecord, type ErrorRecord } from '../errors.ts'
import { errorRecordSchema } from '../errorRecord.ts'
import { appErrorCode } from './base.ts'

/** What a procedure throws into the transport for any error: the record, and nothing of the original that is not in it. */
export function toTransportError(thrown: unknown): ORPCError<string, ErrorRecord> {
  const record = toErrorRecord(thrown)
  return new ORPCError(appErrorCode, { defined: true, status: 400, message: record.message, data: record })
}

/** What a caller sees for any error that came out of a transport: always an AppError with a code of the closed list. */
export function fromTransportError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof ORPCError) return fromOrpcError(thrown)
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new AppError('cancelled', 'The call was cancelled.')
  return new AppError('connection-lost', 'The connection to the engine was lost.', {
    hint: 'Reload the page, or start the program again.',
    cause: thrown,
  })
}

function fromOrpcError(error: ORPCError<string, unknown>): AppError {
  const record = errorRecordSchema.safeParse(error.data)
  if (error.code === appErrorCode && record.success) return AppError.fromRecord(record.data)
  if (error.code === 'BAD_REQUEST') {
    return new AppError('input-invalid', 'A value does not have the shape that the call expects.', {
      found: firstIssue(error.data),
      cause: error,
    })
  }
  if (error.code === 'NOT_FOUND')
    return new AppError('not-found', 'The engine does not know this call.', { cause: error })
  return new AppError('internal', 'Something went wrong inside Bitgauge. The log has the details.', { cause: error })
}

function firstIssue(data: unknown): string | undefined {
  const issues = (data as { issues?: { path?: PropertyKey[]; message?: string }[] } | undefined)?.issues
  const issue = issues?.[0]
  if (issue?.message === undefined) return undefined
  const path = (issue.path ?? []).map(String).join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}
