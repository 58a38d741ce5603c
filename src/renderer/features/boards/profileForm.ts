import { isFloat, bitsValue } from '../../../shared/charts/axes.ts'
import { profileStartInputSchema, type ProfileStartInput } from '../../../shared/contract/profile.ts'
import type { QuantizedModelList } from '../../../shared/contract/quantizedModel.ts'

export type QuantizedEntry = QuantizedModelList['models'][number]

/** What a reader has chosen to measure. */
export interface ProfileForm {
  boards: readonly string[]
  /** ids of quantized models */
  models: readonly string[]
  extent: 'quick' | 'full'
  /** texts that are compared with the host's: a count, or all */
  texts: string
  timedTexts: number
  batch: number
}

export const textChoices = [
  { value: '500', label: 'the first 500' },
  { value: '2000', label: 'the first 2,000' },
  { value: 'all', label: 'all of the test split' },
  { value: '0', label: 'none' },
] as const

/** The contract's own defaults, on one board. */
export function newProfile(board: string): ProfileForm {
  const { timedTexts, batch } = profileStartInputSchema.parse({ boards: [board], models: ['any'] })
  return { boards: [board], models: [], extent: 'quick', texts: '500', timedTexts, batch }
}

export function profileInput({ boards, models, extent, texts, timedTexts, batch }: ProfileForm): ProfileStartInput {
  return profileStartInputSchema.parse({
    boards,
    models,
    quick: extent === 'quick',
    texts: texts === 'all' ? null : Number(texts),
    timedTexts,
    batch,
  })
}

/** What stands in the way; null: it can be measured. */
export function profileProblem({ boards, models }: ProfileForm): string | null {
  if (models.length === 0) return 'Choose a model.'
  if (models.length > 64) return `Choose at most 64 models; ${models.length} are chosen.`
  return boards.length === 0 ? 'Choose a board.' : null
}

export interface ModelChoice {
  value: string
  label: string
}

/** What the stored models differ in, for narrowing them down: float models and widths, float first, then by their bits. */
export function choicesOf(models: readonly QuantizedEntry[]): { floats: ModelChoice[]; widths: ModelChoice[] } {
  const widths = new Map(models.map(({ bits }) => [bitsValue(bits), bits]))
  const rank = (value: string): number => {
    const bits = widths.get(value)!
    return isFloat(bits) ? 32 : Number(bits.weights)
  }
  return {
    floats: [...new Set(models.map(({ model }) => model.name))].map((name) => ({ value: name, label: name })),
    widths: [...widths.keys()]
      .sort((a, b) => rank(b) - rank(a) || (a < b ? -1 : 1))
      .map((value) => ({ value, label: value })),
  }
}

/** Of each list of choices none means all. */
export function narrowed(
  models: readonly QuantizedEntry[],
  { floats, widths }: { floats: readonly string[]; widths: readonly string[] },
): QuantizedEntry[] {
  return models.filter(
    ({ model, bits }) =>
      (floats.length === 0 || floats.includes(model.name)) && (widths.length === 0 || widths.includes(bitsValue(bits))),
  )
}
