import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { ActivationProfile } from '../../core/calibration/activationProfile.ts'
import { encodeProfile } from '../../core/calibration/profileFile.ts'
import type { EncodedTexts } from '../../core/dataset/tokenFile.ts'
import type { Weights } from '../../core/model/weights.ts'
import type { LabelHandling } from '../../shared/contract/calibrationRules.ts'
import type { EvaluatedOn } from '../../shared/contract/engineRules.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import type { ProfileParams } from '../../shared/contract/quantization.ts'
import type { AfterBatch } from '../evaluation/textScores.ts'
import { loadRuntime } from '../native/addon.ts'
import { collectNativeProfile } from '../native/nativeProfile.ts'
import { collectProfile } from '../quantization/collectProfile.ts'
import { loadTexts } from './evaluation/loadTexts.ts'
import { keptModel } from './files/keptFiles.ts'
import { sha256Of } from './files/readFiles.ts'
import { writeWhole } from './files/writeFile.ts'
import type { JobRun } from './job.ts'
import { loadForDevice } from './loadForDevice.ts'

const file = 'profile.bin'

/** Profiles the activations of a float model on a calibration set, into a file of the work folder. */
export const profile: JobRun<'profile'> = async (params, context) => {
  const { description, weights } = await keptModel(params.model)
  const clean = { noise: { kind: 'none', level: 0 } as const, shift: null, seed: 0 }
  const { texts } = await loadTexts({ ...params, ...clean }, description, context)
  const start = performance.now()
  const { spec } = description
  const total = readings(spec, params.labelHandling) * texts.rows
  const { found, by } = await collect(params, { spec, weights }, texts, async (done) => {
    context.progress({ phase: 'profiling', done, total, unit: 'texts' })
    await context.step()
  })
  const duration_s = (performance.now() - start) / 1000
  const bytes = encodeProfile(found)
  await writeWhole(join(params.work, file), bytes)
  const on = { device: params.device, threads: params.threads, ...by }
  const { texts: read, steps } = found
  return { file, bytes: bytes.length, fingerprint: `sha256:${sha256Of(bytes)}`, texts: read, steps, duration_s, on }
}

/** By the engine that was asked for; the TensorFlow library is not loaded for the runtime. */
async function collect(
  params: ProfileParams,
  model: { spec: ModelSpec; weights: Weights },
  texts: EncodedTexts,
  afterBatch: AfterBatch,
): Promise<{ found: ActivationProfile; by: Pick<EvaluatedOn, 'tensorflow' | 'runtime'> }> {
  const { bins, labelHandling, headOutput, threads } = params
  const options = { bins, labelHandling, headOutput }
  if (params.engine === 'runtime') {
    const { profile: found, kernels } = await collectNativeProfile(model, texts, { ...options, threads }, afterBatch)
    return { found, by: { runtime: { version: loadRuntime().version, kernels } } }
  }
  const tensorflow = loadForDevice(params.device)
  const found = await collectProfile(tensorflow, model, texts, options, afterBatch)
  return { found, by: { tensorflow: tensorflow.version } }
}

/** How often a text is read: in two passes, and where every class has a language model by each of them or by its own. */
function readings(spec: ModelSpec, labelHandling: LabelHandling): number {
  const independent = spec.family === 'generative' && spec.head === 'independent'
  return independent && labelHandling === 'all' ? 2 * spec.classes : 2
}
