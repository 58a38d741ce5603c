import { AppError } from '../../../shared/errors.ts'
import { meanOf } from '../moments.ts'
import { pairedTable, type PairedTable } from '../pairedTable.ts'
import { drawsOf, seedsOf, type Sample } from '../units.ts'
import type { Contrast } from './contrasts.ts'
import { differenceOf, type Observation } from './observation.ts'
import type { CompleteQuestion } from './question.ts'

export interface Pairs {
  /** paired observations, or seeds of which both sides have some */
  matched: [Observation, Observation][]
  /** observations without a partner */
  alone: number
}

/**
 * The observations of a contrast in pairs of one seed and one draw; what was not calibrated (draw null) goes with every draw of its seed.
 * A question that compares seeds pairs over them.
 */
export function pairsOf({ first, second }: Contrast, compare: string): Pairs {
  const matched = first.flatMap((one) =>
    second.filter((other) => together(one, other, compare)).map((other): [Observation, Observation] => [one, other]),
  )
  const used = new Set(matched.flat())
  return { matched, alone: [...first, ...second].filter((observation) => !used.has(observation)).length }
}

function together(one: Observation, other: Observation, compare: string): boolean {
  const sameSeed = compare === 'seed' || one.seed === other.seed
  return sameSeed && (compare === 'draw' || one.draw === other.draw || one.draw === null || other.draw === null)
}

/** The table of the one pair that a contrast of texts has. @throws AppError `input-invalid` without the texts, `shape-mismatch` */
export function tableOf([first, second]: [Observation, Observation]): PairedTable {
  if (first.right === undefined || second.right === undefined) {
    throw new AppError('input-invalid', 'With texts as the unit, observations say which texts were right.', {
      expected: 'right: 1 or 0 for each text',
      found: 'none',
    })
  }
  return pairedTable(first.right, second.right)
}

/** One difference a draw, or one a draw of each seed where each seed has draws of its own. */
export function drawDifferences({ matched }: Pairs, draws: CompleteQuestion['draws']): Sample {
  const calibrated = matched.filter(([one, other]) => one.draw !== null || other.draw !== null)
  const rows = calibrated.map(([one, other]) => ({
    seed: one.seed,
    draw: one.draw ?? other.draw,
    difference: differenceOf(one, other),
  }))
  if (draws === 'own')
    return drawsOf(
      Float64Array.from(rows, ({ difference }) => difference),
      rows.map(({ seed }) => seed),
    )
  const byDraw = Map.groupBy(rows, ({ draw }) => draw)
  const means = [...byDraw.values()].map((group) => meanOf(group.map(({ difference }) => difference)))
  const seeds = `mean of ${new Set(rows.map(({ seed }) => seed)).size} seeds`
  return { unit: 'draw', values: Float64Array.from(means), nest: means.map(() => seeds) }
}

/** One difference a seed: the mean over its pairs, so that a draw that one side alone has is left out. */
export function seedDifferences({ matched }: Pairs): Sample {
  const bySeed = Map.groupBy(matched, ([one]) => one.seed)
  const differences = [...bySeed.values()].map((pairs) => meanOf(pairs.map(([one, other]) => differenceOf(one, other))))
  return seedsOf(Float64Array.from(differences))
}
