/** Of the standard normal, between which and its negative 95 % lie. */
const z = 1.959963984540054

/**
 * Ends of the 95 % score interval of a share of `n` texts (E. B. Wilson, Journal of the American Statistical Association 22 (1927)): what stored
 * intervals are, for figures that a chart works out itself.
 */
export function wilsonEnds(right: number, n: number): { low: number; high: number } {
  const share = right / n
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n)
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))
  // At the ends the exact value is 0 or 1, which rounding would miss by an ulp.
  return { low: right === 0 ? 0 : Math.max(0, centre - half), high: right === n ? 1 : Math.min(1, centre + half) }
}
