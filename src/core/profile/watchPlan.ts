import type { BoardDescription, BoardPowerSensor } from '../../shared/contract/board.ts'

/** A number of the system that is read while a window runs. */
export interface WatchedNumber {
  what: 'clock' | 'temperature' | 'throttle' | 'energy' | 'power' | 'voltage' | 'current'
  path: string
  /** what one of the file's units is in Hz, degrees Celsius, counts, microjoules, microwatts, millivolts or milliamperes */
  unit: number
  name: string
}

/**
 * What is watched on a board: the clock of the measured core, the processor's temperature, counts of throttling, and one sensor of energy or power: the processor's package
 * where it is told apart, else the first that can be read. A file that is not there is told as null, and does no harm.
 *
 * @param core null: of no core in particular; the clock of the first is watched
 * @param sysfs where sysfs lies
 */
export function watchPlan({ facts, state }: BoardDescription, core: number | null, sysfs = '/sys'): WatchedNumber[] {
  const cpu = `${sysfs}/devices/system/cpu/cpu${core ?? 0}`
  const [warmest] = state.temperatures
  const temperature = warmest?.path ?? `${sysfs}/class/thermal/thermal_zone0/temp`
  return [
    { what: 'clock', path: `${cpu}/cpufreq/scaling_cur_freq`, unit: 1000, name: 'clock' },
    { what: 'temperature', path: temperature, unit: 1e-3, name: warmest?.zone ?? 'thermal_zone0' },
    { what: 'throttle', path: `${cpu}/thermal_throttle/core_throttle_count`, unit: 1, name: 'core' },
    { what: 'throttle', path: `${cpu}/thermal_throttle/package_throttle_count`, unit: 1, name: 'package' },
    ...watchedSensor(facts.power),
  ]
}

function watchedSensor(power: readonly BoardPowerSensor[]): WatchedNumber[] {
  const readable = power.filter(({ readable: can }) => can)
  const sensor =
    readable.find(({ kind, name }) => kind === 'powercap' && /package/.test(name)) ??
    readable.find(({ kind }) => kind === 'powercap') ??
    readable[0]
  if (sensor === undefined) return []
  const { name, path, current } = sensor
  if (sensor.kind === 'powercap') return [{ what: 'energy', path, unit: 1, name }]
  if (current === undefined) return [{ what: 'power', path, unit: 1, name }]
  return [
    { what: 'voltage', path, unit: 1, name },
    { what: 'current', path: current, unit: 1, name },
  ]
}
