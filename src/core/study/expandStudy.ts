import type { Shift } from '../../shared/contract/evaluation.ts'
import { completeBits, type BitsInput } from '../../shared/contract/quantizationRules.ts'
import type { Axis } from '../../shared/contract/studyRules.ts'
import type { Bits, Noise } from '../../shared/units.ts'
import { bitsText, floatBits, floatText, givenText, noiseText, noValue, seedsOf, shiftText } from './axes.ts'
import type { ResolvedStudy } from './resolveStudy.ts'

/** One thing to be measured. A float model has neither recipe, composition nor draw. */
export interface StudyCell {
  /** the study's name for it */
  model: string
  /** of the training; null for a model from elsewhere */
  seed: number | null
  recipe: string | null
  bits: Bits
  composition: string | null
  draw: number | null
  noise: Noise
  shift: Shift | null
}

/** A cell with the texts that its values have on the axes. */
export interface PlacedCell {
  cell: StudyCell
  texts: Readonly<Record<Axis, string>>
}

/** Cells that a study has at most. */
export const largestStudy = 200_000

/** Cells before any is left out: what bounds the work of {@link expandStudy}. */
export function gridSize(study: ResolvedStudy): number {
  const { grid, calibration } = study
  const trained = grid.model.reduce((sum, name) => sum + seedsOf(study, name).length, 0)
  const inputs = grid.noise.length * grid.shift.length
  const quantized = grid.recipe.length * grid.bits.length * grid.composition.length * calibration.draws
  return trained * inputs * (1 + quantized)
}

/**
 * The cells of a study in an order that depends on its file alone: float models first, then quantized ones; within each by model, seed,
 * recipe, bits, composition, draw, noise, shift, as the grid lists them. Cells that an exclusion fits are left out, and two ways of
 * writing the same widths are one cell.
 */
export function expandStudy(study: ResolvedStudy): PlacedCell[] {
  const exclusions = study.exclude.map((given) =>
    Object.entries(given).map(([axis, value]) => [axis as Axis, givenText(study, axis as Axis, value)] as const),
  )
  const wanted = ({ texts }: PlacedCell): boolean =>
    !exclusions.some((parts) => parts.every(([axis, text]) => texts[axis] === text))
  return [...floatCells(study), ...quantizedCells(study)].filter(wanted)
}

function* floatCells(study: ResolvedStudy): Generator<PlacedCell> {
  for (const model of study.grid.model) {
    for (const seed of seedsOf(study, model)) {
      yield* inputsOf(study, { model, seed, recipe: null, bits: floatBits, composition: null, draw: null }, floatText)
    }
  }
}

function* quantizedCells(study: ResolvedStudy): Generator<PlacedCell> {
  for (const model of study.grid.model) {
    for (const seed of seedsOf(study, model)) {
      for (const recipe of study.grid.recipe) yield* recipeCells(study, { model, seed, recipe })
    }
  }
}

function* recipeCells(
  study: ResolvedStudy,
  part: Pick<StudyCell, 'model' | 'seed'> & { recipe: string },
): Generator<PlacedCell> {
  for (const [given, bits] of widthsOf(study, part.recipe)) {
    for (const composition of study.grid.composition) {
      for (let draw = 0; draw < study.calibration.draws; draw += 1) {
        yield* inputsOf(study, { ...part, bits, composition, draw }, bitsText(study, given))
      }
    }
  }
}

/** The grid's bits as a recipe completes them, each once. */
function widthsOf({ grid, recipes }: ResolvedStudy, recipe: string): (readonly [BitsInput, Bits])[] {
  const { families } = recipes[recipe]!
  const all = grid.bits.map((given) => [given, completeBits(given, families.discriminative)] as const)
  return all.filter(([, { label }], index) => all.findIndex(([, other]) => other.label === label) === index)
}

function* inputsOf(
  { grid }: ResolvedStudy,
  part: Omit<StudyCell, 'noise' | 'shift'>,
  bits: string,
): Generator<PlacedCell> {
  for (const noise of grid.noise) {
    for (const shift of grid.shift) {
      const cell = { ...part, noise, shift }
      yield { cell, texts: textsOf(cell, bits) }
    }
  }
}

function textsOf(cell: StudyCell, bits: string): Record<Axis, string> {
  const { model, seed, recipe, composition, draw, noise, shift } = cell
  return {
    model,
    seed: seed === null ? noValue : String(seed),
    recipe: recipe ?? floatText,
    bits,
    composition: composition ?? noValue,
    draw: draw === null ? noValue : String(draw),
    noise: noiseText(noise),
    shift: shiftText(shift),
  }
}
