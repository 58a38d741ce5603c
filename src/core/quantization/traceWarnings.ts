import type { WeightAdjustment } from '../../shared/contract/quantization.ts'
import type { Recipe } from '../../shared/contract/quantizationRules.ts'
import type { Warning } from '../../shared/units.ts'

/** Arrays of weights that a recipe's algorithm went over without moving a single one. */
export function traceWarnings(
  adjustments: readonly WeightAdjustment[],
  { weights }: Pick<Recipe, 'weights'>,
): Warning[] {
  const untouched = adjustments.filter(({ gate, largest }) => gate === null && largest === 0)
  const parts = new Set(adjustments.map(({ part }) => part)).size
  return untouched.map(({ part, array }) => ({
    code: 'algorithm-without-trace',
    message: `Quantization by ${weights.algorithm} left every weight of ${array} as it was.`,
    subject: parts === 1 ? array : `class.${part}.${array}`,
  }))
}
