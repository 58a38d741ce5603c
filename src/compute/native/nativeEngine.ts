import { offsetRange } from '../../core/evaluation/factoredScores.ts'
import type { QuantizedModel } from '../../core/quantization/quantizedModel.ts'
import type { TextScores } from '../evaluation/textScores.ts'
import type { QuantizedEngine } from '../quantization/engine.ts'
import type { NativeScores, OpenOptions } from './addon.ts'
import { followed } from './followed.ts'
import { gridsOf, maskOf, nativeSignals } from './nativeSignals.ts'
import { openNative, type NativeTexts } from './openNative.ts'

export interface NativeEngineOptions extends OpenOptions {
  threads: number
  /** texts side by side; left out: as many as are fastest. No result depends on it. */
  batch?: number | undefined
}

/** Of a table of input halves: it pays after some thousand words, and no result depends on it. */
const mostTable_bytes = 32 * 1024 * 1024

/** Whether a model that evaluates a split is opened with a table of the input half of every word. */
export function takesInputTable({ spec, parts }: Pick<QuantizedModel, 'spec' | 'parts'>): boolean {
  return 16 * spec.words * spec.hidden * parts.length <= mostTable_bytes
}

/** The C runtime as an engine; `kernels` names those that evaluate. */
export type NativeEngine = QuantizedEngine & { readonly kernels: string }

/**
 * Opens a quantized model in the C runtime. What it gives is the same as core's `evaluateText` gives, word for word, where all operands of its matrix
 * products are integers; with a float operand it depends on the kernels within the tolerance of numerics.md section 1.
 *
 * @param file the model's file
 * @throws AppError as `openNative`
 */
export function openNativeEngine(
  model: QuantizedModel,
  file: Uint8Array,
  { threads, batch, ...open }: NativeEngineOptions,
): NativeEngine {
  const native = openNative(file, open)
  const how = { threads, ...(batch === undefined ? {} : { batch }) }
  const range = offsetRangeOf(model)
  return {
    kernels: native.info.kernels,
    async score(texts, _prior, afterBatch) {
      const flat = flatten(texts)
      const found = await followed((control) => native.evaluate(flat, how, control), afterBatch)
      await afterBatch(texts.length)
      return scoresOf(found, model, range)
    },
    signals: (texts, pause) =>
      nativeSignals(model, texts, (some, wanted) => {
        const options = { ...how, grids: gridsOf(model), sites: maskOf(wanted) }
        return followed((control) => native.countSignals(flatten(some), options, control), pause)
      }),
    dispose: () => native.close(),
  }
}

function flatten(texts: readonly ArrayLike<number>[]): NativeTexts {
  const offsets = new Uint32Array(texts.length + 1)
  texts.forEach(({ length }, text) => (offsets[text + 1] = offsets[text]! + length))
  const words = new Uint32Array(offsets.at(-1)!)
  texts.forEach((text, k) => words.set(text, offsets[k]))
  return { words, offsets }
}

function scoresOf(found: NativeScores, { spec }: QuantizedModel, range: number | null): TextScores {
  const { values, scores, common, guarded } = found
  const { classes } = spec
  if (spec.family === 'discriminative') return { classes, scores, logLikelihoods: null, guarded: 0, offsetRange: null }
  const logLikelihoods = values.map((value, k) => value + common[Math.floor(k / classes)]!)
  return { classes, scores, logLikelihoods, guarded: guarded.reduce((sum, one) => sum + one, 0), offsetRange: range }
}

/** `max_y (max c_y - min c_y)` where classes share a language model and its logits are not quantized; else null. */
function offsetRangeOf({ spec, parts }: QuantizedModel): number | null {
  const { head, sites: grids } = parts[0]!
  const table = head.kind === 'generative' ? head.labelTable : null
  if (table === null || grids['head-output'].kind !== 'float') return null
  return offsetRange(
    Array.from({ length: spec.classes }, (_, y) => table.subarray(y * spec.words, (y + 1) * spec.words)),
  )
}
