import { namedClasses, partsOf } from '../../shared/calibration/compositionTexts.ts'
import type { Composition } from '../../shared/contract/calibrationRules.ts'
import { AppError } from '../../shared/errors.ts'
import { nearestName } from '../dataset/nearestName.ts'

/**
 * {@link partsOf} of a composition whose classes are the dataset's.
 *
 * @param counts texts of each class in the train split
 * @throws AppError `input-invalid` for a class that the dataset has not, with the nearest name
 */
export function classShares(
  composition: Composition,
  classNames: readonly string[],
  counts: readonly number[],
): number[] | null {
  assertNames(namedClasses(composition), classNames)
  return partsOf(composition, classNames, counts)
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
