import { z } from 'zod'
import { bytesSchema, fileSchema } from '../units.ts'
import { call } from './base.ts'

export const storeCheckSchema = z.strictObject({
  path: z.string(),
  schemaVersion: z.int().min(0),
  bytes: bytesSchema,
  ok: z.boolean(),
  /** what SQLite's `integrity_check` and `foreign_key_check` and our own checks found, one sentence each */
  problems: z.array(z.string()),
  jobs: z.int().min(0),
  runs: z.int().min(0),
})
export type StoreCheck = z.infer<typeof storeCheckSchema>

export const storeContract = {
  check: call.input(z.strictObject({})).output(storeCheckSchema),
  /** Writes a consistent copy into the home's `backups` folder while the store is in use. */
  backup: call.input(z.strictObject({})).output(fileSchema),
}
