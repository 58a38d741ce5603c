import type Database from 'better-sqlite3'
import { z } from 'zod'
import { momentSchema } from '../shared/units.ts'

const schemaStepSchema = z.strictObject({
  version: z.int().min(1),
  title: z.string(),
  applied: momentSchema,
  program: z.string(),
})
export type SchemaStep = z.infer<typeof schemaStepSchema>

/** What a store says of itself. Keys that this version does not know are left alone. */
export const metaSchema = z.object({
  created: momentSchema.optional(),
  created_with: z.string().optional(),
  schema_history: z.array(schemaStepSchema).default([]),
})
export type Meta = z.infer<typeof metaSchema>

/** @throws ZodError or SyntaxError where a value does not have its form */
export function readMeta(db: Database.Database): Meta {
  const rows = db.prepare<[], { key: string; value: string }>('SELECT key, value FROM meta').all()
  return metaSchema.parse(Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown])))
}

export function writeMeta<K extends keyof Meta>(db: Database.Database, key: K, value: NonNullable<Meta[K]>): void {
  db.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(
    key,
    JSON.stringify(value),
  )
}
