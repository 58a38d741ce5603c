import { AppError } from '../../../shared/errors.ts'
import { assertObservation, valueOn, type Observation } from './observation.ts'
import type { CompleteQuestion } from './question.ts'

/** Two sides of one comparison, not yet paired. */
export interface Contrast {
  within: Record<string, string>
  value: string
  against: string
  first: Observation[]
  second: Observation[]
}

type Place = Record<string, string | undefined>

/**
 * The comparisons that a question asks for: each other value of its axis with `against`, in each combination of its `within` axes, in
 * the order of the observations. With texts as the unit each training seed and each draw is a comparison of its own, because the same text
 * under several models is not several texts. An observation that does not depend on an axis stands in all of its combinations.
 *
 * @throws AppError `input-invalid` where `against` does not occur, or where several observations claim one place
 */
export function contrastsOf(question: CompleteQuestion, observations: readonly Observation[]): Contrast[] {
  observations.forEach(assertObservation)
  const { compare, against } = question
  const asked = observations.filter((observation) => valueOn(observation, compare) !== undefined)
  const values = [...new Set(asked.map((observation) => valueOn(observation, compare)!))]
  if (!values.includes(against)) {
    throw new AppError('input-invalid', `Question "${question.name}": no observation has ${compare} ${against}.`, {
      expected: values.length === 0 ? `observations with an axis ${compare}` : `one of: ${values.join(', ')}`,
      found: against,
    })
  }
  return placed(asked, axesOf(question)).flatMap(({ place, here }) => {
    assertSingle(question, here)
    const side = (value: string): Observation[] => here.filter((observation) => valueOn(observation, compare) === value)
    const others = values.filter((value) => value !== against && side(value).length > 0)
    return others.map((value) => ({ within: known(place), value, against, first: side(value), second: side(against) }))
  })
}

function axesOf({ within, unit, compare }: CompleteQuestion): string[] {
  const all = unit === 'text' ? [...within, 'seed', 'draw'] : within
  return [...new Set(all)].filter((axis) => axis !== compare)
}

/** Places on the axes with their observations; a place that another one says more of is left to that one. */
function placed(
  observations: readonly Observation[],
  axes: readonly string[],
): { place: Place; here: Observation[] }[] {
  const groups = Map.groupBy(observations, (observation) =>
    JSON.stringify(axes.map((axis) => valueOn(observation, axis) ?? null)),
  )
  const places = [...groups.values()].map((group) => ({
    place: Object.fromEntries(axes.map((axis): [string, string | undefined] => [axis, valueOn(group[0]!, axis)])),
    group,
  }))
  const isLoose = (place: Place): boolean => axes.some((axis) => place[axis] === undefined)
  const loose = places.filter(({ place }) => isLoose(place))
  const told = ({ place }: { place: Place }): boolean =>
    isLoose(place) && places.some((other) => other.place !== place && saysMore(other.place, place))
  return places
    .filter((one) => !told(one))
    .map(({ place, group }) => {
      const everywhere = loose.filter((other) => other.place !== place && saysMore(place, other.place))
      return { place, here: [...group, ...everywhere.flatMap((other) => other.group)] }
    })
}

function saysMore(other: Place, place: Place): boolean {
  return Object.keys(place).every((axis) => place[axis] === undefined || place[axis] === other[axis])
}

function known(place: Place): Record<string, string> {
  return Object.fromEntries(Object.entries(place).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** At one place each value of the compared axis has one observation a seed and draw; what else differs belongs into `within`. */
function assertSingle({ name, compare }: CompleteQuestion, here: readonly Observation[]): void {
  const seen = new Map<string, Observation>()
  for (const observation of here) {
    const key = JSON.stringify([valueOn(observation, compare), observation.seed, observation.draw])
    const other = seen.get(key)
    seen.set(key, observation)
    if (other === undefined) continue
    const axes = new Set([...Object.keys(other.axes), ...Object.keys(observation.axes)])
    const differing = [...axes].filter((axis) => other.axes[axis] !== observation.axes[axis])
    const place = `${compare} ${valueOn(observation, compare)}, seed ${observation.seed}, draw ${observation.draw ?? 'none'}`
    throw new AppError('input-invalid', `Question "${name}": two observations claim one place.`, {
      expected: `one for ${place}`,
      found: differing.length === 0 ? 'the same one twice' : `several that differ in ${differing.join(', ')}`,
      hint: differing.length === 0 ? undefined : `Add ${differing.join(', ')} to within, or ask about one value.`,
    })
  }
}
