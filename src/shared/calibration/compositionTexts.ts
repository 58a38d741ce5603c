import type { Composition } from '../contract/calibrationRules.ts'
import { apportion } from './apportion.ts'

/**
 * How many parts of a calibration set each class has, in the order of the classes; parts are any numbers whose ratios count. Null where the
 * class is not looked at. A class that is left out leaves the others alike; names that the dataset has not count for nothing.
 *
 * @param counts texts of each class in the train split
 */
export function partsOf(
  composition: Composition,
  classNames: readonly string[],
  counts: readonly number[],
): number[] | null {
  if (composition === 'unlabelled') return null
  if (composition === 'balanced') return classNames.map(() => 1)
  if (composition === 'natural') return [...counts]
  const left = leftOut(composition)
  if (left !== undefined) return classNames.map((name) => (name === left ? 0 : 1))
  const shares = new Map(Object.entries(composition as Record<string, number>))
  const largest = Math.max(...shares.values())
  // Divided by the largest, so that a sum of shares cannot overflow.
  return classNames.map((name) => (shares.get(name) ?? 0) / largest)
}

/** The class of `{leaveOut: name}`; undefined of shares, a class of theirs being called `leaveOut` included. */
export function leftOut(composition: Composition): string | undefined {
  if (typeof composition === 'string') return undefined
  const value = Object.hasOwn(composition, 'leaveOut') ? composition['leaveOut'] : undefined
  return typeof value === 'string' ? value : undefined
}

/** Classes that a composition names, in its order. */
export function namedClasses(composition: Composition): string[] {
  if (typeof composition === 'string') return []
  const left = leftOut(composition)
  return left === undefined ? Object.keys(composition) : [left]
}

/**
 * The largest size below `size` that the available texts allow; 0 where none does. Largest remainders give a class less than one text above its
 * exact share, so no size from `(available + 1) / share` on can work, and one of `available / share` does.
 *
 * @param available texts of each class that may be drawn
 */
export function largestSize(parts: readonly number[], available: readonly number[], size: number): number {
  if (parts.some((part, label) => part > 0 && available[label] === 0)) return 0
  const sum = parts.reduce((a, b) => a + b, 0)
  const bound = (extra: number): number =>
    Math.min(...parts.map((part, label) => (part === 0 ? size - 1 : ((available[label]! + extra) * sum) / part)))
  const sure = Math.max(0, Math.floor(bound(0)))
  // The walk is short: at most one text of the scarcest class, whose share may yet be tiny.
  for (let tried = Math.min(Math.floor(bound(1)), size - 1, sure + 10_000); tried > sure; tried -= 1) {
    if (apportion(parts, tried).every((texts, label) => texts <= available[label]!)) return tried
  }
  return sure
}
