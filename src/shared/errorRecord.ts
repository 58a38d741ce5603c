import { z } from 'zod'
import { errorCodes } from './errors.ts'
import { steps } from './nextSteps.ts'

export const errorCodeSchema = z.enum(errorCodes)

export const nextStepSchema = z.strictObject({ step: z.enum(steps), of: z.string().optional() })

/** The schema of `ErrorRecord`; apart from `errors.ts`, which programs load before they know that they need schemas. */
export const errorRecordSchema = z.strictObject({
  code: errorCodeSchema,
  message: z.string(),
  expected: z.string().optional(),
  found: z.string().optional(),
  hint: z.string().optional(),
  next: nextStepSchema.optional(),
  where: z.strictObject({ file: z.string(), line: z.int().min(1), column: z.int().min(1) }).optional(),
  subject: z.string().optional(),
})
