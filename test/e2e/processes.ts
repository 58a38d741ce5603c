import { readdirSync, readFileSync } from 'node:fs'

/** Pids of the compute processes below a process, however deep; read from the kernel. */
export function computePidsBelow(pid: number): number[] {
  const parents = parentsByPid()
  const isBelow = (one: number | undefined): boolean => one !== undefined && (one === pid || isBelow(parents.get(one)))
  return [...parents.keys()].filter((one) => one !== pid && isBelow(parents.get(one)) && isCompute(one))
}

function isCompute(pid: number): boolean {
  try {
    return /compute(?:\/main\.ts|\.js)\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
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
