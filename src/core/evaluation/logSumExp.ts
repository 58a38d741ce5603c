/** `log(sum_k exp(values[k]))`, the largest value taken out first; -Infinity for no values. */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = -Infinity
  for (let k = 0; k < values.length; k += 1) largest = Math.max(largest, values[k]!)
  if (largest === -Infinity) return -Infinity
  let sum = 0
  for (let k = 0; k < values.length; k += 1) sum += Math.exp(values[k]! - largest)
  return largest + Math.log(sum)
}
