import type { BenchUnit } from '../bench/record.ts'

const units: Record<BenchUnit, (value: number) => string> = {
  s: (value) => `${value.toFixed(1)} s`,
  ms: (value) => `${value < 100 ? value.toPrecision(3) : Math.round(value)} ms`,
  bytes: (value) => (value >= 1e6 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e3).toFixed(1)} kB`),
  'tokens/s': (value) => (value >= 1e6 ? `${(value / 1e6).toFixed(2)} M/s` : `${(value / 1e3).toFixed(1)} k/s`),
  share: (value) => `${(100 * value).toFixed(2)} %`,
  count: (value) => value.toLocaleString('en'),
}

/** A value with its unit, with as many places as are worth reading. */
export function figure(unit: BenchUnit, value: number): string {
  return units[unit](value)
}
