import type { WeightName, Site, Recipe } from '../../shared/contract/quantizationRules.ts'
import { sites, widthsOf } from '../../shared/contract/quantizationRules.ts'
import type { Bits } from '../../shared/units.ts'
import type { ActivationProfile, PartProfile, SiteProfile } from '../calibration/activationProfile.ts'
import { binCentre } from '../calibration/histogram.ts'
import { assertWeights } from '../model/weights.ts'
import type { AdjustedMatrix } from './adjustments.ts'
import { dequantize, quantizeValue, type StaticGrid } from './grid.ts'
import { countParts, partArrays } from './partArrays.ts'
import type { FloatModel } from './quantizeModel.ts'
import { quantizePart } from './quantizePart.ts'
import { siteGrids, type SiteGrids } from './siteGrids.ts'

/** Values of one array or one site before and after quantization, in equal bins over [min, max] that both have. */
export interface BeforeAfter<Name> {
  part: number
  name: Name
  min: number
  max: number
  /** counts, as many as there are values */
  before: number[]
  after: number[]
}

export interface Distributions {
  /** of each array that became integers; the class vectors of a generative model are left out */
  weights: BeforeAfter<WeightName>[]
  /** of each site whose grid calibration made */
  activations: BeforeAfter<Site>[]
}

const bins = 64

/**
 * What quantization does to the values themselves: weights as they were and as the integers stand for them, and the calibration texts' activations as
 * the float model had them and as each site's quantizer leaves them. Each quantizer is looked at alone: errors of the sites before it are not in what
 * it is given. A site's values are known by the bins of its profile, and each bin goes through the quantizer by its middle.
 *
 * @param profile null where no site's range comes from calibration
 * @throws AppError as `quantizeModel` does
 */
export function beforeAndAfter(
  { spec, weights }: Pick<FloatModel, 'spec' | 'weights'>,
  profile: ActivationProfile | null,
  recipe: Recipe,
  bits: Bits,
): Distributions {
  assertWeights(spec, weights)
  const widths = widthsOf(recipe, bits)
  const parts = countParts(spec)
  const found: Distributions = { weights: [], activations: [] }
  for (let part = 0; part < parts; part += 1) {
    const own = profile?.parts[part]
    const stepsPerText = profile === null ? 0 : profile.steps / profile.texts
    const { grids } = siteGrids(recipe, widths, own === undefined ? null : { profile: own, stepsPerText, part, parts })
    const arrays = partArrays(spec, weights, part)
    const { matrices } = quantizePart({ spec, recipe, widths, arrays, sites: grids, part })
    for (const matrix of matrices)
      if (matrix.array !== 'label-vectors') found.weights.push(ofMatrix(matrix, matrix.array))
    if (own !== undefined) found.activations.push(...ofSites(own, grids, recipe, part))
  }
  return found
}

function ofMatrix(matrix: AdjustedMatrix, name: WeightName): BeforeAfter<WeightName> {
  const { part, before, codes, low } = matrix
  const made = matrix.after
  const after = made instanceof Float32Array ? made : Float32Array.from(codes, (code) => made.values[code - low]!)
  const [min, max] = ends([before, after])
  return { part, name, min, max, before: counts(before, min, max), after: counts(after, min, max) }
}

function ofSites(profile: PartProfile, grids: SiteGrids['grids'], recipe: Recipe, part: number): BeforeAfter<Site>[] {
  return sites.flatMap((name) => {
    const [seen, grid] = [profile[name], grids[name]]
    return seen === undefined || grid.kind !== 'static' ? [] : [{ part, name, ...ofSite(seen, grid, recipe) }]
  })
}

function ofSite(seen: SiteProfile, grid: StaticGrid, recipe: Recipe): Omit<BeforeAfter<Site>, 'part' | 'name'> {
  const before = Float64Array.from(seen.histogram, (_, bin) => binCentre(seen, bin))
  const after = before.map((value) => dequantize(quantizeValue(Math.fround(value), grid, recipe), grid))
  const [min, max] = ends([[seen.min, seen.max], after])
  return {
    ...{ min, max },
    before: counts(before, min, max, seen.histogram),
    after: counts(after, min, max, seen.histogram),
  }
}

function ends(lists: readonly ArrayLike<number>[]): [min: number, max: number] {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const list of lists) {
    for (let k = 0; k < list.length; k += 1) {
      min = Math.min(min, list[k]!)
      max = Math.max(max, list[k]!)
    }
  }
  return [min, max]
}

/** @param weights how often each value stands; left out: once */
function counts(values: ArrayLike<number>, min: number, max: number, weights?: ArrayLike<number>): number[] {
  const found = new Array<number>(bins).fill(0)
  const perUnit = max > min ? bins / (max - min) : 0
  for (let k = 0; k < values.length; k += 1) {
    const bin = Math.min(bins - 1, Math.floor((values[k]! - min) * perUnit))
    found[bin] = found[bin]! + (weights === undefined ? 1 : weights[k]!)
  }
  return found
}
