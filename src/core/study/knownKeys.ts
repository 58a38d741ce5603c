import { z } from 'zod'
import { studySchema } from '../../shared/contract/studyRules.ts'

interface Schema {
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  propertyNames?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  const?: unknown
  enum?: unknown[]
  type?: string
}

let whole: Schema | undefined

/**
 * The keys that a study's file may have at a path. Where the form leaves a choice, those of the forms that fit what stands there: a
 * generative model's keys beside `family: generative`.
 */
export function knownKeys(root: unknown, path: readonly PropertyKey[]): string[] {
  whole ??= z.toJSONSchema(studySchema, { io: 'input' }) as Schema
  let schemas = choose([whole], root)
  let value = root
  for (const part of path) {
    value = (value as Record<PropertyKey, unknown> | undefined)?.[part]
    schemas = choose(
      schemas.flatMap((schema) => inner(schema, part)),
      value,
    )
  }
  const keys = schemas.flatMap(({ properties, propertyNames }) => [
    ...Object.keys(properties ?? {}),
    ...(propertyNames?.enum ?? []).map(String),
  ])
  return [...new Set(keys)]
}

function inner({ properties, additionalProperties, items }: Schema, part: PropertyKey): Schema[] {
  if (typeof part === 'number') return items === undefined ? [] : [items]
  const own = Object.hasOwn(properties ?? {}, part) ? properties?.[String(part)] : undefined
  if (own !== undefined) return [own]
  return typeof additionalProperties === 'object' ? [additionalProperties] : []
}

/** The choices that a value may mean; all of them where it fits none. */
function choose(schemas: readonly Schema[], value: unknown): Schema[] {
  const all = schemas.flatMap(alternatives)
  const fitting = all.filter((schema) => fits(schema, value))
  return fitting.length > 0 ? fitting : all
}

function alternatives(schema: Schema): Schema[] {
  const choices = schema.anyOf ?? schema.oneOf
  return choices === undefined ? [schema] : choices.flatMap(alternatives)
}

/** Whether a value's fixed words, such as `family`, are those of a form. */
function fits({ properties = {} }: Schema, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(properties).every(([name, schema]) => {
    const found = (value as Record<string, unknown>)[name]
    return schema.const === undefined || found === schema.const
  })
}
