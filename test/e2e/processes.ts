import { readdirSync, readFileSync } from 'node:fs'

/** Pids of the compute processes below a process, however deep; read from the kernel. */
export function computePidsBelow(pid: number): number[] {
  return pidsBelow(pid, /compute(?:\/main\.ts|\.js)\0/)
}

/** Pids of the hosts of the command line below a process that started them on another Node. */
export function hostPidsBelow(pid: number): number[] {
  // It calls itself so, in place of what it was started with.
  return pidsBelow(pid, /^bitgauge\b|cli\/main\.ts\0/)
}

function pidsBelow(pid: number, line: RegExp): number[] {
  const parents = parentsByPid()
  const isBelow = (one: number | undefined): boolean => one !== undefined && (one === pid || isBelow(parents.get(one)))
  return [...parents.keys()].filter((one) => one !== pid && isBelow(parents.get(one)) && isStartedAs(one, line))
}

function isStartedAs(pid: number, line: RegExp): boolean {
  try {
    return line.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return false
  }
}

function parentsByPid(): Map<number, number> {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      // The program's name stands in parentheses and may hold anything; the fields after it do not.
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      continue
    }
  }
  return parents
}
