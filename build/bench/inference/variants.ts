import { writeFileSync } from 'node:fs'
import { collectProfile } from '../../../src/compute/quantization/collectProfile.ts'
import { loadTensorflow } from '../../../src/compute/tensorflow/load.ts'
import type { ActivationProfile } from '../../../src/core/calibration/activationProfile.ts'
import type { EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import { encodeQuantizedModel } from '../../../src/core/quantization/file/encodeQuantizedModel.ts'
import { quantizeModel } from '../../../src/core/quantization/quantizeModel.ts'
import type { QuantizedModel } from '../../../src/core/quantization/quantizedModel.ts'
import { findRecipe, presetRecipe } from '../../../src/core/quantization/recipes.ts'
import { defaultPaths } from '../../../src/host/paths.ts'
import { completeBits, type BitsInput } from '../../../src/shared/contract/quantizationRules.ts'
import { locateTensorflow } from '../../setup/index.ts'
import type { FloatModelFile } from './workbench.ts'

/** Ways to quantize that are timed, by the names under which they stand in the tables. */
export const variants = {
  float32: { preset: 'ours', bits: 'float' },
  'W8 A8 C8': { preset: 'ours', bits: 8 },
  'W4 A8 C8': { preset: 'ours', bits: { weights: 4 } },
  'W2 A8 C8': { preset: 'ours', bits: { weights: 2 } },
  'W4 A4 C4': { preset: 'ours', bits: 4 },
  'ort-dynamic-like': { preset: 'ort-dynamic-like', bits: findRecipe('ort-dynamic-like').widths[0]! },
} as const satisfies Record<string, { preset: string; bits: BitsInput }>
export type Variant = keyof typeof variants

/** What a variant computes with, for the column of the recipe. */
export function recipeText(variant: Variant): string {
  if (variant === 'float32') return 'float32'
  if (variant === 'ort-dynamic-like') return 'ort-dynamic-like: W8, input and hidden 8 bits, dynamic scales, else float'
  return `ours ${variant}: static scales, one weight scale a row`
}

export interface QuantizedFile {
  variant: Variant
  file: string
  bytes: Uint8Array
  widths: QuantizedModel['widths']
}

/** The model files of some variants, beside the float model's. The activations are profiled once. */
export async function quantizedFiles<V extends Variant>(
  { file, description, weights }: FloatModelFile,
  calibration: EncodedTexts,
  wanted: readonly V[],
): Promise<Record<V, QuantizedFile>> {
  const { spec, logPrior, classes, vocabulary, tokenizer, maxLength } = description
  const profile = await profileOf({ description, weights }, calibration)
  const made = wanted.map((variant): [V, QuantizedFile] => {
    const { preset, bits: given } = variants[variant]
    const recipe = presetRecipe(findRecipe(preset), spec.family, given)
    const { model } = quantizeModel({ spec, weights, logPrior }, profile, recipe, completeBits(given, recipe))
    const bytes = encodeQuantizedModel(model, { classes, vocabulary, tokenizer, maxLength, origin: {} })
    const target = file.replace(/safetensors$/, `${variant.replaceAll(' ', '-')}.bgq`)
    writeFileSync(target, bytes)
    return [variant, { variant, file: target, bytes, widths: model.widths }]
  })
  return Object.fromEntries(made) as Record<V, QuantizedFile>
}

async function profileOf(
  { description, weights }: Pick<FloatModelFile, 'description' | 'weights'>,
  calibration: EncodedTexts,
): Promise<ActivationProfile> {
  const read = { bins: 8192, labelHandling: 'none', headOutput: false } as const
  return await collectProfile(tensorflow(), { spec: description.spec, weights }, calibration, read, async () => {})
}

/** Loaded when it is first wanted: the library reads its environment once. */
function tensorflow(): ReturnType<typeof loadTensorflow> {
  const located = locateTensorflow({ cache: defaultPaths().cache, variant: 'cpu' })
  if (located.state !== 'ready') throw new Error('The TensorFlow library is not set up: run `npx bitgauge setup`.')
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'
  process.env['BITGAUGE_TENSORFLOW_ADDON'] = located.addon
  return loadTensorflow()
}
