import type { Adjustment } from '../../../shared/contract/results.ts'
import type { WeightAdjustment } from '../../../shared/contract/quantization.ts'

/** Bins over [-0.5, 0.5] steps that are shown; what was counted has as many on either side of them. */
const shown = { low: -0.5, high: 0.5 }

/** How quantization moved a model's arrays, as charts show it; the class vectors of a generative model are left out. */
export function adjustmentsShown(found: readonly WeightAdjustment[]): Adjustment[] {
  return found.flatMap((one) => (one.array === 'label-vectors' ? [] : [adjustmentShown(one, one.array)]))
}

function adjustmentShown(found: WeightAdjustment, weight: Adjustment['weight']): Adjustment {
  const { gate, mean, meanSteps, wasserstein, normRatio, atEnds, steps } = found
  return {
    ...{ weight, gate, meanAbsolute: mean, meanSteps },
    largestSteps: largestSteps(steps),
    ...{ wasserstein, normRatio, atEnds },
    histogram: centre(steps),
  }
}

/** The far end of the outermost bin that holds something: no weight was moved by more steps; 2 stands for more than one step. */
function largestSteps({ below, bins, above }: WeightAdjustment['steps']): number {
  if (below > 0 || above > 0) return 2
  const width = 2 / bins.length
  const ends = bins.flatMap((count, bin) =>
    count === 0 ? [] : [Math.abs(-1 + bin * width), Math.abs(-1 + (bin + 1) * width)],
  )
  return ends.length === 0 ? 0 : Math.max(...ends)
}

/** The bins from half a step below to half a step above, what lies beyond them in the outer ones. */
function centre({ below, bins, above }: WeightAdjustment['steps']): number[] {
  const first = Math.round(((shown.low + 1) / 2) * bins.length)
  const last = Math.round(((shown.high + 1) / 2) * bins.length)
  const inner = bins.slice(first, last)
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
  inner[0] = (inner[0] ?? 0) + below + sum(bins.slice(0, first))
  inner[inner.length - 1] = (inner.at(-1) ?? 0) + above + sum(bins.slice(last))
  return inner
}
