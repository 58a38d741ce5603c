import type { CalibrationList } from '../contract/calibration.ts'
import type { Composition } from '../contract/calibrationRules.ts'

type ListedSet = CalibrationList['sets'][number]

/** All draws of one declaration that have one name, or none: what people call a calibration set. */
export interface SetGroup {
  /** of its draw with the lowest number */
  id: string
  name: string | null
  dataset: ListedSet['manifest']['dataset']
  composition: Composition
  size: number
  seed: number
  /** by their number */
  draws: { id: string; draw: number; fingerprint: string }[]
  /** of the draw with the lowest number */
  classes: ListedSet['manifest']['classes']
  /** when the newest draw was made */
  created: string
  heldOut: number
}

/** Groups in the order of their first draw in the list. A draw that is there twice (drawn, and taken from elsewhere) makes a group of its own. */
export function groupSets(sets: readonly ListedSet[]): SetGroup[] {
  const groups = new Map<string, ListedSet[]>()
  const draws = new Set<string>()
  for (const set of sets) {
    const key = keyOf(set)
    const draw = `${key} ${set.manifest.draw}`
    const there = groups.get(key)
    if (draws.has(draw)) groups.set(`${key} ${set.id}`, [set])
    else if (there === undefined) groups.set(key, [set])
    else there.push(set)
    draws.add(draw)
  }
  return [...groups.values()].map(groupOf)
}

function keyOf({ name, manifest: { dataset, composition, size, seed } }: ListedSet): string {
  return JSON.stringify([name, dataset.fingerprint, inOrder(composition), size, seed])
}

/** Whether two compositions are written alike, but for the order of their classes: those are the same draws. */
export function sameComposition(a: Composition, b: Composition): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))
}

/** Shares in the order of their names, so that the same shares are one text. */
function inOrder(composition: Composition): unknown {
  if (typeof composition === 'string') return composition
  return Object.entries(composition).sort(([a], [b]) => (a < b ? -1 : 1))
}

function groupOf(sets: readonly ListedSet[]): SetGroup {
  const sorted = [...sets].sort((a, b) => a.manifest.draw - b.manifest.draw)
  const { id, name, manifest, heldOut } = sorted[0]!
  const { dataset, composition, size, seed, classes } = manifest
  const draws = sorted.map((set) => ({ id: set.id, draw: set.manifest.draw, fingerprint: set.fingerprint }))
  const created = sorted.map((set) => set.created).reduce((a, b) => (a > b ? a : b))
  return { id, name, dataset, composition, size, seed, draws, classes, created, heldOut }
}
