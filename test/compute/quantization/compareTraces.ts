import type { CellStep } from '../../../src/core/quantization/cell.ts'
import type { HeadTrace, PartTrace } from '../../../src/core/quantization/evaluateText.ts'
import type { SiteVector } from '../../../src/core/quantization/siteVector.ts'

/** What was compared of two engines, number by number, and how many of them differ. */
export interface TraceComparison {
  /** steps of the cell */
  cells: number
  /** vectors of integers of a site */
  sites: number
  /** integers of sites */
  integers: number
  /** integer sums of products */
  accumulators: number
  /** float32 values that follow from them: pre-activations, what integers stand for, pooled vectors, logits; scales and zero points */
  floats: number
  different: number
  /** where the first difference is */
  first: string | null
}

export function emptyComparison(): TraceComparison {
  return { cells: 0, sites: 0, integers: 0, accumulators: 0, floats: 0, different: 0, first: null }
}

/** Adds what two traces of one text have in common, and what not. */
export function compareTraces(
  into: TraceComparison,
  expected: readonly PartTrace[],
  found: readonly PartTrace[],
): void {
  compareLength(into, 'parts', expected, found)
  expected.forEach((part, k) => {
    const other = found[k]!
    compareLength(into, 'steps', part.steps, other.steps)
    compareLength(into, 'heads', part.head, other.head)
    part.steps.forEach((step, t) => compareSteps(into, `part ${k}, step ${t}`, step, other.steps[t]!))
    numbers(into, 'floats', `part ${k}, pooled`, part.pooled, other.pooled)
    part.head.forEach((head, t) => compareHeads(into, `part ${k}, head ${t}`, head, other.head[t]!))
  })
}

function compareSteps(into: TraceComparison, where: string, expected: CellStep, found: CellStep): void {
  into.cells += 1
  numbers(into, 'accumulators', `${where}, x half`, expected.accumulatorsX, found.accumulatorsX)
  numbers(into, 'accumulators', `${where}, h half`, expected.accumulatorsH, found.accumulatorsH)
  numbers(into, 'floats', `${where}, pre-activations`, expected.preActivations, found.preActivations)
  for (const [site, vector] of Object.entries(expected.sites)) {
    compareVectors(into, `${where}, ${site}`, vector, found.sites[site as keyof CellStep['sites']])
  }
  if (expected.products === null) return
  compareVectors(into, `${where}, f * c`, expected.products.forget, found.products!.forget)
  compareVectors(into, `${where}, i * g`, expected.products.input, found.products!.input)
}

function compareHeads(into: TraceComparison, where: string, expected: HeadTrace, found: HeadTrace): void {
  compareVectors(into, `${where}, input`, expected.input, found.input)
  numbers(into, 'accumulators', where, expected.accumulators, found.accumulators)
  // A product with a float operand is in another order of sums: what follows from it is compared by its scores.
  if (expected.accumulators === null) return
  numbers(into, 'floats', `${where}, logits`, expected.values, found.values)
  compareLength(into, `${where}, outputs`, expected.outputs, found.outputs)
  expected.outputs.forEach((output, y) => compareVectors(into, `${where}, output ${y}`, output, found.outputs[y]!))
}

function compareVectors(into: TraceComparison, where: string, expected: SiteVector, found: SiteVector): void {
  numbers(into, 'floats', where, expected.values, found.values)
  if (expected.integers === null) return
  into.sites += 1
  const { codes, grid } = expected.integers
  const other = found.integers
  numbers(into, 'integers', where, codes, other?.codes ?? null)
  numbers(into, 'floats', `${where}, grid`, [grid.scale, grid.zero], other && [other.grid.scale, other.grid.zero])
}

function compareLength(
  into: TraceComparison,
  where: string,
  expected: readonly unknown[],
  found: readonly unknown[],
): void {
  if (expected.length !== found.length) differ(into, `${where}: ${expected.length} and ${found.length}`)
}

function numbers(
  into: TraceComparison,
  kind: 'integers' | 'accumulators' | 'floats',
  where: string,
  expected: ArrayLike<number> | null,
  found: ArrayLike<number> | null,
): void {
  if (expected?.length !== found?.length)
    return differ(into, `${where}: ${expected?.length} and ${found?.length} numbers`)
  if (expected === null || found === null) return
  into[kind] += expected.length
  for (let k = 0; k < expected.length; k += 1) {
    if (expected[k] !== found[k]) differ(into, `${where} [${k}]: ${expected[k]} and ${found[k]}`)
  }
}

function differ(into: TraceComparison, where: string): void {
  into.different += 1
  into.first ??= where
}
