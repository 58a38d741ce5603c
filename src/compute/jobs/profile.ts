import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { encodeProfile } from '../../core/calibration/profileFile.ts'
import type { LabelHandling } from '../../shared/contract/calibrationRules.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
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
  const tensorflow = loadForDevice(params.device)
  const start = performance.now()
  const { spec } = description
  const total = readings(spec, params.labelHandling) * texts.rows
  const found = await collectProfile(tensorflow, { spec, weights }, texts, params, async (done) => {
    context.progress({ phase: 'profiling', done, total, unit: 'texts' })
    await context.step()
  })
  const duration_s = (performance.now() - start) / 1000
  const bytes = encodeProfile(found)
  await writeWhole(join(params.work, file), bytes)
  const on = { device: params.device, threads: params.threads, tensorflow: tensorflow.version }
  const { texts: read, steps } = found
  return { file, bytes: bytes.length, fingerprint: `sha256:${sha256Of(bytes)}`, texts: read, steps, duration_s, on }
}

/** How often a text is read: in two passes, and where every class has a language model by each of them or by its own. */
function readings(spec: ModelSpec, labelHandling: LabelHandling): number {
  const independent = spec.family === 'generative' && spec.head === 'independent'
  return independent && labelHandling === 'all' ? 2 * spec.classes : 2
}
