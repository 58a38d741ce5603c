import { apportion } from '../../shared/calibration/apportion.ts'
import { largestSize } from '../../shared/calibration/compositionTexts.ts'
import type { CalibrationManifest, Composition } from '../../shared/contract/calibrationRules.ts'
import { AppError } from '../../shared/errors.ts'
import { stream } from '../random/randomStream.ts'
import { classShares } from './classShares.ts'

export interface CalibrationDraw {
  /** class of each row of the train split */
  labels: ArrayLike<number>
  classNames: readonly string[]
  /** rows that may not be drawn: their text stands in dev or test too (`rowsHeldOut`) */
  excluded: ReadonlySet<number>
  composition: Composition
  /** texts, 1 or more */
  size: number
  /** 0 to 2^53 - 1 */
  seed: number
  /** which of the independent draws of this seed, from 0 */
  draw: number
}

export interface DrawnSet {
  /** row numbers of the train split, ascending */
  rows: number[]
  /** in the order of the classes, classes without texts included */
  classes: CalibrationManifest['classes']
}

/**
 * Draws the rows of a calibration set. The texts of each class are the largest remainders of its share; a class that has a share gets at
 * least one text where the size allows.
 *
 * Sets are *paired*: for a seed and a draw each class has one order of its rows, that of `stream(seed, 'calibration', draw, class)`, and every
 * composition and size cuts from its front. So two compositions share their texts class by class, a larger set holds a smaller one, and an
 * excluded row leaves the order of the others as it is. `unlabelled` has one order of all rows, `stream(seed, 'calibration', draw,
 * 'unlabelled')`. Draws are independent, not disjoint: a row may stand in two of them.
 *
 * @throws AppError `input-invalid` for a class that the dataset has not, and for a class with too few texts, with the largest size that works
 */
export function drawCalibrationSet(given: CalibrationDraw): DrawnSet {
  const byClass = rowsByClass(given.labels, given.classNames.length)
  const shares = classShares(
    given.composition,
    given.classNames,
    byClass.map((rows) => rows.length),
  )
  const rows = shares === null ? drawFromAll(given) : drawByClass(given, byClass, shares)
  rows.sort((a, b) => a - b)
  return { rows, classes: countClasses(rows, given) }
}

function rowsByClass(labels: ArrayLike<number>, classes: number): number[][] {
  const byClass: number[][] = Array.from({ length: classes }, () => [])
  for (let row = 0; row < labels.length; row += 1) byClass[labels[row]!]!.push(row)
  return byClass
}

function drawFromAll({ labels, excluded, size, seed, draw }: CalibrationDraw): number[] {
  const order = Array.from({ length: labels.length }, (_, row) => row)
  const rows = stream(seed, 'calibration', draw, 'unlabelled')
    .shuffle(order)
    .filter((row) => !excluded.has(row))
  if (rows.length < size) throw tooFew('The train split', size, rows.length, rows.length)
  return rows.slice(0, size)
}

function drawByClass(given: CalibrationDraw, byClass: readonly number[][], shares: readonly number[]): number[] {
  const { size, seed, draw, excluded } = given
  const texts = apportion(shares, size)
  const available = byClass.map((rows) => rows.reduce((sum, row) => sum + (excluded.has(row) ? 0 : 1), 0))
  const short = texts.findIndex((wanted, label) => wanted > available[label]!)
  if (short !== -1) {
    const largest = largestSize(shares, available, size)
    throw tooFew(`The class ${given.classNames[short]!}`, texts[short]!, available[short]!, largest)
  }
  return byClass.flatMap((rows, label) =>
    stream(seed, 'calibration', draw, label)
      .shuffle([...rows])
      .filter((row) => !excluded.has(row))
      .slice(0, texts[label]),
  )
}

function tooFew(of: string, wanted: number, available: number, largest: number): AppError {
  return new AppError('input-invalid', `${of} has too few texts for this calibration set.`, {
    expected: `${wanted} texts that stand in neither dev nor test`,
    found: String(available),
    hint:
      largest === 0 ? 'No size works: leave the class out.' : `The largest size that works here is ${largest} texts.`,
  })
}

function countClasses(rows: readonly number[], { labels, classNames }: CalibrationDraw): DrawnSet['classes'] {
  const texts = classNames.map(() => 0)
  for (const row of rows) texts[labels[row]!]! += 1
  return classNames.map((name, label) => ({ name, texts: texts[label]!, share: texts[label]! / rows.length }))
}
