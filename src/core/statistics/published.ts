import { digitsBeside, percentText } from '../../shared/charts/figures.ts'
import type { Interval } from '../../shared/units.ts'
import { predictionInterval } from './intervals/prediction.ts'
import { meanOf } from './moments.ts'
import { leastSeeds } from './questions/limits.ts'
import type { NotTestable } from './testResult.ts'
import { countOf } from './units.ts'

export interface PublishedFigure {
  /** who published it, for the sentence */
  source: string
  /** the published figure of one training run, a fraction */
  published: number
  /** ours, one a training seed */
  values: readonly number[]
  /** whether both were trained on the same texts */
  sameTrainingSet: boolean
  level?: number
}

export interface PublishedVerdict {
  /** whether the figure may be one more training run of ours; `below`: the published figure is lower than such a run would be */
  verdict: 'consistent' | 'below' | 'above' | 'not-testable'
  /** published less the mean of ours */
  difference: number | null
  /** where one more of our training runs is expected */
  interval: Interval | null
  reason: NotTestable | null
  limits: string[]
  sentence: string
}

/**
 * Compares a figure that was published for a single training run with ours: is it where a new run of ours would fall? That it is does not
 * show that both are equal, and few seeds make a wide interval.
 *
 * @throws AppError `input-invalid`, `non-finite-value`
 */
export function compareWithPublished(figure: PublishedFigure): PublishedVerdict {
  const { source, published, values, sameTrainingSet, level = 0.95 } = figure
  const interval = predictionInterval(values, level)
  const limits = [
    ...(sameTrainingSet ? [] : ['trained on other texts']),
    ...(values.length < leastSeeds
      ? [`${countOf(values.length, 'seed')} of ours, at least ${leastSeeds} are wanted`]
      : []),
  ]
  const limited = limits.map((limit) => `; ${limit}`).join('')
  const difference = values.length === 0 ? null : published - meanOf(values)
  if ('testable' in interval) {
    const why = interval.message.replace(/^Not testable: /, '')
    const sentence = `${source}: ${percentText(published, 1)} % cannot be compared with ours (${countOf(values.length, 'seed')}${limited}): ${why}`
    return { verdict: 'not-testable', difference, interval: null, reason: interval, limits, sentence }
  }
  // A share lies between 0 and 1, also where few seeds leave nearly all of that.
  const share = { ...interval, low: Math.max(0, interval.low), high: Math.min(1, interval.high) }
  const verdict = published < interval.low ? 'below' : published > interval.high ? 'above' : 'consistent'
  const where = verdict === 'consistent' ? 'lies where' : `lies ${verdict} where`
  const digits = digitsBeside([100 * share.low, 100 * share.high], [100 * published], 1, 4)
  const range = `${percentText(share.low, digits)} to ${percentText(share.high, digits)} %`
  const basis = `${Number((100 * level).toFixed(2))} % prediction interval from ${countOf(values.length, 'seed')}`
  const sentence = `${source}: ${percentText(published, digits)} % ${where} one more training run of ours is expected, ${range} (${basis}${limited}).`
  return { verdict, difference, interval: share, reason: null, limits, sentence }
}
