import { effectiveBits } from '../../core/quantization/effectiveBits.ts'
import { calibratedSites } from '../../core/quantization/siteGrids.ts'
import type { RunKeyParts } from '../../core/run/runKey.ts'
import { stageVersions } from '../../core/stageVersions.ts'
import type { SplitName } from '../../shared/contract/datasetRules.ts'
import type { CellInput } from '../../shared/contract/quantization.ts'
import { widthsOf, type Recipe } from '../../shared/contract/quantizationRules.ts'
import type { Bits } from '../../shared/units.ts'

/** What a float evaluation depends on, all by fingerprint. */
export interface FloatKey {
  model: string
  dataset: string
  split: SplitName
  input: CellInput
}

/** What a quantization depends on. */
export interface QuantizationKey {
  model: string
  /** null where the recipe takes nothing from calibration */
  profile: string | null
  recipe: Recipe
  bits: Bits
}

export function floatEvaluationParts({ model, dataset, split, input }: FloatKey): RunKeyParts {
  const { noise, shift } = input
  return {
    stage: 'evaluation',
    stageVersion: stageVersions.evaluation,
    inputs: { model, dataset },
    recipe: { split, noise, shift },
    seed: seedOf(input),
  }
}

export function quantizationParts({ model, profile, recipe, bits }: QuantizationKey): RunKeyParts {
  return {
    stage: 'quantization',
    stageVersion: stageVersions.quantization,
    inputs: profile === null ? { model } : { model, profile },
    recipe: { recipe, bits: withoutLabel(bits) },
    seed: 0,
  }
}

/**
 * The evaluation of a quantized model is named by what the quantization depends on, and not by its file, so that the key is known before
 * anything is quantized.
 */
export function quantizedEvaluationParts(of: FloatKey & QuantizationKey): RunKeyParts {
  const { model, profile, dataset, split, input, recipe, bits } = of
  const { noise, shift } = input
  const quantization = { version: stageVersions.quantization, recipe, bits: withoutLabel(bits) }
  return {
    stage: 'evaluation',
    stageVersion: stageVersions.evaluation,
    inputs: profile === null ? { model, dataset } : { model, dataset, profile },
    recipe: { split, noise, shift, quantization },
    seed: seedOf(input),
  }
}

/** Of noise and shift; 0 where neither is drawn. */
export function seedOf({ noise, shift, seed }: CellInput): number {
  return shift === null && noise.level === 0 ? 0 : seed
}

/**
 * A recipe with the width of every site and array written out, and the bits as they then are: two ways of writing the same widths become one, and
 * a label hides no width that the recipe fixes.
 */
export function settled({ recipe, bits }: { recipe: Recipe; bits: Bits }): { recipe: Recipe; bits: Bits } {
  const widths = widthsOf(recipe, bits)
  return { recipe: { ...recipe, singleWidth: 'all', widths }, bits: effectiveBits(recipe, bits) }
}

/** Whether a quantization takes anything from calibration: any site whose range is found there. */
export function needsProfile(recipe: Recipe, bits: Bits): boolean {
  return calibratedSites(recipe, widthsOf(recipe, bits)).length > 0
}

/** Whether calibration has to see the logits. */
export function needsHeadOutput(recipe: Recipe, bits: Bits): boolean {
  return calibratedSites(recipe, widthsOf(recipe, bits)).includes('head-output')
}

function withoutLabel({ label: _, ...widths }: Bits): Omit<Bits, 'label'> {
  return widths
}
