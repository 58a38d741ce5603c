import { readFileSync } from 'node:fs'
import type { JobOwner } from './jobRepository.ts'

/** This process as the owner of jobs; `instance` is the ULID of the host inside it. */
export function thisProcessAsOwner(instance: string): JobOwner {
  return { instance, pid: process.pid, start: processStart(process.pid) }
}

/**
 * Whether the process that owned a job is still the one that has its pid. Two containers with a pid namespace each cannot see one
 * another: to either, the other's owner is dead.
 */
export function isOwnerAlive(owner: JobOwner): boolean {
  if (!isPidTaken(owner.pid)) return false
  return owner.start === null || processStart(owner.pid) === owner.start
}

function isPidTaken(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Boot id and start time of a process in clock ticks since that boot (proc_pid_stat(5), field 22); null where there is no `/proc`
 * or no such process. The second field, the program's name, may hold blanks and parentheses: fields are counted from the last `)`.
 */
function processStart(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = fields[22 - 3]
    // Where nobody asks how it ended, a process that has ended keeps its place, as `Z`.
    return ticks === undefined || fields[0] === 'Z' ? null : `${boot}/${ticks}`
  } catch {
    return null
  }
}
