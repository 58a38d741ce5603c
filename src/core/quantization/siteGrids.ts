import { sites, type Recipe, type Scheme, type Site } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { Warning, Width } from '../../shared/units.ts'
import type { PartProfile, SiteProfile } from '../calibration/activationProfile.ts'
import { shareOutside } from '../calibration/histogram.ts'
import { siteSubject } from './deadSignals.ts'
import {
  dequantize,
  dynamicGrid,
  quantizeValue,
  sigmoidGrid,
  staticGrid,
  type GridRules,
  type StaticGrid,
} from './grid.ts'
import type { IntegerWidth, SiteGrid } from './quantizedModel.ts'
import { ofProfile } from './ranges/distribution.ts'
import { findRange } from './ranges/findRange.ts'
import type { ValueRange } from './ranges/valueRange.ts'

/** What is known of one part when its grids are made. */
export interface PartCalibration {
  profile: PartProfile
  /** mean number of real steps of a text: how often the hidden vector passes its quantizer while the input passes once */
  stepsPerText: number
  /** number of the part, and how many there are: whom a warning is about */
  part: number
  parts: number
}

export interface SiteGrids {
  grids: Record<Site, SiteGrid>
  warnings: Warning[]
}

/** The sites whose range comes from calibration. Of an empty list, no calibration set is needed. */
export function calibratedSites(recipe: Recipe, widths: Readonly<Record<Site, Width>>): Site[] {
  if (recipe.scale === 'dynamic') return []
  return sites.filter((site) => widths[site] !== 'float' && !(isSigmoid(site) && recipe.sigmoid === 'fixed'))
}

/**
 * The grid of every site of one part.
 *
 * A sigmoid that is calibrated is unsigned unless the recipe gives it a scheme of its own. Where input and hidden vector share a range, it is the
 * mean of theirs over the calls of the one quantizer, one a text with its inputs and one a step with a hidden vector:
 * `(r_x + T r_h) / (T + 1)`, T steps a text. So do Brevitas' running statistics in its calibration mode
 * (`ParameterFromRuntimeStatsScaling` with no momentum; `QuantLSTM` has one `io_quant` for both), so that its input is clipped, or coarse where
 * it is the narrower.
 *
 * @param calibration null where no site needs any
 * @throws AppError `input-invalid` for a recipe that cannot be, or a profile without a site that the recipe needs
 */
export function siteGrids(
  recipe: Recipe,
  widths: Readonly<Record<Site, Width>>,
  calibration: PartCalibration | null,
): SiteGrids {
  assertPossible(recipe, widths, calibration)
  const warnings: Warning[] = []
  const ranges = calibration === null ? {} : rangesOf(recipe, widths, calibration)
  const entries = sites.map((site): [Site, SiteGrid] => {
    const grid = gridOfSite(site, recipe, widths[site], ranges[site])
    const profile = calibration?.profile[site]
    if (grid.kind === 'static' && profile !== undefined)
      warnings.push(...siteWarnings(site, grid, profile, recipe, calibration!))
    return [site, grid]
  })
  return { grids: Object.fromEntries(entries) as Record<Site, SiteGrid>, warnings }
}

function assertPossible(
  recipe: Recipe,
  widths: Readonly<Record<Site, Width>>,
  calibration: PartCalibration | null,
): void {
  if (recipe.sharedInputHidden && recipe.scale === 'dynamic') {
    throw new AppError('input-invalid', 'Input and hidden vector cannot share a range that each vector brings along.', {
      hint: 'Take static scales, or separate ones.',
    })
  }
  const missing = calibratedSites(recipe, widths).filter((site) => calibration?.profile[site] === undefined)
  if (missing.length === 0) return
  throw new AppError('input-invalid', 'The recipe needs ranges that no calibration has given.', {
    expected: `a profile of ${missing.join(', ')}`,
    found: calibration === null ? 'no calibration' : describeProfile(calibration),
    hint: 'Calibrate the model with these sites, take dynamic scales, or leave the sites in float.',
  })
}

