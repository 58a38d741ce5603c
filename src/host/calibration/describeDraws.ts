import { manifestFingerprint } from '../../core/calibration/calibrationManifest.ts'
import { drawFacts } from '../../core/calibration/drawFacts.ts'
import type { CalibrationFacts } from '../../shared/contract/calibration.ts'
import type { CalibrationManifest } from '../../shared/contract/calibrationRules.ts'
import type { TrainRows } from './trainRows.ts'

/**
 * What draws are, looked at together.
 *
 * @param manifests of draws of one dataset and size, at least one
 * @param words of each row of the train split
 */
export function describeDraws(
  manifests: readonly CalibrationManifest[],
  { labels, heldOut }: Pick<TrainRows, 'labels' | 'heldOut'>,
  words: Uint16Array,
): CalibrationFacts {
  const { distinct, common, times } = drawFacts(manifests.map(({ rows }) => rows))
  const drawn = Uint16Array.from(times.keys(), (row) => words[row]!).sort()
  const names = manifests[0]!.classes.map(({ name }) => name)
  const classes = names.map((name, label) => {
    const texts = manifests.map((manifest) => manifest.classes[label]!.texts)
    return { name, least: Math.min(...texts), most: Math.max(...texts) }
  })
  const left = stillLeft(labels, heldOut, times, manifests.length, names.length)
  return {
    draws: manifests.length,
    classes,
    fingerprints: manifests.map(manifestFingerprint),
    distinct,
    common,
    words: { median: drawn[Math.floor((drawn.length - 1) / 2)] ?? 0, longest: drawn.at(-1) ?? 0 },
    overlap: [...times.keys()].filter((row) => heldOut.has(row)).length,
    exhausted: classes.filter(({ least }, label) => least > 0 && left[label] === 0).map(({ name }) => name),
  }
}

/** Texts of each class that may be drawn and that are not in every draw. */
function stillLeft(
  labels: Uint16Array,
  heldOut: ReadonlySet<number>,
  times: ReadonlyMap<number, number>,
  draws: number,
  classes: number,
): number[] {
  const left = new Array<number>(classes).fill(0)
  labels.forEach((label, row) => {
    if (!heldOut.has(row) && times.get(row) !== draws) left[label]! += 1
  })
  return left
}
