export interface Ranks {
  /** from 1; equal values share the mean of their ranks */
  ranks: Float64Array
  /** sum over groups of equal values of t^3 - t */
  tieTerm: number
}

/** Midranks of finite values. */
export function midranks(values: ArrayLike<number>): Ranks {
  const order = Uint32Array.from({ length: values.length }, (_, k) => k).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Float64Array(values.length)
  let tieTerm = 0
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1
    for (let k = start; k < end; k += 1) ranks[order[k]!] = (start + 1 + end) / 2
    tieTerm += (end - start) ** 3 - (end - start)
    start = end
  }
  return { ranks, tieTerm }
}
