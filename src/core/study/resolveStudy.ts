import type { Composition, LabelHandling } from '../../shared/contract/calibrationRules.ts'
import { encodingOptionsSchema, type Subset } from '../../shared/contract/datasetRules.ts'
import type { Shift } from '../../shared/contract/evaluation.ts'
import type { ModelFamily } from '../../shared/contract/model.ts'
import { modelOptionsSchema, type ModelOptions } from '../../shared/contract/modelRules.ts'
import { recipeSchema, type BitsInput, type Recipe, type WeightName } from '../../shared/contract/quantizationRules.ts'
import type { Question, Study } from '../../shared/contract/studyRules.ts'
import type { Train } from '../../shared/contract/training.ts'
import { trainingOptionsSchema, type TrainingOptions } from '../../shared/contract/trainingRules.ts'
import type { Bits, Noise } from '../../shared/units.ts'
import { recipePresets, withWeightWidths, type RecipePreset } from '../quantization/recipes.ts'

export type ResolvedModel =
  | {
      kind: 'training'
      model: ModelOptions
      options: Omit<TrainingOptions, 'seed'>
      seeds: number[]
      rows: Subset
      encoding: Train['encoding']
    }
  /** one that the home has already, by its name, id or fingerprint */
  | { kind: 'stored'; model: string }

/** A recipe of a study: a preset's settings for each family of models, with the study's own over them. */
export interface ResolvedRecipe {
  preset: string
  families: Record<ModelFamily, Recipe>
  /** arrays that have the width of the weights, where they would have another */
  asWeights: WeightName[]
}

/** A study with every default filled in and every `all` written out: what its fingerprint is of. */
export interface ResolvedStudy {
  name: string
  seed: number
  dataset: Study['dataset']
  split: Study['split']
  models: Record<string, ResolvedModel>
  calibration: {
    size: number
    draws: number
    labels: LabelHandling
    compositions: Record<string, Composition>
    bins: number
  }
  recipes: Record<string, ResolvedRecipe>
  grid: {
    model: string[]
    recipe: string[]
    bits: BitsInput[]
    composition: string[]
    noise: Noise[]
    shift: (Shift | null)[]
  }
  exclude: Study['exclude']
  questions: Question[]
}

/** The learning rate that a training has where nobody names one; `bitgauge train` has the same. */
const usualRate = { discriminative: 1e-3, generative: 2e-3 } as const

type Written = Readonly<Record<string, unknown>>

/**
 * Fills in what a study leaves open. It works on what was written, `raw`, because parsing fills a partial recipe up with the usual
 * settings, where here those of its preset hold, and a training's learning rate with that of either family.
 *
 * @param study `raw` as parsed; a recipe whose preset there is not is taken for `ours`
 */
export function resolveStudy(study: Study, raw: unknown): ResolvedStudy {
  const { name, seed, dataset, split, calibration, exclude, questions, grid } = study
  const written = raw as { models: Written; recipes?: Written }
  const recipes = Object.entries(written.recipes ?? { ours: 'ours' })
  const models = Object.entries(written.models)
  const { size, draws, compositions, bins } = calibration
  const all = (axis: readonly string[] | 'all', names: readonly string[]): string[] => [
    ...(axis === 'all' ? names : axis),
  ]
  return {
    ...{ name, seed, dataset, split, exclude, questions },
    models: Object.fromEntries(models.map(([part, model]) => [part, resolveModel(model as Written)])),
    calibration: { size, draws, labels: labelsOf(calibration.labels), compositions, bins },
    recipes: Object.fromEntries(recipes.map(([part, recipe]) => [part, resolveRecipe(recipe)])),
    grid: {
      model: all(grid.model, Object.keys(written.models)),
      recipe: all(
        grid.recipe,
        recipes.map(([part]) => part),
      ),
      bits: grid.bits,
      composition: all(grid.composition, Object.keys(compositions)),
      noise: grid.noise,
      shift: grid.shift,
    },
  }
}

/** The preset that a recipe of a study begins with. */
export function presetOf(recipe: unknown): string {
  return typeof recipe === 'string' ? recipe : String((recipe as { preset?: unknown }).preset ?? 'ours')
}

export function resolveRecipe(recipe: unknown): ResolvedRecipe {
  const name = presetOf(recipe)
  const preset = recipePresets.find((one) => one.name === name) ?? (recipePresets[0] as RecipePreset)
  const settings = typeof recipe === 'string' ? {} : without(recipe as Written, 'preset')
  const widths = ((settings as Written)['widths'] ?? {}) as Written
  const of = (family: ModelFamily): Recipe => {
    const usual = recipeSchema.parse({ ...preset.settings, ...preset.families[family] })
    return recipeSchema.parse(laidOver(usual, settings))
  }
  return {
    preset: name,
    families: { discriminative: of('discriminative'), generative: of('generative') },
    asWeights: preset.asWeights.filter((array) => widths[array] === undefined),
  }
}

/** The complete recipe of a study's recipe for a family of models, at the widths of a cell. */
export function recipeFor({ families, asWeights }: ResolvedRecipe, family: ModelFamily, bits: Bits): Recipe {
  return withWeightWidths(families[family], asWeights, family, bits.weights)
}

/** Settings over a preset's, part by part; a calibrator is one thing, whose settings belong to its name. */
function laidOver(preset: Written, settings: Written): Written {
  const parts = Object.entries(settings).map(([name, value]) => {
    const before = preset[name]
    return [name, name !== 'calibrator' && isMapping(before) && isMapping(value) ? laidOver(before, value) : value]
  })
  return { ...preset, ...(Object.fromEntries(parts) as Written) }
}

function resolveModel(written: Written): ResolvedModel {
  if (typeof written['model'] === 'string') return { kind: 'stored', model: written['model'] }
  const { train = {}, ...options } = written
  const { seeds = [1], rows = { kind: 'all' }, encoding = {}, ...rest } = train as Written
  const model = modelOptionsSchema.parse(options)
  const optimizer = { learningRate: usualRate[model.family], ...(rest['optimizer'] as object | undefined) }
  const training = trainingOptionsSchema.parse({ ...rest, optimizer })
  return {
    kind: 'training',
    model,
    options: without(training, 'seed'),
    seeds: seeds as number[],
    rows: rows as Subset,
    encoding: without(encodingOptionsSchema.parse(encoding), 'countedRows'),
  }
}

function labelsOf(labels: Study['calibration']['labels']): LabelHandling {
  return labels === true ? 'true' : labels === false ? 'none' : labels
}

function without<T extends object, K extends string>(value: T, key: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as Omit<T, K>
}

function isMapping(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
