import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { widthsOf, type Recipe } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { Bits, Warning } from '../../shared/units.ts'
import type { ActivationProfile } from '../calibration/activationProfile.ts'
import { assertWeights, type Weights } from '../model/weights.ts'
import { assertModel } from './assertModel.ts'
import { adjustmentsOf, type Adjustment } from './adjustments.ts'
import { effectiveBits } from './effectiveBits.ts'
import { countParts, partArrays } from './partArrays.ts'
import { quantizePart } from './quantizePart.ts'
import type { QuantizedModel } from './quantizedModel.ts'
import { siteGrids, type PartCalibration } from './siteGrids.ts'

export interface FloatModel {
  spec: ModelSpec
  weights: Weights
  /** log p(y), [classes]; null for a discriminative model */
  logPrior: readonly number[] | null
}

export interface Quantization {
  /** its `bits` are those that it really has, fixed widths of the recipe included */
  model: QuantizedModel
  /** of every array that became integers, part after part */
  adjustments: Adjustment[]
  warnings: Warning[]
}

/**
 * Quantizes a model by a recipe, weights to nearest.
 *
 * The embedding's integers are the input's, on its grid, unless the input is float or has a scale a vector, or the embedding a width of its own:
 * then it is a matrix with scales of its own. The table of a generative model's classes is summed in float64 from float vectors, or from quantized ones
 * where `label` has a width, and rounded once; it is never quantized itself.
 *
 * @param profile null where no site's range comes from calibration (`calibratedSites`)
 * @throws AppError `input-invalid` for a recipe that cannot be, a profile that lacks what the recipe needs or is of another model, weights that no grid
 *         can hold; `too-large` where a product could leave 32 bits; as `assertWeights` does
 */
export function quantizeModel(
  { spec, weights, logPrior }: FloatModel,
  profile: ActivationProfile | null,
  recipe: Recipe,
  bits: Bits,
): Quantization {
  assertWeights(spec, weights)
  assertPrior(spec, logPrior)
  assertParts(countParts(spec), profile)
  const widths = widthsOf(recipe, bits)
  const made = Array.from({ length: countParts(spec) }, (_, part) => {
    const { grids: sites, warnings } = siteGrids(recipe, widths, calibrationOf(profile, part))
    const arrays = partArrays(spec, weights, part)
    const { quantized, matrices, ...rest } = quantizePart({ spec, recipe, widths, arrays, sites, part })
    return { quantized, adjustments: matrices.flatMap(adjustmentsOf), warnings: [...warnings, ...rest.warnings] }
  })
  const parts = made.map(({ quantized }) => quantized)
  const model = { spec, recipe, bits: effectiveBits(recipe, bits), widths, parts, logPrior }
  assertModel(model)
  return {
    model,
    adjustments: made.flatMap(({ adjustments }) => adjustments),
    warnings: made.flatMap(({ warnings }) => warnings),
  }
}

function calibrationOf(profile: ActivationProfile | null, part: number): PartCalibration | null {
  if (profile === null) return null
  const { texts, steps, parts } = profile
  return { profile: parts[part]!, stepsPerText: steps / texts, part, parts: parts.length }
}

function assertParts(parts: number, profile: ActivationProfile | null): void {
  if (profile === null || profile.parts.length === parts) return
  throw new AppError('input-invalid', 'The activation profile is of another model.', {
    expected: `${parts} ${parts === 1 ? 'part' : 'parts'}`,
    found: String(profile.parts.length),
    hint: 'Calibrate this model.',
  })
}

function assertPrior(spec: ModelSpec, logPrior: readonly number[] | null): void {
  const expected = spec.family === 'generative' ? spec.classes : null
  if ((logPrior?.length ?? null) === expected && (logPrior ?? []).every(Number.isFinite)) return
  throw new AppError('shape-mismatch', 'The prior is not that of the model.', {
    expected: expected === null ? 'none' : `${expected} finite logarithms`,
    found: logPrior === null ? 'none' : logPrior.join(', ').slice(0, 100),
  })
}
