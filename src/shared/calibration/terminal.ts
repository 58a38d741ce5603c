import type { Composition, LabelHandling } from '../contract/calibrationRules.ts'
import { leftOut } from './compositionTexts.ts'

export interface CalibrateCommand {
  dataset: string
  composition: Composition
  size: number
  seed: number
  draws: number
  name: string | null
  /** profiled on each draw; null to draw alone */
  model: string | null
  labels: LabelHandling
}

/** `bitgauge calibrate …` as a line of a POSIX shell that draws the same sets, in parts: the command, then an option each. */
export function calibrateCommand(asked: CalibrateCommand): string[] {
  const { dataset, composition, size, seed, draws, name, model, labels } = asked
  return [
    'bitgauge calibrate',
    `--dataset ${quoted(dataset)}`,
    `--composition ${quoted(compositionArgument(composition))}`,
    `--size ${size} --draws ${draws}`,
    `--calibration-seed ${seed}`,
    ...(name === null ? [] : [`--name ${quoted(name)}`]),
    ...(model === null ? [] : [`--model ${quoted(model)}`]),
    ...(model === null || labels === 'true' ? [] : [`--labels ${labels}`]),
  ]
}

/** What `--composition` takes: a word, `CLASS=PARTS` with commas between, or JSON where a class's name would be read as something else. */
export function compositionArgument(composition: Composition): string {
  if (typeof composition === 'string') return composition
  const left = leftOut(composition)
  if (left !== undefined) return isPlain(left) ? `leave-out:${left}` : asciiJson(composition)
  const shares = Object.entries(composition)
  if (!shares.every(([name]) => isPlain(name))) return asciiJson(composition)
  return shares.map(([name, parts]) => `${name}=${parts}`).join(',')
}

/** A name that survives being parted at commas and the last `=`, and having its blanks trimmed; and that a terminal shows as it is. */
function isPlain(name: string): boolean {
  return name.trim() === name && !/[,=\p{C}\p{Zl}\p{Zp}]/u.test(name) && !/^[{]|^leave-out:/.test(name)
}

/** JSON in which no character moves the line or its direction. */
function asciiJson(value: unknown): string {
  const escaped = (character: string): string =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join('')
  return JSON.stringify(value).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped)
}

/** A word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
