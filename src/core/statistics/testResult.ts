import { digitsOfP, fixed } from '../../shared/charts/figures.ts'
import { countOf, type Unit } from './units.ts'

export type Alternative = 'two-sided' | 'greater' | 'less'

/** What a test found, with every rule that it was run by. */
export interface Tested {
  testable: true
  test: string
  /** how p was found: `exact`, `asymptotic`, `mid-p`, `monte-carlo-9999`, … */
  method: string
  alternative: Alternative
  /** null where the test has no such rule, as for the two below */
  continuity: boolean | null
  zeros: string | null
  ties: string | null
  unit: Unit
  /** sizes of the groups, or the one number of pairs */
  n: number[]
  statistic: number
  p: number
  /** degrees of freedom, rank sums and what else the test is read by */
  details: Readonly<Record<string, number>>
  /** the assumption under which p means something, a sentence */
  assumes: string
}

export const notTestableReasons = [
  'too-few', // fewer than two values in a group, or too few groups
  'constant', // the values, or what the test makes of them, are all the same
  'no-differences', // every pair is the same on both sides
  'separated', // the groups do not overlap, so that the statistic has no variance
  'no-pairs', // nothing on one side to compare with
] as const
export type NotTestableReason = (typeof notTestableReasons)[number]

/** Why there is no figure: a result like any other, never NaN. */
export interface NotTestable {
  testable: false
  test: string
  unit: Unit
  n: number[]
  reason: NotTestableReason
  message: string
}

export type TestResult = Tested | NotTestable

const messages: Readonly<Record<NotTestableReason, string>> = {
  'too-few': 'there are fewer than two values on a side',
  constant: 'the values have no spread to compare with',
  'no-differences': 'every pair is the same on both sides',
  separated: 'the groups do not overlap, so that the statistic has no variance',
  'no-pairs': 'there is nothing to compare with',
}

export function notTestable(test: string, unit: Unit, n: number[], reason: NotTestableReason): NotTestable {
  return { testable: false, test, unit, n, reason, message: `Not testable: ${messages[reason]}.` }
}

/** Tests with names that are said otherwise than they are spelled. */
const spoken: Readonly<Record<string, string>> = {
  mcnemar: 'McNemar test',
  'sign-flip': 'sign-flip test',
  wilcoxon: 'Wilcoxon signed-rank test',
  tost: 'equivalence test (two one-sided tests)',
  'mann-whitney': 'Mann-Whitney U test',
  'brunner-munzel': 'Brunner-Munzel test',
  'kolmogorov-smirnov': 'Kolmogorov-Smirnov test',
  'kruskal-wallis': 'Kruskal-Wallis test',
  friedman: 'Friedman test',
  levene: 'Levene test',
  'brown-forsythe': 'Brown-Forsythe test',
  'anderson-darling': 'Anderson-Darling test of k samples',
  'two-sample-permutation': 'two-sample permutation test',
  energy: 'energy distance test',
}

/** `Mann-Whitney U test (exact, two-sided) on 12 and 9 seeds: statistic 31, p = 0.11. It assumes …` */
export function describeTest(result: TestResult): string {
  const name = spoken[result.test] ?? result.test
  const [last, ...before] = [...result.n].reverse()
  const sizes = [...before.reverse().map(String), countOf(last ?? 0, result.unit)].join(' and ')
  if (!result.testable) return `${name} on ${sizes}: ${result.message}`
  const figures = `statistic ${Number(result.statistic.toPrecision(4))}, ${pText(result.p)}`
  return `${name} (${result.method}, ${result.alternative}) on ${sizes}: ${figures}. It assumes ${result.assumes}`
}

/** `p = 0.0005`, `p = 0.62`, `p < 0.0001`. */
export function pText(p: number): string {
  if (p < 0.0001) return 'p < 0.0001'
  const digits = p >= 0.1 ? 2 : p >= 0.01 ? 3 : Math.max(3, Math.ceil(-Math.log10(p)))
  const text = fixed(p, digitsOfP(p, digits))
  return `p = ${p < 0.1 ? String(Number(text)) : text}`
}
