import { z } from 'zod'
import { presetNameOf } from '../../core/quantization/presetName.ts'
import { compositionSchema } from '../../shared/contract/calibrationRules.ts'
import { recipeSchema } from '../../shared/contract/quantizationRules.ts'
import { runEntrySchema, type RunEntry } from '../../shared/contract/run.ts'
import type { Run } from '../../store/index.ts'

const { shape } = runEntrySchema
const named = z.object({ name: z.string() })
const recipe = z.looseObject({ target: z.string() })
const drawn = z.object({ composition: compositionSchema, draw: z.int().min(0) })

/** What is looked for in a result, whatever its stage; a part that is not there or of another shape is left out. */
const partsOfResult = {
  model: named,
  family: shape.family,
  dataset: named,
  recipe,
  bits: shape.bits,
  calibration: drawn,
  set: drawn,
  split: shape.split,
  noise: shape.noise,
  shift: shape.shift,
  accuracy: shape.accuracy,
  interval: shape.interval,
  n: shape.n,
  texts: shape.n,
  manifest: drawn.extend({ dataset: named, size: z.int() }),
  quantization: z.object({ recipe, bits: shape.bits, calibration: drawn.nullable() }),
  dev: z.object({ accuracy: z.number(), n: z.int() }),
  bytes: z.int(),
} as const

type Parts = { [K in keyof typeof partsOfResult]?: z.output<(typeof partsOfResult)[K]> }

/** A run as tables show it. */
export function describeRun(run: Run): RunEntry {
  const parts = partsOf(run.result)
  const quantization = parts.quantization ?? { recipe: parts.recipe, bits: parts.bits, calibration: parts.calibration }
  const set = quantization.calibration ?? parts.set ?? parts.manifest
  const { id, key, stage, created, seed, duration_s, tags, warnings } = run
  return {
    ...{ id, key, stage, created },
    title: titleOf(run, parts),
    model: parts.model?.name ?? null,
    family: parts.family ?? null,
    dataset: (parts.dataset ?? parts.manifest?.dataset)?.name ?? null,
    recipe: recipeName(quantization.recipe, quantization.bits, parts.family),
    bits: quantization.bits ?? null,
    composition: set?.composition ?? null,
    draw: set?.draw ?? null,
    split: parts.split ?? null,
    noise: parts.noise ?? null,
    shift: parts.shift ?? null,
    accuracy: parts.accuracy ?? parts.dev?.accuracy ?? null,
    interval: parts.interval ?? null,
    n: parts.n ?? parts.dev?.n ?? parts.texts ?? parts.manifest?.size ?? null,
    ...{ seed, duration_s, tags, warnings },
  }
}

/** The preset whose settings the recipe has, or what it follows with word of the change; null where nothing was quantized. */
function recipeName(
  found: Parts['recipe'],
  bits: RunEntry['bits'] | undefined,
  family: Parts['family'],
): string | null {
  if (found === undefined) return null
  const whole = recipeSchema.safeParse(found)
  if (!whole.success || !bits || !family) return found.target
  return presetNameOf(whole.data, family, bits) ?? `${found.target}, changed`
}

function partsOf(result: unknown): Parts {
  const given = (result ?? {}) as Record<string, unknown>
  const found = Object.entries(partsOfResult).map(([name, schema]) => {
    const parsed = schema.safeParse(given[name])
    return [name, parsed.success ? parsed.data : undefined] as const
  })
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Parts
}

function titleOf({ stage, result }: Run, { model, dataset, manifest, bits, quantization, split }: Parts): string {
  const name = model?.name ?? 'a model'
  const kind = (result as { kind?: unknown } | null)?.kind
  if (stage === 'training') return `${name} trained`
  if (stage === 'calibration' && kind === 'set')
    return `${manifest?.size ?? ''} texts of ${manifest?.dataset.name ?? 'a dataset'} drawn`
  if (stage === 'calibration') return `${name} profiled`
  if (stage === 'quantization') return `${name} quantized to ${bits?.label ?? 'fewer bits'}`
  if (stage !== 'evaluation') return stage
  const what = quantization === undefined ? name : `${name} at ${quantization.bits?.label ?? 'fewer bits'}`
  return `${what} on ${dataset?.name ?? 'a dataset'}, ${split ?? ''}`
}
