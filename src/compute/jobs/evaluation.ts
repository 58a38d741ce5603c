import { performance } from 'node:perf_hooks'
import { evaluateModel } from '../evaluation/evaluateModel.ts'
import { loadTexts } from './evaluation/loadTexts.ts'
import { writeArrays } from './evaluation/writeArrays.ts'
import { keptModel } from './files/keptFiles.ts'
import type { JobRun } from './job.ts'
import { loadForDevice } from './loadForDevice.ts'

/** Evaluates a model file on a split's rows; what it says of each text goes into files of the work folder. */
export const evaluation: JobRun<'evaluation'> = async (params, context) => {
  const { description, weights } = await keptModel(params.model)
  const { texts, unknownShare } = await loadTexts(params, description, context)
  const tensorflow = loadForDevice(params.device)
  const start = performance.now()
  const model = { spec: description.spec, weights, logPrior: description.logPrior }
  const found = await evaluateModel(tensorflow, model, texts, {
    tell: (done, total) => context.progress({ phase: 'scoring', done, total, unit: 'texts' }),
    pause: context.step,
  })
  const duration_s = (performance.now() - start) / 1000
  const arrays = await writeArrays(params.work, texts.labels, found)
  const { metrics, interval, scoring } = found
  const on = { device: params.device, threads: params.threads, tensorflow: tensorflow.version }
  return { figures: { ...metrics, interval, scoring }, arrays, unknownShare, duration_s, on }
}
