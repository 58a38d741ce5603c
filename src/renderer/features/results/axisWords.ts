import type { PivotAxis } from '../../../shared/charts/axes.ts'
import type { ChartKind } from '../../../shared/charts/requests.ts'
import type { Measure, Summary } from '../../../shared/charts/summary.ts'
import {
  percentEnds,
  percentText,
  plainEnds,
  plainNumber,
  pointsEnds,
  pointsText,
  sizeText,
} from '../../../shared/charts/figures.ts'
import type { Term } from '../../text/glossary.ts'

export const axisNames: Readonly<Record<PivotAxis, string>> = {
  model: 'model',
  seed: 'training seed',
  recipe: 'recipe',
  bits: 'width',
  composition: 'composition',
  draw: 'draw',
  noise: 'noise',
  shift: 'shift',
  family: 'family',
  dataset: 'data',
  split: 'split',
}

export interface MeasureWords {
  name: string
  unit: string
  term: Term
}

export const measureWords: Readonly<Record<Measure, MeasureWords>> = {
  accuracy: { name: 'Accuracy', unit: '%', term: 'accuracy' },
  difference: { name: 'Difference to float', unit: 'points', term: 'against float' },
  agreement: { name: 'Agreement with float', unit: '%', term: 'agreement' },
  macroF1: { name: 'Macro-F1', unit: '%', term: 'macro-f1' },
  nll: { name: 'Negative log-likelihood', unit: 'nats', term: 'nll' },
  ece: { name: 'Calibration error', unit: '%', term: 'ece' },
  bytes: { name: 'Model file', unit: '', term: 'model file' },
}

export const chartNames: Readonly<Record<ChartKind, string>> = {
  'accuracy-by-bits': 'Accuracy against width',
  'noise-curves': 'Accuracy under noise',
  'bits-by-composition': 'Loss by width and composition',
  'bits-by-noise': 'Loss by width and noise',
  confusion: 'Confusion of the selected run',
  classes: 'Classes of the selected run',
  significance: 'Verdicts of the question',
  differences: 'Differences of the question',
  activations: 'Activations of the selected run',
  'weight-adjustments': 'Weight adjustments of the selected run',
}

/** A figure of a measure, without its unit. */
export function figureText(value: number, measure: Measure): string {
  if (measure === 'difference') return pointsText(value)
  if (measure === 'nll') return plainNumber(value)
  if (measure === 'bytes') return sizeText(value)
  return percentText(value)
}

/** The doubt of a figure, short: `86.3–87.8`, `all 6 equal`, `no interval`, `exact`. */
export function endsText({ low, high, kind, cells }: Summary, measure: Measure): string {
  if (kind === 'exact') return 'exact'
  if (low === null || high === null) return 'no interval'
  if (kind === 'range' && low === high) return `all ${cells} equal`
  if (measure === 'bytes') return plainEnds(low, high, 'size')
  if (measure === 'nll') return plainEnds(low, high)
  return measure === 'difference' ? pointsEnds(low, high) : percentEnds(low, high)
}
