import type { BoardCluster } from '../../shared/contract/board.ts'
import { armPart } from './armParts.ts'
import { cut, numberOf, type BoardAnswer } from './boardAnswer.ts'

/** A logical CPU of `/proc/cpuinfo`. */
export interface BoardProcessor {
  number: number
  model: string | null
  mhz: string | undefined
}

const mostCpus = 4096

/** The processors of `/proc/cpuinfo`; each begins with a line `processor`. */
export function processorsOf(answer: BoardAnswer): BoardProcessor[] {
  const found: Record<string, string>[] = []
  const shared: Record<string, string> = {}
  for (const [name, value] of answer.cpuinfo()) {
    if (name === 'processor') found.push({})
    const last = found.at(-1) ?? shared
    last[name] ??= value
  }
  return found.slice(0, mostCpus).flatMap((lines, index) => {
    const number = numberOf(lines['processor']) ?? index
    if (!Number.isInteger(number) || number < 0) return []
    return [{ number, model: modelOf(lines), mhz: lines['cpu MHz'] }]
  })
}

/** The number of the part tells more than `ARMv7 Processor rev 4 (v7l)`. */
function modelOf(lines: Record<string, string>): string | null {
  const { 'CPU implementer': implementer, 'CPU part': part, uarch } = lines
  const arm = implementer === undefined || part === undefined ? null : armPart(implementer, part)
  const named = arm ?? lines['model name'] ?? uarch
  return named === undefined || named === '' ? null : cut(named, 500)
}

/** Numbers of the logical CPUs that are on, ascending. */
export function onlineOf(answer: BoardAnswer, processors: readonly BoardProcessor[]): number[] {
  const listed = (answer.one('online') ?? '').split(',').flatMap((range) => {
    const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range)
    if (found === null) return []
    const [first, last] = [Number(found[1]), Number(found[2] ?? found[1])]
    return Array.from({ length: Math.max(0, Math.min(last, mostCpus - 1) - first + 1) }, (_, k) => first + k)
  })
  const numbers = listed.length > 0 ? listed : processors.map(({ number }) => number)
  return [...new Set(numbers.length > 0 ? numbers : [0])].sort((a, b) => a - b).slice(0, mostCpus)
}

/** Cores by what they are: the same model, capacity and clocks. Ordered by their first CPU. */
export function clustersOf(answer: BoardAnswer, processors: readonly BoardProcessor[]): BoardCluster[] {
  const clusters = new Map<string, BoardCluster>()
  for (const cpu of onlineOf(answer, processors)) {
    const of = (name: string) => wholeOf(numberOf(answer.one(`cpu.${cpu}.${name}`)))
    const hz = (name: string) => {
      const khz = of(name)
      return khz === null ? null : khz * 1000
    }
    const model = processors.find(({ number }) => number === cpu)?.model ?? processors[0]?.model ?? null
    const like = { model, capacity: of('capacity'), min_hz: hz('min'), max_hz: hz('max') }
    const key = JSON.stringify(like)
    const cluster = clusters.get(key)
    if (cluster === undefined) clusters.set(key, { cpus: [cpu], ...like })
    else cluster.cpus.push(cpu)
  }
  return [...clusters.values()].slice(0, 256)
}

function wholeOf(value: number | null): number | null {
  return value !== null && Number.isSafeInteger(value * 1000) && value >= 0 ? value : null
}
