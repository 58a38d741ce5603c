import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { CellStep } from '../../core/quantization/cell.ts'
import type { HeadTrace } from '../../core/quantization/evaluateText.ts'
import { gridOf } from '../../core/quantization/grid.ts'
import type { QuantizedPart, SiteGrid } from '../../core/quantization/quantizedModel.ts'
import type { SiteVector } from '../../core/quantization/siteVector.ts'
import { sites as siteNames, type Site } from '../../shared/contract/quantizationRules.ts'
import type { Ops } from '../models/ops.ts'
import type { Accumulator } from './matrixProduct.ts'
import { gateNames, type GateName, type ProductName, type Watch } from './quantizedCell.ts'
import { realOf, type SiteValue } from './siteValue.ts'

type Rows = (row: number) => SiteVector

/** All that a step, or the head, had for its texts. */
interface Recorded {
  sites: Partial<Record<Site, Rows>>
  products: Partial<Record<'forget' | 'input', Rows>>
  /** [rows of the matrix] of each text, gate after gate */
  sums: Partial<Record<ProductName, ((row: number) => Float64Array)[]>>
  preActivations: ((row: number) => Float32Array)[]
}

/** Copies what a part computes into the shape that core's reference gives it. */
export class TraceRecorder implements Watch {
  readonly #ops: Ops
  readonly #part: QuantizedPart
  readonly #steps: Recorded[] = []
  #head: Recorded = empty()
  #now: Recorded = this.#head

  constructor(ops: Ops, part: QuantizedPart) {
    this.#ops = ops
    this.#part = part
  }

  site(site: Site, value: SiteValue): void {
    if (site === 'input') this.#steps.push((this.#now = empty()))
    if (site === 'head-input') this.#now = this.#head = empty()
    this.#now.sites[site] = this.#rows(this.#part.sites[site], value)
  }

  product(name: 'forget' | 'input', value: SiteValue): void {
    this.#now.products[name] = this.#rows(this.#part.sites.cell, value)
  }

  sum(of: ProductName, _gate: GateName | null, { high, low, radix }: Accumulator): void {
    const width = low.shape[1]!
    const lower = low.dataSync<'float32'>()
    const upper = high?.dataSync<'float32'>()
    const row = (k: number): Float64Array =>
      Float64Array.from({ length: width }, (_, r) => (upper?.[k * width + r] ?? 0) * radix + lower[k * width + r]!)
    ;(this.#now.sums[of] ??= []).push(row)
  }

  preActivation(_gate: GateName, sum: Tensor): void {
    this.#now.preActivations.push(floatRows(sum))
  }

  /** One text's steps. */
  steps(text: number, length: number): CellStep[] {
    return this.#steps.slice(0, length).map((step) => {
      const { forget, input } = step.products
      return {
        accumulatorsX: sumsOf(step, 'lstm-x', text),
        accumulatorsH: sumsOf(step, 'lstm-h', text),
        preActivations: Float32Array.from(gateNames.flatMap((_, k) => [...step.preActivations[k]!(text)])),
        sites: sitesOf(step, text) as CellStep['sites'],
        products: forget && input ? { forget: forget(text), input: input(text) } : null,
      }
    })
  }

  /** What the head had for a vector; it was the last that was watched. */
  head(row: number, values: Tensor, outputs: readonly SiteValue[]): HeadTrace {
    const { 'head-input': input } = sitesOf(this.#head, row)
    const ofOutputs = outputs.map((value) => this.#rows(this.#part.sites['head-output'], value)(row))
    return {
      input: input!,
      accumulators: sumsOf(this.#head, 'head', row),
      values: floatRows(values)(row),
      outputs: ofOutputs,
    }
  }

  #rows(site: SiteGrid, value: SiteValue): Rows {
    const values = floatRows(realOf(this.#ops, value))
    if (value.kind === 'float' || site.kind === 'float') return (row) => ({ integers: null, values: values(row) })
    const codes = floatRows(value.codes)
    const [scale, zero] = [value.scale, value.zero].map((one) => one.dataSync<'float32'>())
    return (row) => {
      const ofRow = (all: ArrayLike<number>): number => all[all.length === 1 ? 0 : row]!
      const grid = site.kind === 'static' ? site : gridOf(site, ofRow(scale!), ofRow(zero!))
      return { integers: { codes: Int32Array.from(codes(row), (code) => code + grid.zero), grid }, values: values(row) }
    }
  }
}

function empty(): Recorded {
  return { sites: {}, products: {}, sums: {}, preActivations: [] }
}

/** A copy of a tensor [rows, width], row by row; 0 has no sign. */
export function floatRows(tensor: Tensor): (row: number) => Float32Array {
  const width = tensor.shape[1]!
  const data = tensor.dataSync<'float32'>() as Float32Array
  return (row) => data.slice(row * width, (row + 1) * width).map((value) => value + 0)
}

function sumsOf({ sums }: Recorded, name: ProductName, row: number): Float64Array | null {
  const gates = sums[name]
  return gates === undefined ? null : Float64Array.from(gates.flatMap((gate) => [...gate(row)]))
}

function sitesOf({ sites }: Recorded, row: number): Partial<Record<Site, SiteVector>> {
  return Object.fromEntries(siteNames.flatMap((site) => (sites[site] ? [[site, sites[site](row)]] : [])))
}
