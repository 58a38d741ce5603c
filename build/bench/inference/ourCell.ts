/**
 * The twin of `peers/brevitas_cell.py`: `node build/bench/inference/ourCell.ts CALIBRATION EVALUATION MODEL`, one thread. Asked for
 *
 *     cell  WIDTH  COUNT  calibrated|cached
 *
 * it quantizes the model COUNT times from its float weights: `calibrated` profiles the activations first, `cached` has the profile from before, as a study
 * has it in all cells but the first of a calibration set. `BITGAUGE_RUNTIME_ADDON` names the runtime's addon.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { locateTensorflow } from '../../setup/index.ts'
import { openNative } from '../../../src/compute/native/openNative.ts'
import { collectProfile } from '../../../src/compute/quantization/collectProfile.ts'
import { loadTensorflow } from '../../../src/compute/tensorflow/load.ts'
import type { ActivationProfile } from '../../../src/core/calibration/activationProfile.ts'
import { readTokenFile, type EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import { decodeModel } from '../../../src/core/model/modelFile.ts'
import { encodeQuantizedModel } from '../../../src/core/quantization/file/encodeQuantizedModel.ts'
import { quantizeModel } from '../../../src/core/quantization/quantizeModel.ts'
import { findRecipe, presetRecipe } from '../../../src/core/quantization/recipes.ts'
import { defaultPaths } from '../../../src/host/paths.ts'
import { completeBits } from '../../../src/shared/contract/quantizationRules.ts'
import { widthSchema } from '../../../src/shared/units.ts'

/** Milliseconds of the processor. */
interface Cell {
  ms: number
  parts: Record<'calibrate' | 'quantize' | 'evaluate', number>
  predicted: number[]
}

const [calibrationFile = '', evaluationFile = '', modelFile = ''] = process.argv.slice(2)
const located = locateTensorflow({ cache: defaultPaths().cache, variant: 'cpu' })
if (located.state !== 'ready') throw new Error('The TensorFlow library is not set up: run `npx bitgauge setup`.')
// Before the libraries are loaded: they read it once.
Object.assign(process.env, {
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  TF_CPP_MIN_LOG_LEVEL: '1',
  BITGAUGE_TENSORFLOW_ADDON: located.addon,
})
const tensorflow = loadTensorflow()
const read = (file: string): EncodedTexts => readTokenFile(readFileSync(file))
const [calibration, evaluation] = [read(calibrationFile), read(evaluationFile)]
const { description, weights } = decodeModel(readFileSync(modelFile))

async function cell(width: string, cached: boolean): Promise<Cell> {
  const moments = [processor_ms()]
  const profile = cached ? known : await profiled()
  moments.push(processor_ms())
  const bytes = quantized(width, profile)
  moments.push(processor_ms())
  const model = openNative(bytes)
  const { predicted } = await model.evaluate({ words: evaluation.tokens, offsets: evaluation.offsets }, { threads: 1 })
  model.close()
  moments.push(processor_ms())
  const [calibrate, quantize, evaluate] = [1, 2, 3].map((k) => moments[k]! - moments[k - 1]!) as [
    number,
    number,
    number,
  ]
  return { ms: moments[3]! - moments[0]!, parts: { calibrate, quantize, evaluate }, predicted: [...predicted] }
}

async function profiled(): Promise<ActivationProfile> {
  const asked = { bins: 8192, labelHandling: 'none', headOutput: false } as const
  return await collectProfile(tensorflow, { spec: description.spec, weights }, calibration, asked, async () => {})
}

/** Of all threads of this process: what else runs on the machine counts little. */
function processor_ms(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The model's file: what an evaluation of a study opens. */
function quantized(width: string, profile: ActivationProfile): Uint8Array {
  const { spec, logPrior, classes, vocabulary, tokenizer, maxLength } = description
  const given = widthSchema.parse(Number(width))
  const recipe = presetRecipe(findRecipe('ours'), spec.family, given)
  const { model } = quantizeModel({ spec, weights, logPrior }, profile, recipe, completeBits(given, recipe))
  return encodeQuantizedModel(model, { classes, vocabulary, tokenizer, maxLength, origin: {} })
}

const known = await profiled()
const { kernels: kernel } = openNative(quantized('8', known)).info
process.stdout.write(`${JSON.stringify({ version: `TensorFlow ${tensorflow.version}`, kernel })}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  const [, width = '8', count = '1', how = 'calibrated'] = line.split('\t')
  const cells: Cell[] = []
  for (let k = 0; k < Number(count); k += 1) cells.push(await cell(width, how === 'cached'))
  process.stdout.write(`${JSON.stringify(cells)}\n`)
}
