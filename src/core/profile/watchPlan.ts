import type { BoardFacts } from '../../shared/contract/board.ts'

/** A number of the system that is read while a window runs. */
export interface WatchedNumber {
  what: 'clock' | 'temperature' | 'throttle' | 'energy' | 'power'
  path: string
  /** what one of the file's units is in Hz, degrees Celsius, counts, microjoules or microwatts */
  unit: number
  name: string
}

/**
 * What is watched on a board: the clock of the measured core, the first thermal zone, counts of throttling, and one sensor of energy or power: the processor's package
 * where it is told apart, else the first that can be read. A file that is not there is told as null, and does no harm.
 *
 * @param core null: of no core in particular; the clock of the first is watched
 * @param sysfs where sysfs lies
 */
export function watchPlan({ power }: Pick<BoardFacts, 'power'>, core: number | null, sysfs = '/sys'): WatchedNumber[] {
  const cpu = `${sysfs}/devices/system/cpu/cpu${core ?? 0}`
  const readable = power.filter(({ readable: can }) => can)
  const sensor =
    readable.find(({ kind, name }) => kind === 'powercap' && /package/.test(name)) ??
    readable.find(({ kind }) => kind === 'powercap') ??
    readable[0]
  const plan: WatchedNumber[] = [
    { what: 'clock', path: `${cpu}/cpufreq/scaling_cur_freq`, unit: 1000, name: 'clock' },
    { what: 'temperature', path: `${sysfs}/class/thermal/thermal_zone0/temp`, unit: 1e-3, name: 'thermal_zone0' },
    { what: 'throttle', path: `${cpu}/thermal_throttle/core_throttle_count`, unit: 1, name: 'core' },
    { what: 'throttle', path: `${cpu}/thermal_throttle/package_throttle_count`, unit: 1, name: 'package' },
  ]
  if (sensor === undefined) return plan
  return [
    ...plan,
    { what: sensor.kind === 'powercap' ? 'energy' : 'power', path: sensor.path, unit: 1, name: sensor.name },
  ]
}
