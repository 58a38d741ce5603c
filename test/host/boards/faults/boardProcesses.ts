import { readdirSync, readFileSync } from 'node:fs'
import type { SshServer } from '../../../remote/sshServer.ts'

/** A process of the board: a session of its SSH server, or what a session has started. */
export interface BoardProcess {
  pid: number
  command: string
}

/** The processes of a board besides the server itself: its descendants, and all that have its user's home, whoever their parent is now. */
export function boardProcesses({ pid, home }: Pick<SshServer, 'pid' | 'home'>): BoardProcess[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (read(Number(name)) ?? []) : []))
  const family = new Set([pid])
  for (let before = 0; before !== family.size;) {
    before = family.size
    for (const one of all) if (family.has(one.parent)) family.add(one.pid)
  }
  const ours = all.filter((one) => one.pid !== pid && (family.has(one.pid) || one.home === home))
  return ours.map(({ pid: number, command }) => ({ pid: number, command }))
}

function read(pid: number): (BoardProcess & { parent: number; home: string | undefined }) | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z') return null
    const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { pid, command, parent: Number(parent), home: variables.find((one) => one.startsWith('HOME='))?.slice(5) }
  } catch {
    return null
  }
}
