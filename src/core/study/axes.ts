import type { Shift } from '../../shared/contract/evaluation.ts'
import { completeBits, type BitsInput } from '../../shared/contract/quantizationRules.ts'
import type { Axis } from '../../shared/contract/studyRules.ts'
import type { Bits, Noise } from '../../shared/units.ts'
import type { ResolvedStudy } from './resolveStudy.ts'

/** What stands on the axes recipe and bits for a float model. */
export const floatText = 'float'
/** What stands where an axis has no value: composition and draw of a float model, the seed of a model from elsewhere. */
export const noValue = '-'

/** `none`, `qwerty 0.05` */
export function noiseText({ kind, level }: Noise): string {
  return kind === 'none' ? 'none' : `${kind} ${level}`
}

/** `none`, `shorten 0.5`, `out-of-vocabulary 0.2`, `lengthen 2` */
export function shiftText(shift: Shift | null): string {
  if (shift === null) return 'none'
  const size = shift.kind === 'shorten' ? shift.share : shift.kind === 'lengthen' ? shift.factor : shift.level
  return `${shift.kind} ${size}`
}

/**
 * What an entry of the grid's bits is called: the label of its widths, `W4 A4 C4`; as it is written, `4`, where the recipes of the study
 * make different widths of it.
 */
export function bitsText({ grid, recipes }: ResolvedStudy, given: BitsInput): string {
  const known = grid.recipe.flatMap((name) => recipes[name] ?? [])
  const labels = new Set(known.map(({ families }) => labelText(completeBits(given, families.discriminative))))
  return labels.size === 1 ? ([...labels][0] as string) : writtenBits(given)
}

/** The label, or `float` where nothing is quantized. */
export function labelText(bits: Bits): string {
  return bits.label === floatBits.label ? floatText : bits.label
}

/** `4` and `float` as they are written, the label of widths by group. */
export function writtenBits(given: BitsInput): string {
  return typeof given === 'object' ? labelText(completeBits(given, { singleWidth: 'all' })) : String(given)
}

/** Widths of a float model. */
export const floatBits: Bits = completeBits('float', { singleWidth: 'all' })

/** The texts of an axis' values in a study, in the order of its grid; a model from elsewhere has no seed, and stands for none here. */
export function axisTexts(study: ResolvedStudy, axis: Axis): string[] {
  const { grid, calibration } = study
  switch (axis) {
    case 'model':
    case 'recipe':
    case 'composition':
      return [...grid[axis]]
    case 'seed':
      return [...new Set(grid.model.flatMap((name) => seedsOf(study, name)))]
        .filter((seed) => seed !== null)
        .map(String)
    case 'bits':
      return [...new Set(grid.bits.map((given) => bitsText(study, given)))]
    case 'draw':
      return Array.from({ length: calibration.draws }, (_, draw) => String(draw))
    case 'noise':
      return grid.noise.map(noiseText)
    case 'shift':
      return grid.shift.map(shiftText)
  }
}

/** The seeds of a model's trainings; one that the home has already has none. */
export function seedsOf({ models }: ResolvedStudy, name: string): readonly (number | null)[] {
  const model = models[name]
  return model?.kind === 'training' ? model.seeds : [null]
}

/**
 * The text of a value as a question or an exclusion writes it: the text itself, also with a colon as on the command line
 * (`qwerty:0.05`), a number, or noise, shift and widths as the grid writes them. A number of bits and the label of the same widths are one.
 */
export function givenText(study: ResolvedStudy, axis: Axis, given: unknown): string {
  if (axis === 'bits') return bitsOf(study, given)
  if (axis === 'noise' || axis === 'shift') return inputText(axis, given)
  return typeof given === 'object' ? JSON.stringify(given) : String(given)
}

function inputText(axis: 'noise' | 'shift', given: unknown): string {
  if (typeof given !== 'object') return String(given).replace(':', ' ')
  return axis === 'noise' ? noiseText(given as Noise) : shiftText(given as Shift | null)
}

function bitsOf(study: ResolvedStudy, given: unknown): string {
  const text = typeof given === 'object' ? writtenBits(given as BitsInput) : String(given)
  const names = (entry: BitsInput): string[] => [
    ...[bitsText(study, entry), writtenBits(entry)],
    completeBits(entry, { singleWidth: 'all' }).label,
  ]
  const entry = study.grid.bits.find((one) => names(one).includes(text))
  return entry === undefined ? text : bitsText(study, entry)
}
