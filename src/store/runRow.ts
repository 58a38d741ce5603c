import { z } from 'zod'
import { canonicalJson } from '../core/run/canonicalJson.ts'
import { runKey } from '../core/run/runKey.ts'
import { AppError } from '../shared/errors.ts'
import { stageSchema } from '../shared/stages.ts'
import { fingerprintSchema, idSchema, momentSchema, secondsSchema, warningSchema } from '../shared/units.ts'
import { parseInput } from './parseInput.ts'
import type { NewRun, Run } from './runRepository.ts'
import { decode, largestJson_bytes, toJson, type Decoded } from './storeJson.ts'

/** One line of letters, digits and signs, without control or direction characters. */
const tagSchema = z
  .string()
  .regex(/^[^\p{C}\p{Z}](?:[^\p{C}\p{Zl}\p{Zp}]{0,62}[^\p{C}\p{Z}])?$/u, 'expected one line of 1 to 64 characters')
export const tagsSchema = z.array(tagSchema).max(64)

export const runSchema = z.strictObject({
  id: idSchema,
  key: z.string().regex(/^[0-9a-f]{64}$/),
  stage: stageSchema,
  stageVersion: z.int().min(1),
  inputs: z.record(z.string().min(1), fingerprintSchema),
  recipe: z.unknown(),
  seed: z.int().min(0),
  created: momentSchema,
  duration_s: secondsSchema,
  engine: z.string().min(1),
  kernel: z.string().min(1).nullable(),
  machine: z.string().min(1),
  result: z.unknown(),
  warnings: z.array(warningSchema),
  tags: tagsSchema,
})

const untaggedSchema = runSchema.omit({ tags: true })

/** A row of `runs`; JSON as text. */
export interface RunRow {
  id: string
  key: string
  stage: string
  stage_version: number
  inputs: string
  recipe: string
  seed: number
  created: string
  duration_s: number
  engine: string
  kernel: string | null
  machine: string
  result: string
  warnings: string
}

/** A row with its tags as a JSON list. */
export type TaggedRunRow = RunRow & { tags: string }

export function readRun(row: TaggedRunRow): Decoded<Run> {
  return decode(runSchema, `The run ${row.id}`, () => {
    const { stage_version, inputs, recipe, result, warnings, tags, ...rest } = row
    const [readInputs, readRecipe, readResult, readWarnings, readTags] = [inputs, recipe, result, warnings, tags].map(
      (text) => JSON.parse(text) as unknown,
    )
    return {
      ...rest,
      stageVersion: stage_version,
      inputs: readInputs,
      recipe: readRecipe,
      result: readResult,
      warnings: readWarnings,
      tags: Array.isArray(readTags) ? readTags.sort() : readTags,
    }
  })
}

/** @throws AppError `input-invalid`, `non-finite-value`, `too-large` */
export function writeRun(run: Omit<NewRun, 'arrays'>): RunRow {
  const { tags, ...untagged } = run
  parseInput(tagsSchema, 'The list of tags', tags)
  const { stage, stageVersion, inputs, recipe, seed } = run
  const key = runKey({ stage, stageVersion, inputs, recipe, seed })
  const whole = parseInput(untaggedSchema, 'The run', { ...untagged, key, result: run.result ?? null })
  const { stageVersion: stage_version, ...columns } = whole
  return {
    ...columns,
    stage_version,
    inputs: canonicalJson(inputs),
    recipe: withinLimit(canonicalJson(recipe)),
    result: toJson(whole.result, 'The result'),
    warnings: toJson(whole.warnings, 'The warnings'),
  }
}

function withinLimit(text: string): string {
  if (Buffer.byteLength(text) <= largestJson_bytes) return text
  throw new AppError('too-large', 'The recipe is too large for one row.', {
    expected: `at most ${largestJson_bytes} bytes`,
  })
}
