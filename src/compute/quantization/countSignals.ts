import { deadSignals } from '../../core/quantization/deadSignals.ts'
import type { QuantizedPart } from '../../core/quantization/quantizedModel.ts'
import type { Site } from '../../shared/contract/quantizationRules.ts'
import { lengthBatches } from '../evaluation/textScores.ts'
import { inScope, type Ops } from '../models/ops.ts'
import type { Watch } from './quantizedCell.ts'
import { SignalCounter } from './signalCounter.ts'
import { spreadTexts, withRanges, type PartSignals, type Signals, type SiteRange } from './signals.ts'
import { realOf } from './siteValue.ts'

/** Shows a watch a part what is computed of some texts, the longest first; in a scope of the caller's. */
export type Show = (texts: readonly ArrayLike<number>[], watches: readonly Watch[]) => void

interface Steps {
  /** texts side by side */
  batch: number
  /** awaited after each batch; may throw `cancelled` */
  pause: () => Promise<void>
}

/** What the sites give, as {@link Signals} says. */
export async function countSignals(
  ops: Ops,
  parts: readonly QuantizedPart[],
  show: Show,
  texts: readonly ArrayLike<number>[],
  { batch, pause }: Steps,
): Promise<Signals> {
  const spread = spreadTexts(texts)
  const counters = parts.map((part) => new SignalCounter(ops, part))
  await showAll(ops, show, spread, counters, { batch, pause })
  const signals: Signals = counters.map((counter) => counter.signals())
  const suspects = deadSignals(signals)
  if (suspects.length === 0 || spread.length === texts.length) return signals
  const ranges = parts.map(
    (_, k) =>
      new RangeWatch(
        ops,
        suspects.filter(({ part }) => part === k).map(({ site }) => site),
      ),
  )
  await showAll(ops, show, texts, ranges, { batch, pause })
  return signals.map((sites, k) => ranges[k]!.corrected(sites))
}

async function showAll(
  ops: Ops,
  show: Show,
  texts: readonly ArrayLike<number>[],
  watches: readonly Watch[],
  { batch, pause }: Steps,
): Promise<void> {
  const lengths = texts.map(({ length }) => length)
  for (const rows of lengthBatches(lengths, batch)) {
    const some = Array.from(rows, (row) => texts[row]!)
    inScope(ops, () => show(some, watches))
    await pause()
  }
}

/** The least and the largest value of some sites. */
class RangeWatch implements Watch {
  readonly #ops: Ops
  readonly #ranges: ReadonlyMap<Site, SiteRange>

  constructor(ops: Ops, sites: readonly Site[]) {
    this.#ops = ops
    this.#ranges = new Map(sites.map((site) => [site, { count: 0, min: Infinity, max: -Infinity }]))
  }

  site(...[site, value]: Parameters<Watch['site']>): void {
    const range = this.#ranges.get(site)
    if (range === undefined) return
    const ops = this.#ops
    const real = realOf(ops, value)
    const all = ops.reshape(real, [real.size])
    range.min = Math.min(range.min, ops.min(all, 0).dataSync()[0]!)
    range.max = Math.max(range.max, ops.max(all, 0).dataSync()[0]!)
    range.count += real.size
  }

  product(): void {}

  sum(): void {}

  preActivation(): void {}

  corrected(signals: PartSignals): PartSignals {
    return withRanges(signals, this.#ranges)
  }
}