function describeProfile({ profile, part, parts }: PartCalibration): string {
  const seen = Object.keys(profile)
  const which = parts === 1 ? '' : ` of class ${part}`
  return seen.length === 0
    ? `a profile${which} without any site: it read no text`
    : `a profile${which} of ${seen.join(', ')}`
}

type Ranges = Partial<Record<Site, ValueRange>>

function rangesOf(recipe: Recipe, widths: Readonly<Record<Site, Width>>, calibration: PartCalibration): Ranges {
  const needed = calibratedSites(recipe, widths)
  const ranges: Ranges = {}
  for (const site of needed) {
    ranges[site] = rangeOf(calibration.profile[site]!, site, recipe, widths[site] as IntegerWidth)
  }
  if (recipe.sharedInputHidden && ranges.input !== undefined && ranges.hidden !== undefined) {
    ranges.input = ranges.hidden = meanOverCalls(ranges.input, ranges.hidden, calibration.stepsPerText)
  }
  return ranges
}

function meanOverCalls(input: ValueRange, hidden: ValueRange, steps: number): ValueRange {
  const mean = (x: number, h: number): number => (x + steps * h) / (steps + 1)
  return { min: mean(input.min, hidden.min), max: mean(input.max, hidden.max) }
}

function rangeOf(profile: SiteProfile, site: Site, recipe: Recipe, width: IntegerWidth): ValueRange {
  const rules = rulesOf(site, recipe, width)
  const calibrator = recipe.sites[site]?.calibrator ?? recipe.activations.calibrator
  const gridOf = (range: ValueRange): StaticGrid => staticGrid(range, rules)
  return findRange(ofProfile(profile), { calibrator, scheme: rules.scheme, width, gridOf, rules: recipe })
}

function gridOfSite(site: Site, recipe: Recipe, width: Width, range: ValueRange | undefined): SiteGrid {
  if (width === 'float') return { kind: 'float' }
  if (isSigmoid(site) && recipe.sigmoid === 'fixed') return sigmoidGrid(width)
  const rules = rulesOf(site, recipe, width)
  return range === undefined ? dynamicGrid(rules) : staticGrid(range, rules)
}

function rulesOf(site: Site, recipe: Recipe, width: IntegerWidth): GridRules {
  const own = recipe.sites[site]
  const usual: Scheme = isSigmoid(site) ? 'affine' : recipe.activations.scheme
  return {
    width,
    scheme: own?.scheme ?? usual,
    powerOfTwo: own?.powerOfTwo ?? recipe.activations.powerOfTwo,
    symmetricDivisor: recipe.symmetricDivisor,
  }
}

function isSigmoid(site: Site): boolean {
  return site.startsWith('sigmoid-')
}

/** A site that no longer tells one text from another, and an input that a shared range cuts. */
function siteWarnings(
  site: Site,
  grid: StaticGrid,
  profile: SiteProfile,
  recipe: Recipe,
  { part, parts }: PartCalibration,
): Warning[] {
  const subject = siteSubject(part, parts, site)
  const { min, max } = profile
  if (min === max) {
    return [{ code: 'site-constant', message: `${site} was ${min} throughout the calibration texts.`, subject }]
  }
  const code = quantizeValue(min, grid, recipe)
  if (code === quantizeValue(max, grid, recipe)) {
    const message = `At ${grid.width} bits every value of ${site} in the calibration texts becomes ${Number(dequantize(code, grid).toPrecision(4))}.`
    return [{ code: 'site-collapsed', message, subject }]
  }
  const reach = { min: dequantize(grid.low, grid), max: dequantize(grid.high, grid) }
  const outside = shareOutside(profile, reach)
  if (site !== 'input' || !recipe.sharedInputHidden || outside <= 0.01) return []
  const percent = (100 * outside).toFixed(1)
  const message = `The range that input and hidden vector share cuts off ${percent} % of the input's values.`
  return [{ code: 'input-clipped', message, subject }]
}
