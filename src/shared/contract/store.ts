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

/** What a glance at the store tells. */
export const storeSummarySchema = z.strictObject({
  bytes: bytesSchema,
  runs: z.int().min(0),
  /** how often test splits were opened: once an evaluation that read one */
  testOpenings: z.int().min(0),
})
export type StoreSummary = z.infer<typeof storeSummarySchema>

const countSchema = z.int().min(0)

/** How many things of each kind a home has, for who only wants to know how many. */
export const storeCountsSchema = z.strictObject({
  datasets: countSchema,
  models: countSchema,
  /** all draws of one declaration are one set */
  calibrations: countSchema,
  studies: countSchema,
  boards: countSchema,
})
export type StoreCounts = z.infer<typeof storeCountsSchema>

export const storeContract = {
  counts: call.input(z.strictObject({})).output(storeCountsSchema),
  summary: call.input(z.strictObject({})).output(storeSummarySchema),
  check: call.input(z.strictObject({})).output(storeCheckSchema),
  /** Writes a consistent copy into the home's `backups` folder while the store is in use. */
  backup: call.input(z.strictObject({})).output(fileSchema),
}
