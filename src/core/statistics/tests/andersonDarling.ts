import type { RandomStream } from '../../random/randomStream.ts'
import { isConstant } from '../moments.ts'
import { notTestable, type TestResult } from '../testResult.ts'
import { assertNotNested, type Sample } from '../units.ts'

export interface AndersonDarlingOptions {
  /** 9999 as a rule */
  resamples?: number
  stream: RandomStream
}

/** Values of all groups, sorted, as runs of equal ones: where each run starts, and which group each value is of. */
interface Pooled {
  sizes: number[]
  starts: number[]
  groups: Uint16Array
}

/**
 * Anderson and Darling's test that k independent groups come from one distribution, in the version with midranks. The statistic is
 * standardised as published; p is found by dealing the values to the groups anew, (b + 1) / (m + 1).
 *
 * @throws AppError `input-invalid` for nested values, `shape-mismatch`, `non-finite-value`
 * @see F. Scholz, M. Stephens, JASA 82 (1987) 918-924, equations 4 to 7
 */
export function andersonDarling(groups: readonly Sample[], options: AndersonDarlingOptions): TestResult {
  assertNotNested('Anderson-Darling', groups)
  const { resamples = 9999, stream } = options
  const sizes = groups.map(({ values }) => values.length)
  const unit = groups[0]?.unit ?? 'text'
  if (groups.length < 2 || sizes.some((n) => n < 2)) return notTestable('anderson-darling', unit, sizes, 'too-few')
  if (isConstant(groups.flatMap(({ values }) => Array.from(values)))) {
    return notTestable('anderson-darling', unit, sizes, 'constant')
  }
  const pooled = pool(groups)
  const observed = squares(pooled)
  return {
    testable: true,
    test: 'anderson-darling',
    method: `monte-carlo-${resamples}`,
    alternative: 'greater',
    continuity: null,
    zeros: null,
    ties: 'midranks; dealt with the values, counted as extreme',
    unit,
    n: sizes,
    statistic: standardized(observed, sizes),
    p: dealtP(pooled, observed, resamples, stream),
    details: { squares: observed },
    assumes: 'independent values.',
  }
}

function pool(groups: readonly Sample[]): Pooled {
  const all = groups.flatMap(({ values }, group) => Array.from(values, (value) => ({ value, group })))
  all.sort((a, b) => a.value - b.value)
  return {
    sizes: groups.map(({ values }) => values.length),
    starts: all.flatMap(({ value }, k) => (k === 0 || value !== all[k - 1]!.value ? [k] : [])),
    groups: Uint16Array.from(all, ({ group }) => group),
  }
}

/** The sum of equation 7: weighted squared distances of each group's distribution function from that of all. */
function squares({ sizes, starts, groups }: Pooled): number {
  const n = groups.length
  const before = new Float64Array(sizes.length)
  let sum = 0
  starts.forEach((start, run) => {
    const end = starts[run + 1] ?? n
    const here = new Float64Array(sizes.length)
    for (let k = start; k < end; k += 1) here[groups[k]!]! += 1
    const length = end - start
    const middle = start + length / 2
    const weight = length / (n * (middle * (n - middle) - (n * length) / 4))
    sizes.forEach((size, g) => {
      sum += (weight * (n * (before[g]! + here[g]! / 2) - middle * size) ** 2) / size
      before[g]! += here[g]!
    })
  })
  return (sum * (n - 1)) / n
}

/** Less its mean, over its deviation under the null without ties (equation 4). */
function standardized(a2: number, sizes: readonly number[]): number {
  const k = sizes.length
  const n = sizes.reduce((sum, size) => sum + size, 0)
  const inverse = sizes.reduce((sum, size) => sum + 1 / size, 0)
  let [h, g] = [1, 0]
  for (let i = n - 1; i >= 2; i -= 1) {
    h += 1 / i
    // The inner sum of 1 / (n - i') runs over what h has gathered so far.
    g += (h - 1) / (n - i + 1)
  }
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverse
  const b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6
  const c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverse + 4 * h
  const d = (2 * h + 6) * k * k - 4 * h * k
  const variance = (a * n ** 3 + b * n ** 2 + c * n + d) / ((n - 1) * (n - 2) * (n - 3))
  return (a2 - (k - 1)) / Math.sqrt(variance)
}

function dealtP(pooled: Pooled, observed: number, resamples: number, stream: RandomStream): number {
  const groups = pooled.groups.slice()
  let extreme = 0
  for (let draw = 0; draw < resamples; draw += 1) {
    stream.shuffle(groups)
    if (squares({ ...pooled, groups }) >= observed * (1 - 1e-10)) extreme += 1
  }
  return (extreme + 1) / (resamples + 1)
}
