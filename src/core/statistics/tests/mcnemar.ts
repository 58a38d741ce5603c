import { AppError } from '../../../shared/errors.ts'
import { coinsEqual, coinsUpTo } from '../distributions.ts'
import { textsIn, type PairedTable } from '../pairedTable.ts'
import { notTestable, type Alternative, type TestResult } from '../testResult.ts'
import { assertUnit, type Unit } from '../units.ts'

export interface McnemarOptions {
  unit: Unit
  method: 'exact' | 'mid-p'
  /** `greater`: the first classifier is right more often */
  alternative: Alternative
}

/**
 * McNemar's test of two classifiers on the same texts: given the texts that only one of them has right, each is as likely to be the
 * first's as the second's. `exact` never exceeds its level; `mid-p` counts half of the probability of the observed table and is close to
 * its level.
 *
 * @throws AppError `input-invalid`, also for another unit than texts
 * @see Q. McNemar, Psychometrika 12 (1947); M. Fagerland, S. Lydersen, P. Laake, BMC Med. Res. Methodol. 13:91 (2013), section Methods
 */
export function mcnemar(table: PairedTable, { unit, method, alternative }: McnemarOptions): TestResult {
  assertUnit(unit)
  if (unit !== 'text') {
    throw new AppError('input-invalid', 'The McNemar test is one of texts.', {
      expected: 'unit text',
      found: `unit ${unit}`,
      hint: 'Compare draws or seeds with the sign-flip test.',
    })
  }
  const n = textsIn(table)
  const { firstOnly, secondOnly } = table
  if (n < 2) return notTestable('mcnemar', unit, [n], 'too-few')
  if (firstOnly + secondOnly === 0) return notTestable('mcnemar', unit, [n], 'no-differences')
  return {
    testable: true,
    test: 'mcnemar',
    method,
    alternative,
    continuity: null,
    zeros: null,
    ties: 'conditional on the texts that one has right',
    unit,
    n: [n],
    statistic: Math.min(firstOnly, secondOnly),
    p: coinP(firstOnly, secondOnly, method, alternative),
    details: { firstOnly, secondOnly },
    assumes: 'independent texts.',
  }
}

function coinP(b: number, c: number, method: McnemarOptions['method'], alternative: Alternative): number {
  const half = method === 'mid-p' ? 0.5 : 0
  const tail = (k: number): number => coinsUpTo(k, b + c) - half * coinsEqual(k, b + c)
  if (alternative === 'greater') return tail(c)
  if (alternative === 'less') return tail(b)
  return Math.min(1, 2 * tail(Math.min(b, c)))
}
