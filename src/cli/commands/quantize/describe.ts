import type { NamedSet, ProfileRecord } from '../../../shared/contract/calibration.ts'
import type { Composition } from '../../../shared/contract/calibrationRules.ts'
import type { QuantizedAs } from '../../../shared/contract/evaluation.ts'
import type { QuantizedModelRecord } from '../../../shared/contract/quantizedModel.ts'
import { printable } from '../../output.ts'
import { kilobytes, percent, table } from '../../table.ts'

/** @param recipe its name: the preset whose settings it has, or what it follows */
export function describeQuantized(model: QuantizedModelRecord, recipe: string, doneBefore: boolean): string {
  const { name, id, fingerprint, bytes, bits, calibration, adjustments } = model
  const rows = adjustments
    .filter(({ gate }) => gate === null)
    .map(({ part, array, meanSteps, atEnds, normRatio, wasserstein }) => [
      part === 0 ? array : `${array} ${part + 1}`,
      wasserstein.toExponential(2),
      meanSteps.toFixed(3),
      percent(atEnds),
      normRatio === null ? '–' : normRatio.toFixed(4),
    ])
  const head = ['weights', 'moved', 'in steps', 'at ends', 'norm ratio']
  return [
    `${name}  ${id}`,
    `  ${fingerprint}`,
    `  ${bits.label}, recipe ${printable(recipe)}, ${kilobytes(bytes)}, of ${model.model.name}`,
    `  ${describeCalibration(calibration)}${doneBefore ? '; quantized before, --force does it again' : ''}`,
    ...(rows.length === 0 ? [] : ['', ...table([head, ...rows])]),
  ].join('\n')
}

export function describeCalibration(calibration: QuantizedAs['calibration']): string {
  if (calibration === null) return 'takes nothing from calibration'
  const { size, composition, draw } = calibration
  return `calibrated on ${size.toLocaleString('en')} texts, ${describeComposition(composition)}, draw ${draw}`
}

export function describeComposition(composition: Composition): string {
  if (typeof composition === 'string') return composition
  const left = composition['leaveOut'] as unknown
  if (typeof left === 'string') return `without ${printable(left)}`
  return Object.entries(composition)
    .map(([name, parts]) => `${printable(name)} ${parts}`)
    .join(', ')
}

export function describeSet({ id, name, fingerprint, manifest, heldOut }: NamedSet): string {
  const { size, dataset, composition, seed, draw, classes } = manifest
  const rows = classes.map(({ name, texts, share }) => [printable(name).slice(0, 40), String(texts), percent(share)])
  return [
    `${name === null ? '' : `${name}: `}${size} texts of ${dataset.name}  ${id}`,
    `  ${fingerprint}`,
    `  ${describeComposition(composition)}, seed ${seed}, draw ${draw}${heldOut === 0 ? '' : `; ${heldOut} rows held out`}`,
    ...table(rows).map((line) => `  ${line}`),
  ].join('\n')
}

export function describeProfile({
  id,
  fingerprint,
  model,
  texts,
  steps,
  bins,
  labels,
  duration_s,
}: ProfileRecord): string {
  return [
    `profile of ${model.name}  ${id}`,
    `  ${fingerprint}`,
    `  ${texts} texts, ${steps} steps, ${bins} bins, labels ${labels}, ${duration_s.toFixed(1)} s`,
  ].join('\n')
}
