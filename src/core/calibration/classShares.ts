import type { Composition } from '../../shared/contract/calibrationRules.ts'
import { AppError } from '../../shared/errors.ts'
import { nearestName } from '../dataset/nearestName.ts'

/**
 * How many parts of a calibration set each class has, in the order of the classes; parts are any numbers whose ratios count. Null where the
 * class is not looked at. A class that is left out leaves the others alike.
 *
 * @param counts texts of each class in the train split
 * @throws AppError `input-invalid` for a class that the dataset has not, with the nearest name
 */
export function classShares(
  composition: Composition,
  classNames: readonly string[],
  counts: readonly number[],
): number[] | null {
  if (composition === 'unlabelled') return null
  if (composition === 'balanced') return classNames.map(() => 1)
  if (composition === 'natural') return [...counts]
  const left = leftOut(composition)
  if (left !== undefined) {
    assertNames([left], classNames)
    return classNames.map((name) => (name === left ? 0 : 1))
  }
  const shares = new Map(Object.entries(composition as Record<string, number>))
  assertNames([...shares.keys()], classNames)
  const largest = Math.max(...shares.values())
  // Divided by the largest, so that a sum of shares cannot overflow.
  return classNames.map((name) => (shares.get(name) ?? 0) / largest)
}

/** The class of `{leaveOut: name}`; undefined of shares, a class of theirs being called `leaveOut` included. */
function leftOut(composition: Exclude<Composition, string>): string | undefined {
  const value = Object.hasOwn(composition, 'leaveOut') ? composition['leaveOut'] : undefined
  return typeof value === 'string' ? value : undefined
}

function assertNames(names: readonly string[], classNames: readonly string[]): void {
  const unknown = names.find((name) => !classNames.includes(name))
  if (unknown === undefined) return
  const near = nearestName(unknown, classNames)
  throw new AppError('input-invalid', `The dataset has no class ${JSON.stringify(unknown)}.`, {
    expected: `one of ${classNames.slice(0, 20).join(', ')}${classNames.length > 20 ? `, … (${classNames.length} in all)` : ''}`,
    found: unknown,
    hint: near === undefined ? undefined : `The nearest is ${near}.`,
  })
}
