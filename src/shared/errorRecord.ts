import { z } from 'zod'
import { errorCodes } from './errors.ts'

export const errorCodeSchema = z.enum(errorCodes)

/** The schema of `ErrorRecord`; apart from `errors.ts`, which programs load before they know that they need schemas. */
export const errorRecordSchema = z.strictObject({
  code: errorCodeSchema,
  message: z.string(),
  expected: z.string().optional(),
  found: z.string().optional(),
  hint: z.string().optional(),
  where: z.strictObject({ file: z.string(), line: z.int().min(1), column: z.int().min(1) }).optional(),
  subject: z.string().optional(),
})
