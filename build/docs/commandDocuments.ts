import { z } from 'zod'
import { commandSchemas } from '../../src/cli/schemas.ts'
import { envelopeSchema } from '../../src/shared/envelopeSchema.ts'

/** The JSON Schema (draft 2020-12) of every command's envelope, by the command's name. */
export function commandDocuments(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(commandSchemas).map(([name, data]) => [
      name,
      z.toJSONSchema(envelopeSchema(name, data), { io: 'output' }),
    ]),
  )
}
