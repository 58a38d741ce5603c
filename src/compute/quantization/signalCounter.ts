import type { StaticGrid } from '../../core/quantization/grid.ts'
import type { QuantizedPart, SiteGrid } from '../../core/quantization/quantizedModel.ts'
import type { Site } from '../../shared/contract/quantizationRules.ts'
import type { Ops } from '../models/ops.ts'
import type { Watch } from './quantizedCell.ts'
import { mostDistinct, signalsOfCounts, type PartSignals, type SiteSignals } from './signals.ts'
import { realOf, type IntegerValue, type SiteValue } from './siteValue.ts'

/** Counts what one site gives. */
interface Tally {
  add: (value: SiteValue) => void
  signals: () => SiteSignals
}

/** Counts what the sites of a part give, step by step. */
export class SignalCounter implements Watch {
  readonly #ops: Ops
  readonly #sites: QuantizedPart['sites']
  readonly #tallies = new Map<Site, Tally>()

  constructor(ops: Ops, { sites }: QuantizedPart) {
    this.#ops = ops
    this.#sites = sites
  }

  site(site: Site, value: SiteValue): void {
    const tally = this.#tallies.get(site) ?? tallyOf(this.#ops, this.#sites[site])
    this.#tallies.set(site, tally)
    tally.add(value)
  }

  product(): void {}

  sum(): void {}

  preActivation(): void {}

  signals(): PartSignals {
    return Object.fromEntries([...this.#tallies].map(([site, tally]) => [site, tally.signals()]))
  }
}

function tallyOf(ops: Ops, grid: SiteGrid): Tally {
  return grid.kind === 'static' ? tallyOfIntegers(grid) : tallyOfValues(ops, grid)
}

/** How often each integer is there says all. */
function tallyOfIntegers(grid: StaticGrid): Tally {
  const counts = new Float64Array(grid.high - grid.low + 1)
  return {
    add(value) {
      const first = grid.zero - grid.low
      for (const code of read((value as IntegerValue).codes)) counts[code + first]! += 1
    },
    signals: () => signalsOfCounts(counts, grid),
  }
}

function tallyOfValues(ops: Ops, grid: Exclude<SiteGrid, StaticGrid>): Tally {
  const values = new Set<number>()
  const seen = { count: 0, min: Infinity, max: -Infinity, ends: 0 }
  return {
    add(value) {
      for (const one of read(realOf(ops, value))) {
        seen.min = Math.min(seen.min, one)
        seen.max = Math.max(seen.max, one)
        if (values.size < mostDistinct) values.add(one)
        seen.count += 1
      }
      if (value.kind === 'float' || grid.kind === 'float') return
      for (const code of read(ops.float('AddV2', value.codes, value.zero))) {
        if (code === grid.low || code === grid.high) seen.ends += 1
      }
    },
    signals() {
      const { count, min, max, ends } = seen
      return { count, min, max, distinct: values.size, atEnds: grid.kind === 'float' ? null : ends / count }
    },
  }
}

function read(tensor: IntegerValue['codes']): Float32Array {
  return tensor.dataSync<'float32'>() as Float32Array
}
