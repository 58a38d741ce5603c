import type { Layout } from '../../shared/contract/datasetRules.ts'
import { AppError } from '../../shared/errors.ts'
import { compareCodePoints } from '../text/compareCodePoints.ts'
import { nearestName } from './nearestName.ts'

/** Gives each label of a file the number of its class, or -1 where it names none. */
export interface ClassLabels {
  /** @param learn adds a new label to the classes, where the classes are not given beforehand */
  indexOf(label: string, learn: boolean): number
  /** Ends learning: the classes in their final order, and for each number given so far its final one. */
  finish(): { classes: string[]; order: Uint16Array }
  /** What stands in an error about a label that names no class. */
  expected(label: string): { expected: string; hint: string | undefined }
}

/**
 * @param limit most classes
 * @throws AppError `input-invalid` where `labelBase` is given without classes, or classes repeat
 */
export function createClassLabels(layout: Pick<Layout, 'classes' | 'labelBase'>, limit: number): ClassLabels {
  const { classes, labelBase } = layout
  if (classes === null) {
    if (labelBase === null) return learnedLabels(limit)
    throw new AppError('input-invalid', 'Labels as numbers need the list of classes that they count.', {
      hint: 'Name the classes in order.',
    })
  }
  if (new Set(classes).size !== classes.length)
    throw new AppError('input-invalid', 'The list of classes names one twice.')
  return fixedLabels(classes, labelBase)
}

function fixedLabels(classes: readonly string[], labelBase: number | null): ClassLabels {
  const names = labelBase === null ? [...classes] : classes.map((_, index) => String(index + labelBase))
  const numbers = new Map(names.map((name, index) => [name, index]))
  return {
    indexOf: (label) => numbers.get(label) ?? -1,
    finish: () => ({ classes: [...classes], order: Uint16Array.from(classes.keys()) }),
    expected: (label) => expectedOf(label, names),
  }
}

function learnedLabels(limit: number): ClassLabels {
  const numbers = new Map<string, number>()
  const learnLabel = (label: string): number => {
    if (label.length > 200) throw tooLong(label)
    if (numbers.size >= limit) throw tooMany(limit)
    numbers.set(label, numbers.size)
    return numbers.size - 1
  }
  return {
    indexOf: (label, learn) => numbers.get(label) ?? (learn ? learnLabel(label) : -1),
    finish: () => {
      const classes = sortLabels([...numbers.keys()])
      const order = new Uint16Array(numbers.size)
      classes.forEach((name, index) => (order[numbers.get(name) as number] = index))
      return { classes, order }
    },
    expected: (label) => expectedOf(label, sortLabels([...numbers.keys()])),
  }
}

/** Whole numbers by their value, anything else by code points. */
function sortLabels(labels: string[]): string[] {
  const numeric = labels.every((label) => /^-?\d{1,15}$/.test(label))
  return labels.sort((a, b) => (numeric ? Number(a) - Number(b) || compareCodePoints(a, b) : compareCodePoints(a, b)))
}

function expectedOf(label: string, names: readonly string[]): { expected: string; hint: string | undefined } {
  const near = nearestName(label, names)
  const shown = names.slice(0, 20).join(', ')
  return {
    expected: `one of ${shown}${names.length > 20 ? `, … (${names.length} in all)` : ''}`,
    hint: near === undefined ? undefined : `The nearest is ${near}.`,
  }
}

function tooLong(label: string): AppError {
  return new AppError('input-invalid', 'A label is too long to be the name of a class.', {
    expected: 'at most 200 characters',
    found: `${label.length} characters, beginning ${JSON.stringify(label.slice(0, 40))}`,
    hint: 'Is this the column of the labels?',
  })
}

function tooMany(limit: number): AppError {
  return new AppError('too-large', `The label column holds more than ${limit} different labels.`, {
    expected: `at most ${limit} classes`,
    hint: 'Is this the column of the labels?',
  })
}
