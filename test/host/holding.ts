import { existsSync } from 'node:fs'
import { forkLauncher } from '../../src/host/compute/forkLauncher.ts'
import type { ComputeLauncher } from '../../src/host/launcher.ts'
import { createLog } from '../../src/host/log.ts'

export interface HoldingLauncher extends ComputeLauncher {
  /** of the processes that are held, in the order in which they were started */
  pids: number[]
  /** lets all of them go on */
  letGo(): void
}

/** The real launcher; what looks after the store is held as soon as it is there, as a check that takes for ever. */
export function holding(): HoldingLauncher {
  const real = forkLauncher({ log: createLog({ write: () => {} }) })
  const pids: number[] = []
  return {
    pids,
    letGo: () => pids.splice(0).forEach((pid) => process.kill(pid, 'SIGCONT')),
    launch: async (environment, program) => {
      const child = await real.launch(environment, program)
      if (program === 'store-keeper') {
        process.kill(child.pid, 'SIGSTOP')
        pids.push(child.pid)
      }
      return child
    },
  }
}

export function isThere(pid: number | undefined): boolean {
  return existsSync(`/proc/${pid}`)
}
