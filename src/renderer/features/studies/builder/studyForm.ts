import { bitsLabel, type Bits, type Width } from '../../../../shared/units.ts'
import { axes, type Axis } from '../../../../shared/contract/studyRules.ts'

/** A study as somebody writes it: anything may stand anywhere, and what is not as it should be is shown as if it were not there. */
export type Raw = Readonly<Record<string, unknown>>

export function recordAt(value: unknown, ...path: string[]): Raw {
  const found = valueAt(value, ...path)
  return isRecord(found) ? found : {}
}

export function listAt(value: unknown, ...path: string[]): readonly unknown[] {
  const found = valueAt(value, ...path)
  return Array.isArray(found) ? found : []
}

export function textAt(value: unknown, fallback: string, ...path: string[]): string {
  const found = valueAt(value, ...path)
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? String(found) : fallback
}

export function numberAt(value: unknown, fallback: number, ...path: string[]): number {
  const found = valueAt(value, ...path)
  return typeof found === 'number' && Number.isFinite(found) ? found : fallback
}

export function valueAt(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  )
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const bitGroups = ['weights', 'input', 'hidden', 'gates', 'sigmoid', 'tanh', 'cell', 'head'] as const
export type BitGroup = (typeof bitGroups)[number]
export const uniformWidths = [16, 8, 7, 6, 5, 4, 3, 2] as const

/** `4`, `W4 A8 C8`: what an entry of the grid's bits is called in a question. */
export function bitsName(given: unknown): string {
  if (!isRecord(given)) return String(given)
  const width = (group: BitGroup): Width => (given[group] ?? 8) as Width
  return bitsLabel(Object.fromEntries(bitGroups.map((group) => [group, width(group)])) as Omit<Bits, 'label'>)
}

/** `none`, `qwerty 0.05` */
export function noiseName(given: unknown): string {
  const kind = textAt(given, 'none', 'kind')
  return kind === 'none' ? kind : `${kind} ${numberAt(given, 0, 'level')}`
}

export function shiftName(given: unknown): string {
  if (!isRecord(given)) return 'none'
  return `${textAt(given, '', 'kind')} ${String(given['share'] ?? given['factor'] ?? given['level'] ?? '')}`
}

/** Values that an axis has in a study as it is written, in its order. */
export function axisNames(study: Raw, axis: Axis): string[] {
  const named = (part: 'model' | 'recipe' | 'composition', names: readonly string[]): string[] => {
    const chosen = valueAt(study, 'grid', part)
    return Array.isArray(chosen) ? chosen.map(String) : [...names]
  }
  switch (axis) {
    case 'model':
      return named('model', Object.keys(recordAt(study, 'models')))
    case 'recipe':
      return named('recipe', Object.keys(recipesOf(study)))
    case 'composition':
      return named('composition', Object.keys(recordAt(study, 'calibration', 'compositions')))
    case 'bits':
      return listAt(study, 'grid', 'bits').map(bitsName)
    case 'noise':
      return inputs(listAt(study, 'grid', 'noise').map(noiseName))
    case 'shift':
      return inputs(listAt(study, 'grid', 'shift').map(shiftName))
    case 'draw':
      return Array.from({ length: Math.min(1000, numberAt(study, 12, 'calibration', 'draws')) }, (_, draw) =>
        String(draw),
      )
    case 'seed':
      return [...new Set(Object.values(recordAt(study, 'models')).flatMap((model) => seedsOf(model).map(String)))]
  }
}

function inputs(names: readonly string[]): string[] {
  return names.length === 0 ? ['none'] : [...names]
}

/** The recipe `ours` where none is named. */
export function recipesOf(study: Raw): Raw {
  const recipes = recordAt(study, 'recipes')
  return Object.keys(recipes).length === 0 ? { ours: 'ours' } : recipes
}

/** None for a model of the home. */
export function seedsOf(model: unknown): number[] {
  if (typeof valueAt(model, 'model') === 'string') return []
  const seeds = listAt(model, 'train', 'seeds').filter((seed): seed is number => typeof seed === 'number')
  return seeds.length === 0 ? [1] : seeds
}

/** A value of an axis as a question or an exclusion writes it: numbers as numbers. */
export function writtenValue(axis: Axis, name: string): string | number {
  const isNumber = (axis === 'bits' || axis === 'draw' || axis === 'seed') && /^\d+$/.test(name)
  return isNumber ? Number(name) : name
}

/** A name that no other has: `disc`, `disc-2`. */
export function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted
  for (let number = 2; taken.includes(name); number += 1) name = `${wanted}-${number}`
  return name
}

/** `1, 2, 3` as numbers; null where it is anything else. */
export function numbersIn(text: string, isValid: (value: number) => boolean): number[] | null {
  const parts = text.split(/[,;\s]+/).filter((part) => part !== '')
  const numbers = parts.map(Number)
  return parts.length > 0 && numbers.every((value) => Number.isFinite(value) && isValid(value)) ? numbers : null
}

export const axisWords: Readonly<Record<Axis, string>> = {
  model: 'model',
  seed: 'training seed',
  recipe: 'recipe',
  bits: 'widths',
  composition: 'composition',
  draw: 'calibration draw',
  noise: 'noise',
  shift: 'shift',
}

export const axisList: readonly Axis[] = axes
