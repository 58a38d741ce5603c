import { z } from 'zod'
import { devFiguresSchema, epochRecordSchema } from '../../shared/contract/trainingRules.ts'
import { AppError } from '../../shared/errors.ts'
import { fingerprintSchema } from '../../shared/units.ts'
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.ts'
import type { FloatArray, Weights } from '../model/weights.ts'

/**
 * Where a training stands between two steps. Random numbers need no position of their own: batches come from seed and epoch, noise
 * from seed, epoch and text, dropout from seed and step.
 */
export const progressStateSchema = z.strictObject({
  /** the epoch under way, from 1 */
  epoch: z.int().min(1),
  /** batches of it that are done */
  batch: z.int().min(0),
  /** steps done in all, and of each group of parameters */
  step: z.int().min(0),
  groupSteps: z.array(z.int().min(0)).min(1),
  /** sums over the epoch under way */
  running: z.strictObject({ loss: z.number(), weight: z.number(), right: z.int(), texts: z.int(), clipped: z.int() }),
  best: z.strictObject({ epoch: z.int().min(0), dev: devFiguresSchema.nullable() }),
  history: z.array(epochRecordSchema),
})
export type ProgressState = z.infer<typeof progressStateSchema>

const headSchema = z.strictObject({
  kind: z.literal('checkpoint'),
  version: z.literal(1),
  /** of model, settings and texts: a checkpoint goes on with exactly what it began with */
  task: fingerprintSchema,
  state: progressStateSchema,
})

export interface Checkpoint {
  task: string
  state: ProgressState
  weights: Weights
  /** first and second moments of Adam */
  m: Weights
  v: Weights
  /** weights of the best epoch so far; empty before the first epoch's end */
  best: Weights
}

const parts = ['weights', 'm', 'v', 'best'] as const

/** A checkpoint as one safetensors file, the state in its metadata. Float64 sums keep every digit in JSON. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const tensors = new Map<string, FloatArray>()
  for (const part of parts) for (const [name, array] of checkpoint[part]) tensors.set(`${part}/${name}`, array)
  const head = { kind: 'checkpoint', version: 1, task: checkpoint.task, state: checkpoint.state }
  return encodeSafetensors(tensors, { 'bitgauge-checkpoint': JSON.stringify(head) })
}

/** @throws AppError `input-invalid`, `too-large` */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const { task, state } = parseHead(metadata['bitgauge-checkpoint'] ?? '')
  const pick = (part: string): Weights =>
    new Map(
      [...tensors].flatMap(([name, array]) =>
        name.startsWith(`${part}/`) ? [[name.slice(part.length + 1), array]] : [],
      ),
    )
  return { task, state, weights: pick('weights'), m: pick('m'), v: pick('v'), best: pick('best') }
}

function parseHead(text: string): z.infer<typeof headSchema> {
  let value: unknown = null
  try {
    value = JSON.parse(text)
  } catch {
    // Falls through to the schema's refusal.
  }
  const parsed = headSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError('input-invalid', 'The file is no checkpoint that this version reads.', {
    hint: 'Start the training anew.',
  })
}
