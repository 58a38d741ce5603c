import { AppError } from '../../shared/errors.ts'
import type { TextKey } from '../dataset/textKey.ts'

/**
 * Numbers of the rows whose text stands in dev or test too: no calibration set may hold them. Keys are those of normalised texts, so that a copy
 * that differs in case or punctuation counts.
 */
export function rowsHeldOut(rows: Iterable<TextKey>, dev: Iterable<TextKey>, test: Iterable<TextKey>): Set<number> {
  const held = keySet(dev)
  for (const key of test) add(held, key)
  const found = new Set<number>()
  let row = 0
  for (const key of rows) {
    if (has(held, key)) found.add(row)
    row += 1
  }
  return found
}

/**
 * Refuses a calibration set from elsewhere that shares a text with dev or test.
 *
 * @throws AppError `input-invalid`
 */
export function assertNoOverlap(rows: readonly TextKey[], dev: Iterable<TextKey>, test: Iterable<TextKey>): void {
  const splits = { dev: keySet(dev), test: keySet(test) }
  for (const split of ['dev', 'test'] as const) {
    const shared = [...rows.keys()].filter((row) => has(splits[split], rows[row]!))
    if (shared.length === 0) continue
    throw new AppError('input-invalid', `The calibration set shares texts with the ${split} split.`, {
      expected: 'texts that stand in neither dev nor test',
      found: `${shared.length} of ${rows.length}, the first in line ${shared[0]! + 1}`,
      hint: 'Take them out, or draw the set from the train split.',
    })
  }
}

/** Second halves of keys by their first halves. */
type KeySet = Map<number, Set<number>>

function keySet(keys: Iterable<TextKey>): KeySet {
  const set: KeySet = new Map()
  for (const key of keys) add(set, key)
  return set
}

function add(set: KeySet, { first, second }: TextKey): void {
  const seconds = set.get(first)
  if (seconds === undefined) set.set(first, new Set([second]))
  else seconds.add(second)
}

function has(set: KeySet, { first, second }: TextKey): boolean {
  return set.get(first)?.has(second) ?? false
}
