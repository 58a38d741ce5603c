import type { BoardLimits, BoardPowerSensor, BoardState } from '../../shared/contract/board.ts'
import { cut, numberOf, type BoardAnswer } from './boardAnswer.ts'

/** Sensors of power or energy: those of hwmon that tell a power, rails of a voltage and a current, and counters of powercap. */
export function powerSensors(answer: BoardAnswer): BoardPowerSensor[] {
  const told = answer.names(/^power\.(hwmon\d+)\.(power\d+_(?:input|average))$/).map(([name, chip]) => {
    const label = answer.one(`${name}.label`)
    return sensor('hwmon', titleOf(answer, chip, label), answer.one(name), answer.has(`${name}.readable`))
  })
  const domains = answer.names(/^rapl\.(.+)\.path$/).map(([name, domain]) => {
    const title = answer.one(`rapl.${domain}.name`) ?? domain
    return sensor('powercap', title, answer.one(name), answer.has(`rapl.${domain}.readable`))
  })
  return [...told, ...rails(answer), ...domains].slice(0, 256)
}

/**
 * Rails of an INA3221, which tells bus voltages (mV) and currents (mA) of three channels and no power (the kernel's Documentation/hwmon/ina3221.rst). Of other chips the
 * numbers of voltages and currents need not belong together.
 */
function rails(answer: BoardAnswer): BoardPowerSensor[] {
  return answer.names(/^rail\.(hwmon\d+)\.([123])\.voltage$/).flatMap(([name, chip, channel]) => {
    if (answer.one(`chip.${chip}.name`) !== 'ina3221') return []
    const rail = `rail.${chip}.${channel}`
    const title = titleOf(answer, chip, answer.one(`${rail}.label`) ?? `channel ${channel}`)
    const one = sensor('hwmon', title, answer.one(name), answer.has(`${rail}.readable`))
    return [{ ...one, current: cut(answer.one(`${rail}.current`) ?? '', 500) }]
  })
}

function titleOf(answer: BoardAnswer, chip: string, label: string | undefined): string {
  return [answer.one(`chip.${chip}.name`) ?? chip, ...(label === undefined ? [] : [label])].join(' ')
}

function sensor(
  kind: BoardPowerSensor['kind'],
  name: string,
  path: string | undefined,
  readable: boolean,
): BoardPowerSensor {
  return { kind, name: cut(name, 200), path: cut(path ?? '', 500), readable }
}

/** Of the thermal zones; of the chips where there is none. The processor's come first. */
export function temperaturesOf(answer: BoardAnswer): BoardState['temperatures'] {
  const zones = answer.names(/^zone\.(thermal_zone\d+)\.temp$/).map(([name, zone]) => {
    const path = answer.one(`zone.${zone}.path`)
    return { zone: answer.one(`zone.${zone}.type`) ?? zone, milli: numberOf(answer.one(name)), path }
  })
  const chips = answer.names(/^chip\.(hwmon\d+)\.(temp\d+_input)$/).map(([name, chip, file]) => {
    const label = answer.one(`${name}.label`) ?? file.replace('_input', '')
    const zone = `${answer.one(`chip.${chip}.name`) ?? chip} ${label}`
    return { zone, milli: numberOf(answer.one(name)), path: answer.one(`${name}.path`) }
  })
  const found = (zones.length > 0 ? zones : chips).flatMap(({ zone, milli, path }) => {
    if (milli === null || milli <= -273_150 || milli >= 1e6) return []
    return [{ zone: cut(zone, 200), celsius: milli / 1000, ...(path === undefined ? {} : { path: cut(path, 500) }) }]
  })
  const own = found.filter(({ zone }) => ofProcessor.test(zone))
  return [...own, ...found.filter((one) => !own.includes(one))].slice(0, 256)
}

const ofProcessor = /cpu|soc|pkg|package|coretemp|k10temp/i

/** By bit of `vcgencmd get_throttled`, as the documentation of Raspberry Pi OS has them; those of what has been since the start are 16 higher. */
const limits = ['under-voltage', 'clock capped', 'throttled', 'soft temperature limit']

/** What a Raspberry Pi's firmware says that it limits: hexadecimal, in sysfs without `0x`, by `vcgencmd` as `throttled=0x50005`. */
export function boardLimits(answer: BoardAnswer): BoardLimits | null {
  const told = /^throttled=0x([0-9a-f]{1,8})$/i.exec(answer.one('limits-told') ?? '')?.[1]
  const word = told ?? /^(?:0x)?([0-9a-f]{1,8})$/i.exec(answer.one('limits') ?? '')?.[1]
  if (word === undefined) return null
  const bits = Number.parseInt(word, 16)
  const set = (from: number): string[] => limits.filter((_, k) => ((bits >>> (from + k)) & 1) === 1)
  return { now: set(0), sinceStart: set(16) }
}
