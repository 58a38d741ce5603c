import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { ModelDescription } from '../../core/model/modelFile.ts'
import { encodeQuantizedModel } from '../../core/quantization/file/encodeQuantizedModel.ts'
import { quantizeModel, type Quantization } from '../../core/quantization/quantizeModel.ts'
import type { QuantizedModel } from '../../core/quantization/quantizedModel.ts'
import type { EvaluatedOn } from '../../shared/contract/engineRules.ts'
import type {
  CellInput,
  QuantizedEvaluation,
  QuantizedEvaluationParams,
  QuantizedFile,
} from '../../shared/contract/quantization.ts'
import { AppError } from '../../shared/errors.ts'
import { evaluateTexts } from '../evaluation/evaluateModel.ts'
import { rowsOf } from '../evaluation/textScores.ts'
import { loadRuntime } from '../native/addon.ts'
import { openNativeEngine, takesInputTable } from '../native/nativeEngine.ts'
import type { QuantizedEngine } from '../quantization/engine.ts'
import { openQuantized } from '../quantization/openQuantized.ts'
import { loadTexts } from './evaluation/loadTexts.ts'
import { writeArrays } from './evaluation/writeArrays.ts'
import { keptModel, keptProfile } from './files/keptFiles.ts'
import { sha256Of } from './files/readFiles.ts'
import { writeWhole } from './files/writeFile.ts'
import type { JobContext, JobRun } from './job.ts'
import { loadForDevice } from './loadForDevice.ts'

type Evaluated = QuantizedEvaluation['evaluations'][number]

/**
 * Quantizes a model and evaluates it on some inputs of a split. What it says of each text of input k goes into files of the folder k of the work
 * folder; the quantized model itself into `model.bgq` where that is asked for.
 */
export const quantizedEvaluation: JobRun<'quantized-evaluation'> = async (params, context) => {
  const { description, weights } = await keptModel(params.model)
  const profile = params.profile === null ? null : await keptProfile(params.profile)
  context.progress({ phase: 'quantizing', done: 0, total: 1, unit: 'models' })
  await context.step()
  const start = performance.now()
  const { spec, logPrior } = description
  const made = quantizeModel({ spec, weights, logPrior }, profile, params.recipe, params.bits)
  const { bytes, quantization } = await fileOf(params, description, made, start)
  const where = { device: params.device, threads: params.threads }
  if (params.inputs.length === 0) return { quantization, evaluations: [], on: where }

  const { engine: open, by } = openEngine(params, made.model, bytes)
  const on = { ...where, ...by }
  try {
    const evaluations: Evaluated[] = []
    for (const [index, input] of params.inputs.entries()) {
      evaluations.push(await evaluate(params, { description, open, input, index }, context))
    }
    return { quantization, evaluations, on }
  } finally {
    open.dispose()
  }
}

interface OpenEngine {
  engine: QuantizedEngine
  /** what is said of it beside a result */
  by: Pick<EvaluatedOn, 'tensorflow' | 'runtime'>
}

/** The engine that was asked for. The runtime reads the very file; the TensorFlow library is not loaded for it. */
function openEngine(
  { engine, device, threads, batch }: QuantizedEvaluationParams,
  model: QuantizedModel,
  file: Uint8Array,
): OpenEngine {
  if (engine === 'runtime') {
    const how = { threads, batch: batch ?? undefined, inputTable: takesInputTable(model) }
    const open = openNativeEngine(model, file, how)
    return { engine: open, by: { runtime: { version: loadRuntime().version, kernels: open.kernels } } }
  }
  const tensorflow = loadForDevice(device)
  return { engine: openQuantized(tensorflow, model, batch ?? undefined), by: { tensorflow: tensorflow.version } }
}

/** @param start of quantizing, ms */
async function fileOf(
  { model, profile, keepFile, work }: QuantizedEvaluationParams,
  { classes, vocabulary, tokenizer, maxLength }: ModelDescription,
  made: Quantization,
  start: number,
): Promise<{ bytes: Uint8Array; quantization: QuantizedFile }> {
  const origin = { model: `sha256:${model.sha256}`, profile: profile === null ? null : `sha256:${profile.sha256}` }
  const bytes = encodeQuantizedModel(made.model, { classes, vocabulary, tokenizer, maxLength, origin })
  if (keepFile) await writeWhole(join(work, 'model.bgq'), bytes)
  const quantization = {
    fingerprint: `sha256:${sha256Of(bytes)}`,
    bytes: bytes.length,
    adjustments: made.adjustments,
    warnings: made.warnings,
    duration_s: (performance.now() - start) / 1000,
  }
  return { bytes, quantization }
}

interface Asked {
  description: ModelDescription
  open: QuantizedEngine
  input: CellInput
  index: number
}

async function evaluate(
  params: QuantizedEvaluationParams,
  { description, open, input, index }: Asked,
  context: JobContext,
): Promise<Evaluated> {
  if (params.texts === null) throw new AppError('input-invalid', 'There are inputs, but no texts to put them into.')
  const reading = { ...input, texts: params.texts, labels: params.labels, tokenizer: params.tokenizer }
  const { texts, unknownShare } = await loadTexts(reading, description, context)
  const start = performance.now()
  const total = params.inputs.length * texts.rows
  const found = await evaluateTexts(open, description.logPrior, texts, {
    tell: (done) => context.progress({ phase: 'scoring', done: index * texts.rows + done, total, unit: 'texts' }),
    pause: context.step,
  })
  const duration_s = (performance.now() - start) / 1000
  const signals = await open.signals(rowsOf(texts), context.step)
  const folder = join(params.work, String(index))
  await mkdir(folder, { recursive: true })
  const arrays = await writeArrays(folder, texts.labels, found)
  const { metrics, interval, scoring } = found
  return { figures: { ...metrics, interval, scoring }, arrays, unknownShare, signals, duration_s }
}
