/** Readings of one sensor while a window ran. */
export interface SensorReadings {
  /** `energy`: a counter, microjoules; `power`: a gauge, microwatts */
  kind: 'energy' | 'power'
  /** where the counter begins again at 0; null where that is not known */
  wraps_at: number | null
  /** since the window began; null where the sensor gave no number */
  readings: readonly { ns: number; value: number | null }[]
}

/**
 * Microjoules from the first reading of a window to the last: of a counter its difference, one return to 0 allowed for; of a gauge the trapezoids under its
 * readings. Null where there are fewer than two readings, or a counter fell and nobody knows where it wraps.
 */
export function energyOf({ kind, wraps_at, readings }: SensorReadings): number | null {
  const known = readings.flatMap(({ ns, value }) => (value === null ? [] : [{ ns, value }]))
  if (known.length < 2 || known.length < readings.length) return null
  const total = known.slice(1).map((now, k) => {
    const before = known[k]!
    if (kind === 'power') return ((before.value + now.value) / 2) * ((now.ns - before.ns) / 1e9)
    const difference = now.value - before.value
    return difference >= 0 ? difference : wraps_at === null ? Number.NaN : difference + wraps_at
  })
  const sum = total.reduce((all, one) => all + one, 0)
  return Number.isNaN(sum) ? null : sum
}
