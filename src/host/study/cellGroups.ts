import { noiseText, shiftText } from '../../core/study/axes.ts'
import { recipeFor, type ResolvedStudy } from '../../core/study/resolveStudy.ts'
import type { StudyCell } from '../../core/study/expandStudy.ts'
import type { ModelFamily } from '../../shared/contract/model.ts'
import type { Recipe } from '../../shared/contract/quantizationRules.ts'
import type { CellInput } from '../../shared/contract/quantization.ts'
import type { Bits } from '../../shared/units.ts'
import { needsHeadOutput, needsProfile } from '../quantization/cellKeys.ts'
import { modelKey } from './studyModels.ts'

export interface NumberedCell {
  number: number
  cell: StudyCell
}

/** An input, and the cells whose figures it gives: several where they differ in what the recipe does not depend on. */
export interface GroupInput {
  input: CellInput
  numbers: number[]
}

/** Cells that one task evaluates. */
export interface CellGroup {
  /** of the float model */
  model: string
  inputs: GroupInput[]
}

export interface QuantizedGroup extends CellGroup {
  recipe: Recipe
  bits: Bits
  /** null where the recipe takes nothing from calibration */
  calibration: { composition: string; draw: number; headOutput: boolean } | null
}

/**
 * Float cells, an input a group, clean input first: whether noise changed anything is said beside the noisy figures, by a look at the
 * clean ones.
 */
export function floatGroups(study: ResolvedStudy, cells: readonly NumberedCell[]): CellGroup[] {
  const groups = gather(
    study,
    cells,
    ({ cell }) => modelKey(cell.model, cell.seed),
    ({ cell }) => ({
      model: modelKey(cell.model, cell.seed),
    }),
  )
  const single = groups.flatMap(({ model, inputs }) => inputs.map((input) => ({ model, inputs: [input] })))
  return [...single.filter(isClean), ...single.filter((group) => !isClean(group))]
}

function isClean({ inputs }: CellGroup): boolean {
  return inputs.every(({ input }) => input.shift === null && input.noise.level === 0)
}

/** Quantized cells, a group for each model that is quantized anew, in the order of the cells. */
export function quantizedGroups(
  study: ResolvedStudy,
  cells: readonly NumberedCell[],
  familyOf: (model: string) => ModelFamily,
): QuantizedGroup[] {
  const settings = new Map<string, Settings>()
  const settingsOf = ({ recipe, bits, model, seed }: StudyCell): Settings => {
    const family = familyOf(modelKey(model, seed))
    const key = JSON.stringify([recipe, family, bits.label])
    const known = settings.get(key) ?? settingsFor(recipeFor(study.recipes[recipe as string]!, family, bits), bits)
    settings.set(key, known)
    return known
  }
  const describe = ({ cell }: NumberedCell): Omit<QuantizedGroup, 'inputs'> => {
    const { recipe, calibrated, headOutput } = settingsOf(cell)
    const { bits, composition, draw } = cell
    const calibration = calibrated ? { composition: composition as string, draw: draw as number, headOutput } : null
    return { model: modelKey(cell.model, cell.seed), recipe, bits, calibration }
  }
  const keyOf = (one: NumberedCell): string => {
    const { model, calibration } = describe(one)
    return JSON.stringify([model, one.cell.recipe, one.cell.bits.label, calibration])
  }
  return gather(study, cells, keyOf, describe)
}

/** What a recipe at a width asks for; the same for thousands of cells. */
interface Settings {
  recipe: Recipe
  calibrated: boolean
  headOutput: boolean
}

function settingsFor(recipe: Recipe, bits: Bits): Settings {
  return { recipe, calibrated: needsProfile(recipe, bits), headOutput: needsHeadOutput(recipe, bits) }
}

/** Groups in the order of their first cells; in each, the inputs with clean input first. */
function gather<G>(
  study: ResolvedStudy,
  cells: readonly NumberedCell[],
  keyOf: (cell: NumberedCell) => string,
  describe: (cell: NumberedCell) => G,
): (G & { inputs: GroupInput[] })[] {
  const groups = Map.groupBy(cells, keyOf)
  return [...groups.values()].map((members) => {
    const byInput = Map.groupBy(members, ({ cell }) => `${noiseText(cell.noise)} ${shiftText(cell.shift)}`)
    const inputs = [...byInput.values()].map((same) => ({
      input: inputOf(study, same[0]!.cell),
      numbers: same.map(({ number }) => number),
    }))
    const clean = ({ input }: GroupInput): boolean => input.shift === null && input.noise.level === 0
    return { ...describe(members[0]!), inputs: [...inputs.filter(clean), ...inputs.filter((one) => !clean(one))] }
  })
}

function inputOf({ seed }: ResolvedStudy, { noise, shift }: StudyCell): CellInput {
  return { noise, shift, seed }
}
