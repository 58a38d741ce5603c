import { oc } from '@orpc/contract'
import { errorRecordSchema } from '../errorRecord.ts'

/** Every call of the contract may fail with one shape of error, whose `data` is the record of an AppError. */
export const appErrorCode = 'APP_ERROR'

export const call = oc.errors({
  [appErrorCode]: { status: 400, message: 'An error of Bitgauge', data: errorRecordSchema },
})
