import { AppError } from '../../../shared/errors.ts'
import type { Interval } from '../../../shared/units.ts'
import { stream, type RandomStream } from '../../random/randomStream.ts'
import { intervalOfReplicates, resampledMeans } from '../intervals/bootstrap.ts'
import { isConstant, meanOf } from '../moments.ts'
import type { CorrectionMethod } from '../corrections.ts'
import { contrastsOf, type Contrast } from './contrasts.ts'
import type { Observation } from './observation.ts'
import { pairsOf } from './pairing.ts'
import { completeQuestion } from './question.ts'

/**
 * "More sensitive than": whether going from `against` to another value of `compare` costs more accuracy at one value of `by` than at
 * `than`. The unit is the text; models, seeds and draws are those that were observed.
 */
export interface InteractionQuestion {
  name: string
  compare: string
  against: string
  /** the axis whose values may differ in sensitivity, such as `model` */
  by: string
  /** its value that the others are compared with */
  than: string
  within: readonly string[]
  correct?: CorrectionMethod
  /** smallest difference of differences that matters, a fraction */
  smallest?: number
  level?: number
  /** 9999 as a rule */
  resamples?: number
  seed?: number
}

export type CompleteInteraction = Required<InteractionQuestion>

/** What the texts say of one pair of sensitivities, before any correction. */
export interface InteractionEvidence {
  /** values of the question's `within` axes */
  within: Record<string, string>
  /** of `compare` */
  value: string
  /** of `by` */
  sensitive: string
  texts: number
  /** change of accuracy at `sensitive` less the change at `than`: below 0, `sensitive` is the more sensitive one */
  difference: number
  /** null where all texts say the same, as for the two below */
  interval: Interval | null
  /** that there is a difference of sensitivity, two-sided */
  p: number | null
  /** that it is smaller than the smallest of interest */
  smaller: number | null
}

/**
 * Differences of differences, text by text, with the cluster bootstrap: what a text shows under all seeds and draws is one cluster, whose
 * mean is resampled. p-values are the shares of resamples on the other side, (b + 1) / (m + 1), two-sided twice that of the smaller
 * side: what the percentile interval says.
 *
 * @throws AppError `input-invalid`, `shape-mismatch`, `non-finite-value`
 * @see B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3; A. Davison, D. Hinkley, Bootstrap Methods and
 *      their Application, 1997, section 3.8 on clusters
 */
export function interactionsOf(
  question: CompleteInteraction,
  observations: readonly Observation[],
): InteractionEvidence[] {
  const { compare, against, by, than, name, seed } = question
  const changes = changesOf(question, observations)
  if (!changes.some(({ place }) => place[by] === than)) {
    throw new AppError('input-invalid', `Question "${name}": no change was observed at ${by} ${than}.`, {
      expected:
        [...new Set(changes.map(({ place }) => place[by]))].join(', ') || `${compare} ${against} and another, in pairs`,
      found: than,
    })
  }
  return changes.flatMap(({ place, value, texts }) => {
    const { [by]: sensitive, ...within } = place
    const reference = changes.find(
      (other) => other.value === value && sameKey(other.place, { ...place, [by]: than }) && sensitive !== than,
    )
    if (reference === undefined) return []
    const values = minus(texts, reference.texts)
    const labels = [...Object.entries(within).flat(), value, sensitive!]
    const evidence = measure(question, values, stream(seed, 'interaction', name, ...labels))
    return [{ within, value, sensitive: sensitive!, ...evidence }]
  })
}

interface Change {
  /** on the `within` axes and on `by` */
  place: Record<string, string>
  value: string
  /** [texts] right with `value` less right with `against`, mean over seeds and draws */
  texts: Float64Array
}

function changesOf(question: CompleteInteraction, observations: readonly Observation[]): Change[] {
  const { name, compare, against, within, by, smallest, level } = question
  const axes = [...within, by]
  const asked = completeQuestion({
    name,
    compare,
    against,
    within: axes,
    unit: 'text',
    test: 'mcnemar',
    smallest,
    level,
  })
  const placed = contrastsOf(asked, observations).flatMap((contrast) => {
    const place = Object.fromEntries(
      axes.flatMap((axis) => (axis in contrast.within ? [[axis, contrast.within[axis]!]] : [])),
    )
    const texts = textsOfContrast(contrast, compare)
    return texts === null || !(by in place) ? [] : [{ place, value: contrast.value, texts }]
  })
  const groups = Map.groupBy(placed, ({ place, value }) =>
    JSON.stringify([axes.map((axis) => place[axis] ?? null), value]),
  )
  return [...groups.values()].map((group) => ({ ...group[0]!, texts: meanTexts(group.map(({ texts }) => texts)) }))
}

/** Null where one side is missing. */
function textsOfContrast(contrast: Contrast, compare: string): Float64Array | null {
  const pair = pairsOf(contrast, compare).matched[0]
  if (pair === undefined) return null
  const [first, second] = pair.map(({ right }) => right)
  if (first === undefined || second === undefined) {
    throw new AppError('input-invalid', 'Sensitivity is compared text by text.', {
      expected: 'right: 1 or 0 for each text',
      found: 'none',
    })
  }
  return minus(first, second)
}

function minus(first: ArrayLike<number>, second: ArrayLike<number>): Float64Array {
  assertSameTexts(first, second)
  return Float64Array.from(first, (value, t) => value - second[t]!)
}

function assertSameTexts(first: ArrayLike<number>, second: ArrayLike<number>): void {
  if (first.length === second.length) return
  throw new AppError('shape-mismatch', 'Sensitivity is compared on the same texts.', {
    expected: `${first.length} texts`,
    found: String(second.length),
  })
}

function meanTexts(rows: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(rows[0]!.length)
  for (const row of rows) {
    assertSameTexts(sums, row)
    row.forEach((value, t) => (sums[t]! += value))
  }
  return sums.map((sum) => sum / rows.length)
}

function sameKey(one: Record<string, string>, other: Record<string, string>): boolean {
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key])
}

function measure(
  { smallest, level, resamples }: CompleteInteraction,
  values: Float64Array,
  random: RandomStream,
): Pick<InteractionEvidence, 'texts' | 'difference' | 'interval' | 'p' | 'smaller'> {
  const figures = { texts: values.length, difference: meanOf(values) }
  if (values.length < 2 || isConstant(values)) return { ...figures, interval: null, p: null, smaller: null }
  const replicates = resampledMeans(values, resamples, random)
  const share = (holds: (replicate: number) => boolean): number =>
    (replicates.reduce((count, replicate) => count + (holds(replicate) ? 1 : 0), 0) + 1) / (resamples + 1)
  return {
    ...figures,
    interval: intervalOfReplicates(values, replicates, 'bootstrap-percentile', level),
    p: Math.min(
      1,
      2 *
        Math.min(
          share((mean) => mean <= 0),
          share((mean) => mean >= 0),
        ),
    ),
    smaller: Math.max(
      share((mean) => mean >= smallest),
      share((mean) => mean <= -smallest),
    ),
  }
}
