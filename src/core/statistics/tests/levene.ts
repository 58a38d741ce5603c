import { fTail } from '../distributions.ts'
import { isConstant, meanOf, medianOf, squaresAbout } from '../moments.ts'
import { notTestable, type TestResult } from '../testResult.ts'
import { assertNotNested, type Sample } from '../units.ts'

/**
 * Test of equal spread of two or more independent groups: analysis of variance of the distances from each group's centre. `mean` is
 * Levene's test, `median` Brown and Forsythe's, which skewed values disturb less.
 *
 * @throws AppError `input-invalid` for nested values, `shape-mismatch`, `non-finite-value`
 * @see H. Levene, 1960; M. Brown, A. Forsythe, JASA 69 (1974) 364-367
 */
export function levene(groups: readonly Sample[], centre: 'mean' | 'median'): TestResult {
  const test = centre === 'mean' ? 'levene' : 'brown-forsythe'
  assertNotNested(centre === 'mean' ? 'Levene' : 'Brown-Forsythe', groups)
  const sizes = groups.map(({ values }) => values.length)
  const unit = groups[0]?.unit ?? 'text'
  if (groups.length < 2 || sizes.some((n) => n < 2)) return notTestable(test, unit, sizes, 'too-few')
  const distances = groups.map(({ values }) => {
    const middle = centre === 'mean' ? meanOf(values) : medianOf(values)
    return Float64Array.from(values, (value) => Math.abs(value - middle))
  })
  if (distances.every(isConstant)) return notTestable(test, unit, sizes, 'constant')
  const [between, within] = [groups.length - 1, sizes.reduce((sum, n) => sum + n, 0) - groups.length]
  const statistic = varianceRatio(distances, between, within)
  return {
    testable: true,
    test,
    method: 'asymptotic',
    alternative: 'two-sided',
    continuity: null,
    zeros: null,
    ties: null,
    unit,
    n: sizes,
    statistic,
    p: fTail(statistic, between, within),
    details: { between, within },
    assumes: 'independent values.',
  }
}

/** Mean square between groups over mean square within them. */
function varianceRatio(groups: readonly Float64Array[], between: number, within: number): number {
  const count = groups.reduce((sum, values) => sum + values.length, 0)
  const grand = groups.reduce((sum, values) => sum + values.reduce((total, value) => total + value, 0), 0) / count
  const apart = groups.reduce((sum, values) => sum + values.length * (meanOf(values) - grand) ** 2, 0)
  const inside = groups.reduce((sum, values) => sum + squaresAbout(values), 0)
  return apart / between / (inside / within)
}
