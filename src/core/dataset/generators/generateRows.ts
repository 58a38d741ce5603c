import { apportion } from '../../../shared/calibration/apportion.ts'
import type { GeneratorName, GeneratorOptions, SplitName } from '../../../shared/contract/datasetRules.ts'
import { AppError } from '../../../shared/errors.ts'
import { stream } from '../../random/randomStream.ts'
import type { Row } from '../rowsFile.ts'
import { textKey } from '../textKey.ts'
import { composeText, type TextPlan } from './composeText.ts'
import type { Domain } from './domain.ts'
import { maintenanceLog } from './maintenanceLog.ts'
import { voiceCommands } from './voiceCommands.ts'

export const domains: Readonly<Record<GeneratorName, Domain>> = {
  'maintenance-log': maintenanceLog,
  'voice-commands': voiceCommands,
}

export interface GeneratedRow extends Row {
  split: SplitName
}

/** How often a text that has been written already is drawn anew; then it is kept twice and the search for copies reports it. */
const attempts = 50

/** Rows of each split: 70, 10 and 20 %. */
export function generatedSizes(size: number): Record<SplitName, number> {
  const [train = 0, dev = 0, test = 0] = apportion([7, 1, 2], size)
  return { train, dev, test }
}

/** The names of the classes that these options give. */
export function generatedClasses(options: GeneratorOptions): string[] {
  return [...domains[options.generator].classes.slice(0, options.classes)]
}

/**
 * The rows of a generated dataset, split after split, in an order drawn by the seed. The same options give the same bytes on every
 * machine.
 *
 * Within a class every other class is the one merely mentioned equally often; so at imbalance 1 each text that is not easy has, up
 * to rounding, a twin of the other class with the same words in its split.
 *
 * @throws AppError `input-invalid` where a split is too small to hold every class
 */
export function* generateRows(options: GeneratorOptions): Generator<GeneratedRow> {
  const domain = domains[options.generator]
  const seen = new Set<number>()
  for (const [split, size] of Object.entries(generatedSizes(options.size)) as [SplitName, number][]) {
    const rows = planSplit(split, size, options).map((plan) => ({
      label: plan.answer,
      text: write(domain, plan, options, seen),
    }))
    stream(options.seed, 'order', split).shuffle(rows)
    for (const [index, row] of rows.entries()) yield { split, id: `${split}:${index + 1}`, ...row }
  }
}

/** Rows of each class, the first class having most: on a geometric line from `imbalance` down to 1. */
export function classSizes(classes: number, imbalance: number, size: number): number[] {
  const weights = Array.from({ length: classes }, (_, index) => imbalance ** (1 - index / (classes - 1)))
  return apportion(weights, size)
}

function planSplit(split: SplitName, size: number, options: GeneratorOptions): TextPlan[] {
  const sizes = classSizes(options.classes, options.imbalance, size)
  if (sizes.includes(0)) {
    throw new AppError('input-invalid', `The ${split} split is too small to hold every class.`, {
      found: `${size} rows for ${options.classes} classes at an imbalance of ${options.imbalance}`,
      hint: 'Ask for more texts, fewer classes or less imbalance.',
    })
  }
  return sizes.flatMap((count, answer) =>
    Array.from({ length: count }, (_, index) => planOf(split, answer, index, options)),
  )
}

function planOf(split: SplitName, answer: number, index: number, options: GeneratorOptions): TextPlan {
  const others = options.classes - 1
  const other = (answer + 1 + (index % others)) % options.classes
  return { split, answer, other, draw: Math.floor(index / others), attempt: 0 }
}

function write(domain: Domain, plan: TextPlan, options: GeneratorOptions, seen: Set<number>): string {
  for (let attempt = 0; ; attempt += 1) {
    const text = composeText(domain, { ...plan, attempt }, options)
    const key = textKey(text).first
    if (seen.has(key) && attempt < attempts) continue
    seen.add(key)
    return text
  }
}
