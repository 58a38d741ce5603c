import { signed } from '../../../../shared/charts/figures.ts'
import type { Measure, Summary } from '../../../../shared/charts/summary.ts'

export interface PivotScale {
  low: number
  high: number
  words: string
}

/** A scale that all cells share, in round steps of ten points; null for figures that are no shares. */
export function scaleOf(summaries: readonly Summary[], measure: Measure): PivotScale | null {
  if (measure === 'bytes' || measure === 'nll') return null
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { value, low: from, high: to } of summaries) {
    low = Math.min(low, from ?? value ?? low)
    high = Math.max(high, to ?? value ?? high)
  }
  if (low > high) return null
  const [from, to] = [Math.floor(low * 10) / 10, Math.max(Math.ceil(high * 10) / 10, Math.floor(low * 10) / 10 + 0.1)]
  return { low: from, high: to, words: signed(`${Math.round(from * 100)} to ${Math.round(to * 100)}`) }
}

/** Where a figure's interval lies on the scale, three pixels wide at least; null where there is none. */
export function spanOf(summary: Summary | null, scale: PivotScale | null): { left: string; width: string } | null {
  if (scale === null || summary?.value == null) return null
  const place = (value: number) => Math.min(1, Math.max(0, (value - scale.low) / (scale.high - scale.low))) * 100
  const [from, to] = [place(summary.low ?? summary.value), place(summary.high ?? summary.value)]
  return { left: `min(${from}%, calc(100% - 3px))`, width: `max(3px, ${to - from}%)` }
}
