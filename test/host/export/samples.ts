import type { Results } from '../../../src/shared/contract/results.ts'
import { makeHostileResults, makeResults } from '../../core/export/results.ts'

/** One chart of each kind. */
export function smallResults(): Results {
  return makeResults({ widths: [8, 4, 2], compositions: ['balanced', 'one'], draws: 2 })
}

/** As {@link makeHostileResults}, with a few contrasts and one pair of distributions: axe takes seconds for each thousand cells. */
export function smallHostileResults(): Results {
  const made = makeHostileResults()
  const answers = made.answers.map((answer) => ({ ...answer, contrasts: answer.contrasts.slice(0, 4) }))
  return { ...made, answers, adjustments: made.adjustments.slice(0, 2), profiles: made.profiles.slice(0, 2) }
}
