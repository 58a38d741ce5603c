import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { profile as profileJob } from '../../../src/compute/jobs/profile.ts'
import { quantizedEvaluation } from '../../../src/compute/jobs/quantizedEvaluation.ts'
import { runtimeTest } from '../../../src/compute/jobs/runtimeTest.ts'
import { decodeProfile } from '../../../src/core/calibration/profileFile.ts'
import { decodeModel } from '../../../src/core/model/modelFile.ts'
import { evaluateText, prepareModel } from '../../../src/core/quantization/evaluateText.ts'
import { quantizeModel } from '../../../src/core/quantization/quantizeModel.ts'
import type { FileOfHome } from '../../../src/shared/contract/computeFiles.ts'
import { defaultTokenizer } from '../../../src/shared/contract/datasetRules.ts'
import { jobKinds, type JobParams } from '../../../src/shared/contract/jobKinds.ts'
import { completeBits, recipeSchema } from '../../../src/shared/contract/quantizationRules.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { sampleTexts, sampleWeights, smallSpecs } from '../models/sampleModels.ts'
import { sampleContext, writeModel, writeRows } from '../quantization/jobFiles.ts'
import { loadedRuntime } from '../readyRuntime.ts'

const spec = smallSpecs['generative, shared, class bias, predicted end']!
const recipe = recipeSchema.parse({ scale: 'dynamic', widths: { 'head-output': 'float' } })
const clean = { noise: { kind: 'none' as const, level: 0 }, shift: null, seed: 0 }
const texts = Array.from({ length: 40 }, (_, k) => sampleTexts[k % 5]!.filter((id) => id >= 4))
const labels = texts.map((_, k) => k % 3)

let home: string
let model: FileOfHome
let rows: FileOfHome
let version: string
beforeAll(async () => {
  // No job of this suite may load the TensorFlow library: it would not find it.
  delete process.env['BITGAUGE_TENSORFLOW_ADDON']
  version = (await loadedRuntime()).version
  home = mkdtempSync(join(tmpdir(), 'bitgauge-native-job-'))
  model = writeModel(home, spec, sampleWeights(spec))
  rows = writeRows(home, texts, labels)
})
afterAll(() => rmSync(home, { recursive: true }))

async function evaluate(some: Partial<JobParams<'quantized-evaluation'>> = {}, context = sampleContext()) {
  const work = mkdtempSync(join(home, 'work-'))
  const params = jobKinds['quantized-evaluation'].params.parse({
    title: { model: 'sample', texts: { dataset: 'sample', split: 'dev' } },
    model,
    profile: null,
    recipe,
    bits: completeBits(8, recipe),
    texts: rows,
    labels: [0, 1, 2],
    tokenizer: defaultTokenizer,
    inputs: [clean],
    keepFile: false,
    engine: 'runtime',
    batch: null,
    work,
    device: 'cpu',
    threads: 2,
    ...some,
  })
  return { work, result: jobKinds['quantized-evaluation'].result.parse(await quantizedEvaluation(params, context)) }
}

function float32(path: string): number[] {
  return [...new Float32Array(new Uint8Array(readFileSync(path)).buffer)]
}

describe('a job of kind profile by the runtime', () => {
  it('writes the same bytes with any threads, says what made them, and never loads the other library', async () => {
    const made = [1, 3].map(async (threads) => {
      const work = mkdtempSync(join(home, 'profile-'))
      const params = jobKinds.profile.params.parse({
        title: { model: 'sample', dataset: 'sample' },
        ...{ model, texts: rows, rows: [1, 3, 4, 30], labels: [0, 1, 2], tokenizer: defaultTokenizer },
        ...{ labelHandling: 'all', bins: 256, headOutput: true, engine: 'runtime', work, device: 'cpu', threads },
      })
      const context = sampleContext()
      const result = jobKinds.profile.result.parse(await profileJob(params, context))
      expect(result.on).toEqual({ device: 'cpu', threads, runtime: { version, kernels: expect.any(String) } })
      expect(context.told.at(-1)).toEqual({ phase: 'profiling', done: 8, total: 8, unit: 'texts' })
      return readFileSync(join(work, result.file))
    })
    const [one, other] = await Promise.all(made)
    expect(other!.equals(one!)).toBe(true)
    const { texts: read, parts } = decodeProfile(one!)
    expect(read).toBe(4)
    expect(parts[0]!['head-output']!.count).toBe(3 * spec.words * (parts[0]!.hidden!.count / spec.hidden))
  })
})

describe('a quantized evaluation by the runtime', () => {
  it('gives what the reference gives, and names the runtime and its kernels, without the TensorFlow library', async () => {
    const { work, result } = await evaluate()
    const { description, weights } = decodeModel(readFileSync(model.path))
    const { logPrior } = description
    const prepared = prepareModel(
      quantizeModel({ spec, weights, logPrior }, null, recipe, completeBits(8, recipe)).model,
    )
    const expected = texts.map((text) => {
      const found = evaluateText(prepared, text)
      if (found.family !== 'generative') throw new Error('a generative model')
      return found
    })
    expect(result.on).toEqual({
      device: 'cpu',
      threads: 2,
      runtime: { version, kernels: expect.stringMatching(/^[a-z]/) },
    })
    const [evaluation] = result.evaluations
    const right = expected.filter(({ predicted }, text) => predicted === labels[text]).length
    expect(evaluation!.figures).toMatchObject({ n: 40, right, scoring: { form: 'factored', guarded: 0 } })
    const likelihoods = expected.flatMap(({ relative, common }) =>
      [...relative].map((value) => Math.fround(value + common)),
    )
    expect(float32(join(work, '0', 'log-likelihoods.f32'))).toEqual(likelihoods)
    expect(evaluation!.signals[0]!['head-input']!.count).toBeGreaterThan(0)
    expect(evaluation!.signals[0]!['head-output']).toBeUndefined()
  })

  it('tells of its progress, in texts', async () => {
    const context = sampleContext()
    await evaluate({}, context)
    expect(context.told.at(-1)).toEqual({ phase: 'scoring', done: 40, total: 40, unit: 'texts' })
  })

  it('ends where it is cancelled', async () => {
    let steps = 0
    const stop = sampleContext(async () => {
      steps += 1
      if (steps === 2) throw new AppError('cancelled', 'stop')
    })
    await expect(evaluate({}, stop)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('needs neither engine to quantize alone', async () => {
    const { result } = await evaluate({ texts: null, labels: [], inputs: [], engine: 'tensor' })
    expect(result).toMatchObject({ evaluations: [], on: { device: 'cpu', threads: 2 } })
    expect(result.on.tensorflow).toBeUndefined()
  })

  it('is the other engine where that is asked for, which is not there in this suite', async () => {
    await expect(evaluate({ engine: 'tensor' })).rejects.toMatchObject({ code: 'library-missing' })
  })
})

describe('the self-test of the runtime', () => {
  it('finds every number of every set of kernels as the reference has it', async () => {
    const { chosen, checks } = jobKinds['runtime-test'].result.parse(await runtimeTest({}, sampleContext()))
    expect(checks.map(({ kernels }) => kernels)).toContain(chosen)
    expect(checks.map(({ kernels }) => kernels)).toContain('scalar')
    for (const check of checks) expect(check).toMatchObject({ ok: true, different: 0, values: 225 })
  })
})
