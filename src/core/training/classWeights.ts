import { AppError } from '../../shared/errors.ts'
import type { TrainingOptions } from '../../shared/contract/trainingRules.ts'

/**
 * The weight of each class in the loss, or null where all weigh alike. `balanced` is `texts / (classes * texts of the class)`, as
 * scikit-learn has it; a class without texts has weight 0, which no text will ask for.
 *
 * @throws AppError `input-invalid` where there are not as many weights as classes, or all are zero
 */
export function classWeights(
  option: TrainingOptions['classWeights'],
  labels: ArrayLike<number>,
  classes: number,
): Float64Array | null {
  if (option === 'none') return null
  if (option !== 'balanced') return givenWeights(option, classes)
  const counts = classCounts(labels, classes)
  return counts.map((count) => (count === 0 ? 0 : labels.length / (classes * count)))
}

/** Texts of each class. */
export function classCounts(labels: ArrayLike<number>, classes: number): Float64Array {
  const counts = new Float64Array(classes)
  for (let text = 0; text < labels.length; text += 1) counts[labels[text]!]! += 1
  return counts
}

/** `log((count + 1) / (texts + classes))`: the prior of a generative model, which no class leaves at minus infinity. */
export function trainedLogPrior(labels: ArrayLike<number>, classes: number): number[] {
  return Array.from(classCounts(labels, classes), (count) => Math.log((count + 1) / (labels.length + classes)))
}

function givenWeights(weights: readonly number[], classes: number): Float64Array {
  if (weights.length !== classes || weights.every((weight) => weight === 0)) {
    throw new AppError('input-invalid', 'The class weights do not fit the classes.', {
      expected: `${classes} weights, not all zero`,
      found: weights.join(', '),
    })
  }
  return Float64Array.from(weights)
}
