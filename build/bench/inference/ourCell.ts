/**
 * The twin of `peers/brevitas_cell.py`: `node build/bench/inference/ourCell.ts CALIBRATION EVALUATION MODEL`, one thread. Asked for
 *
 *     cell  WIDTH  COUNT  calibrated|cached
 *
 * it quantizes the model COUNT times from its float weights: `calibrated` profiles the activations first, `cached` has the profile from before, as a study
 * has it in all cells but the first of a calibration set. What is kept of the float weights between cells of a model (their sorted order, the split
 * kernel, the vocabulary as JSON) is kept here too. `BITGAUGE_RUNTIME_ADDON` names the runtime's addon.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { loadRuntime } from '../../../src/compute/native/addon.ts'
import { takesInputTable } from '../../../src/compute/native/nativeEngine.ts'
import { collectNativeProfile } from '../../../src/compute/native/nativeProfile.ts'
import { openNative } from '../../../src/compute/native/openNative.ts'
import type { ActivationProfile } from '../../../src/core/calibration/activationProfile.ts'
import { readTokenFile, type EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import { decodeModel } from '../../../src/core/model/modelFile.ts'
import { encodeQuantizedModel } from '../../../src/core/quantization/file/encodeQuantizedModel.ts'
import type { QuantizedModel } from '../../../src/core/quantization/quantizedModel.ts'
import { quantizeModel } from '../../../src/core/quantization/quantizeModel.ts'
import { findRecipe, presetRecipe } from '../../../src/core/quantization/recipes.ts'
import { completeBits } from '../../../src/shared/contract/quantizationRules.ts'
import { widthSchema } from '../../../src/shared/units.ts'

/** Milliseconds of the processor. */
interface Cell {
  ms: number
  parts: Record<'calibrate' | 'quantize' | 'evaluate', number>
  predicted: number[]
}

const [calibrationFile = '', evaluationFile = '', modelFile = ''] = process.argv.slice(2)
const read = (file: string): EncodedTexts => readTokenFile(readFileSync(file))
const [calibration, evaluation] = [read(calibrationFile), read(evaluationFile)]
const { description, weights } = decodeModel(readFileSync(modelFile))

async function cell(width: string, cached: boolean): Promise<Cell> {
  const moments = [processor_ms()]
  const profile = cached ? known : await profiled()
  moments.push(processor_ms())
  const made = quantized(width, profile)
  moments.push(processor_ms())
  const model = openNative(made.bytes, { inputTable: takesInputTable(made.model) })
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
  const asked = { bins: 8192, labelHandling: 'none', headOutput: false, threads: 1 } as const
  const model = { spec: description.spec, weights }
  return (await collectNativeProfile(model, calibration, asked, async () => {})).profile
}

/** Of all threads of this process: what else runs on the machine counts little. */
function processor_ms(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The model and its file, which an evaluation of a study opens. */
function quantized(width: string, profile: ActivationProfile): { model: QuantizedModel; bytes: Uint8Array } {
  const { spec, logPrior, classes, vocabulary, tokenizer, maxLength } = description
  const given = widthSchema.parse(Number(width))
  const recipe = presetRecipe(findRecipe('ours'), spec.family, given)
  const { model } = quantizeModel({ spec, weights, logPrior }, profile, recipe, completeBits(given, recipe))
  return { model, bytes: encodeQuantizedModel(model, { classes, vocabulary, tokenizer, maxLength, origin: {} }) }
}

const known = await profiled()
const { kernels: kernel } = openNative(quantized('8', known).bytes).info
process.stdout.write(`${JSON.stringify({ version: loadRuntime().version, kernel })}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  const [, width = '8', count = '1', how = 'calibrated'] = line.split('\t')
  const cells: Cell[] = []
  for (let k = 0; k < Number(count); k += 1) cells.push(await cell(width, how === 'cached'))
  process.stdout.write(`${JSON.stringify(cells)}\n`)
}
