import { AppError } from '../../../shared/errors.ts'

/**
 * For each class of another dataset its number in the model's dataset, so that it can serve as shifted input: the same names, in any
 * order, upper and lower case taken as one.
 *
 * @throws AppError `input-invalid` where a class of the other dataset is unknown to the model; classes that it lacks are no fault
 */
export function matchClasses(model: readonly string[], other: readonly string[]): Uint16Array {
  const numbers = new Map(model.map((name, index) => [name.toLowerCase(), index]))
  return Uint16Array.from(other, (name) => {
    const number = numbers.get(name.toLowerCase())
    if (number !== undefined) return number
    throw new AppError('input-invalid', `The other dataset has a class that the model does not know: ${name}.`, {
      expected: `classes among ${model.slice(0, 20).join(', ')}`,
      hint: 'Shifted input needs the same labels.',
    })
  })
}
