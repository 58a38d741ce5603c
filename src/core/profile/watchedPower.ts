import type { WatchedNumber } from './watchPlan.ts'

/** The sensor that a window watches. */
export interface WatchedSensor {
  /** `energy`: a counter, microjoules; `power`: a gauge, microwatts */
  kind: 'energy' | 'power'
  name: string
  /** of the values of one reading; null where the sensor gave no number */
  read: (values: readonly (number | null)[]) => number | null
}

/** The sensor among watched numbers; a rail's power is its voltage times its current: mV * mA = µW. Undefined where none is watched. */
export function watchedSensor(watched: readonly WatchedNumber[]): WatchedSensor | undefined {
  const place = (what: WatchedNumber['what']): number => watched.findIndex((number) => number.what === what)
  const [energy, power, voltage, current] = [place('energy'), place('power'), place('voltage'), place('current')]
  if (energy >= 0) return { kind: 'energy', name: watched[energy]!.name, read: (values) => values[energy] ?? null }
  if (power >= 0) return { kind: 'power', name: watched[power]!.name, read: (values) => values[power] ?? null }
  if (voltage < 0 || current < 0) return undefined
  const product = (values: readonly (number | null)[]): number | null => {
    const [millivolts, milliamperes] = [values[voltage] ?? null, values[current] ?? null]
    return millivolts === null || milliamperes === null ? null : millivolts * milliamperes
  }
  return { kind: 'power', name: watched[voltage]!.name, read: product }
}
