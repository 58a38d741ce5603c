import type { Interval } from '../../../shared/units.ts'
import type { NotTestable, TestResult } from '../testResult.ts'
import type { Unit } from '../units.ts'
import type { Equivalence } from '../tests/tost.ts'

/**
 * `held`: the claim is shown. `not-held`: its contrary is: no change as large as the smallest of interest where a change was claimed, a
 * larger one where none was. `undecided`: neither, which is never "no difference". `identical`: the same model on both sides.
 */
export type ContrastVerdict = 'held' | 'not-held' | 'undecided' | 'not-testable' | 'identical'

/** `depends`: contrasts of the question contradict each other. */
export type Verdict = 'held' | 'not-held' | 'undecided' | 'not-testable' | 'depends'

export interface ContrastAnswer {
  /** values of the `within` axes, of seed and draw too where the unit is the text */
  within: Record<string, string>
  value: string
  against: string
  unit: Unit
  /** pairs of the unit */
  pairs: number
  /** accuracy with `value` less accuracy with `against`, a fraction; null without pairs */
  difference: number | null
  /** of the difference, for this contrast alone; null where there is no spread */
  interval: Interval | null
  test: TestResult
  statistic: number | null
  p: number | null
  /** after the correction over the question's testable contrasts */
  pCorrected: number | null
  /** that the difference is smaller than the smallest of interest */
  equivalence: Equivalence | NotTestable
  equivalenceCorrected: number | null
  /** that it is larger */
  beyondCorrected: number | null
  effect: { name: 'cohens-g' | 'rank-biserial'; value: number } | null
  /** smallest difference found with a power of 0.8 at the level of the first step of the correction; null where none can be */
  detectable: number | null
  requirements: { met: boolean; missing: string[] }
  /** what the verdict is limited to, a sentence each */
  limits: string[]
  verdict: ContrastVerdict
  /** for people */
  sentence: string
}
