import { counted } from '../../shared/charts/figures.ts'
import { AppError } from '../../shared/errors.ts'

/**
 * What was replicated: texts under one model and one calibration draw, calibration draws of one training seed, or training seeds. It says
 * what a p-value speaks of: this model, the choice of calibration texts, or a method of training.
 */
export const units = ['text', 'draw', 'seed'] as const
export type Unit = (typeof units)[number]

/** Values of one group, or differences of pairs, with what each of them is one of. */
export interface Sample {
  unit: Unit
  /** finite */
  values: ArrayLike<number>
  /**
   * What each value is nested in: the training seed of a draw, the model of a text. Draws must say it; null for texts means that all
   * come from one model and one draw, and seeds are nested in nothing.
   */
  nest: readonly (string | number)[] | null
}

export function textsOf(values: ArrayLike<number>): Sample {
  return { unit: 'text', values, nest: null }
}

/** @param seeds the training seed of each draw, or the one seed of all */
export function drawsOf(values: ArrayLike<number>, seeds: number | readonly number[]): Sample {
  return {
    unit: 'draw',
    values,
    nest: typeof seeds === 'number' ? new Array<number>(values.length).fill(seeds) : seeds,
  }
}

export function seedsOf(values: ArrayLike<number>): Sample {
  return { unit: 'seed', values, nest: null }
}

/** One value a seed: the mean of its draws. This is how draws of several seeds become a sample of seeds. */
export function meanOfDraws(draws: Sample): Sample {
  assertSample(draws)
  const sums = new Map<string | number, { sum: number; count: number }>()
  Array.from(draws.values).forEach((value, k) => {
    const seed = draws.nest![k]!
    const { sum, count } = sums.get(seed) ?? { sum: 0, count: 0 }
    sums.set(seed, { sum: sum + value, count: count + 1 })
  })
  return seedsOf([...sums.values()].map(({ sum, count }) => sum / count))
}

/**
 * `first - second`, value by value.
 *
 * @throws AppError `input-invalid` where unit or nesting differ, `shape-mismatch` where the lengths do
 */
export function differencesOf(first: Sample, second: Sample): Sample {
  assertSample(first)
  assertSample(second)
  if (first.values.length !== second.values.length) {
    throw new AppError('shape-mismatch', 'Paired values come in equal numbers.', {
      expected: String(first.values.length),
      found: String(second.values.length),
    })
  }
  if (first.unit !== second.unit || String(first.nest) !== String(second.nest)) {
    throw new AppError('input-invalid', 'Paired values have the same unit and are nested in the same seeds.', {
      expected: describeUnit(first),
      found: describeUnit(second),
    })
  }
  return { ...first, values: Float64Array.from(first.values, (value, k) => value - second.values[k]!) }
}

/** @throws AppError `input-invalid` without a unit or a draw's seed, `shape-mismatch`, `non-finite-value` */
export function assertSample({ unit, values, nest }: Sample): void {
  assertUnit(unit)
  if (unit === 'draw' && nest === null) {
    throw new AppError('input-invalid', 'Calibration draws need the training seed that each belongs to.', {
      expected: 'nest: a seed for each value',
      found: 'null',
    })
  }
  if (nest !== null && nest.length !== values.length) {
    throw new AppError('shape-mismatch', 'Each value is nested in one thing.', {
      expected: `${values.length} names`,
      found: String(nest.length),
    })
  }
  assertFinite(values)
}

export function assertUnit(unit: Unit): void {
  if (!units.includes(unit)) {
    throw new AppError('input-invalid', 'A test needs the unit of its observations: no declared unit, no p-value.', {
      expected: units.join(', '),
      found: String(unit),
    })
  }
}

export function assertFinite(values: ArrayLike<number>): void {
  for (let k = 0; k < values.length; k += 1) {
    if (!Number.isFinite(values[k])) {
      throw new AppError('non-finite-value', 'Statistics take finite values.', {
        expected: 'a number',
        found: `${values[k]} at ${k}`,
      })
    }
  }
}

/**
 * Refuses groups whose values are not independent: draws pooled over training seeds, texts pooled over models, groups of different
 * units. Such pooling rejects true nulls far too often (the simulation in `test/core/statistics/falsePositives.test.ts`).
 *
 * @throws AppError `input-invalid`, and those of `assertSample`
 */
export function assertNotNested(test: string, groups: readonly Sample[]): void {
  groups.forEach(assertSample)
  const unit = groups[0]?.unit
  if (groups.some((group) => group.unit !== unit)) {
    throw new AppError('input-invalid', `${test} compares groups of one unit.`, {
      expected: String(unit),
      found: groups.map((group) => group.unit).join(', '),
    })
  }
  const nests = new Set(groups.flatMap(({ nest }) => nest ?? []))
  if (unit === 'seed' || nests.size <= 1) return
  const [things, outer] = unit === 'draw' ? ['calibration draws', 'training seeds'] : ['texts', 'models']
  throw new AppError('input-invalid', `${test} takes independent values, and these are nested.`, {
    expected: `${things} of one ${outer.slice(0, -1)}, or one value a ${outer.slice(0, -1)}`,
    found: `${things} pooled over ${nests.size} ${outer}`,
    hint: 'Take the mean of each seed first, or compare pairs within each seed with the sign-flip test.',
  })
}

/** `12 draws`, `1 text`, `7,600 texts`. */
export function countOf(count: number, unit: Unit): string {
  return counted(count, unit)
}

function describeUnit({ unit, nest }: Sample): string {
  return nest === null ? unit : `${unit} in ${[...new Set(nest)].join(', ')}`
}
