import { z } from 'zod'
import { errorRecordSchema } from './errorRecord.ts'
import { warningSchema } from './units.ts'

/** The one JSON document that `--json` prints, success or not. Version 1 of every command's schema. */
export function envelopeSchema<T extends z.ZodType>(command: string, data: T) {
  const schema = z.literal(`bitgauge/${command}/1`)
  return z.discriminatedUnion('ok', [
    z.strictObject({ schema, ok: z.literal(true), data, warnings: z.array(warningSchema) }),
    z.strictObject({ schema, ok: z.literal(false), error: errorRecordSchema }),
  ])
}
