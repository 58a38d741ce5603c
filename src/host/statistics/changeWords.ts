import type { EvaluationResult } from '../../shared/contract/evaluation.ts'

/** What evaluations may differ in, in words. */
const parts: readonly ((evaluation: EvaluationResult) => string)[] = [
  ({ model }) => model.name,
  ({ quantization }) => quantization?.bits.label ?? 'float',
  ({ quantization }) => (quantization === null ? '' : `by ${quantization.recipe.target}`),
  ({ quantization }) => compositionText(quantization?.calibration ?? null),
  ({ noise }) => (noise.level === 0 ? 'clean' : `${noise.kind} ${noise.level}`),
  ({ shift }) => (shift === null ? '' : Object.values(shift).join(' ')),
  ({ dataset }) => `on ${dataset.name}`,
  ({ split }) => `on the ${split} split`,
]

/** What a sentence calls the change from the second side to the first: what differs, and nothing that both have. */
export function changeWords(pairs: readonly (readonly [EvaluationResult, EvaluationResult])[]): string {
  const differing = parts.filter((part) => pairs.some(([one, other]) => part(one) !== part(other)))
  const side = (place: 0 | 1): string =>
    differing
      .map((part) => new Set(pairs.map((pair) => part(pair[place]))))
      .map((values) => (values.size === 1 ? ([...values][0] as string) : `${values.size} others`))
      .filter((text) => text !== '')
      .join(' ')
  const [first, second] = [side(0), side(1)]
  return first === '' || second === '' ? 'the first instead of the second' : `${first} instead of ${second}`
}

function compositionText(calibration: NonNullable<EvaluationResult['quantization']>['calibration']): string {
  if (calibration === null) return ''
  const { composition } = calibration
  return `calibrated on ${typeof composition === 'string' ? composition : JSON.stringify(composition)}`
}
