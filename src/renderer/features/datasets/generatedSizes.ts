/**
 * About how many texts each class of a generated dataset will have: on a geometric line from the first class, which has `imbalance` times as
 * many, down to the last. The generator rounds within each split.
 */
export function classSizes(classes: number, texts: number, imbalance: number): number[] {
  const weights = Array.from({ length: classes }, (_, index) => imbalance ** (1 - index / (classes - 1)))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => Math.round((texts * weight) / sum))
}
