import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SupportedMessagePort } from '@orpc/client/message-port'
import type { Logger } from 'pino'
import type { ChildProgram, ComputeEnd, ComputeLauncher, ComputeProcess } from '../launcher.ts'
import { refusedError } from './crash.ts'
import { lastLines, type LastLines } from './lastLines.ts'

export interface ForkOptions {
  log: Logger
  /** the program to run; by default that of this source tree which is asked for */
  entry?: string
  /**
   * gives each process a session of its own, so that its priority counts beside programs of other sessions, a browser among them; what a terminal
   * sends to all of its programs does not reach it then
   */
  apart?: boolean
}

const entries: Readonly<Record<ChildProgram, string>> = {
  compute: fileURLToPath(new URL('../../compute/main.ts', import.meta.url)),
  'store-keeper': fileURLToPath(new URL('../storeKeeper/main.ts', import.meta.url)),
}

/**
 * Starts processes as forked Node programs, for the command line and the headless host. What they write goes to the log,
 * never to the terminal. Throws `compute-unavailable` where the operating system refuses.
 */
export function forkLauncher(options: ForkOptions): ComputeLauncher {
  return {
    launch: async (environment, program = 'compute') => {
      const child = fork(options.entry ?? entries[program], [], {
        env: { ...environment },
        execArgv: [],
        serialization: 'advanced',
        detached: options.apart === true,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
      const words = listen(child, program, options.log)
      const pid = await started(child, program)
      return processOf(child, pid, words)
    },
  }
}

function listen(child: ChildProcess, program: ChildProgram, log: Logger): LastLines {
  const words = lastLines(50, 2000, (line) => log.debug({ pid: child.pid, line }, `${program} wrote`))
  if (child.stdout !== null) words.add(child.stdout)
  if (child.stderr !== null) words.add(child.stderr)
  return words
}

function started(child: ChildProcess, program: ChildProgram): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0))
    child.once('error', (cause) => reject(refusedError(program, cause)))
  })
}

function processOf(child: ChildProcess, pid: number, words: LastLines): ComputeProcess {
  child.on('error', () => {})
  const ended = new Promise<ComputeEnd>((resolve) => {
    // `close` comes after the last message and the last line, `exit` may come before them.
    child.once('close', (code, signal) => resolve({ code, signal, lastWords: words.text() }))
  })
  return { pid, port: portOf(child), ended, kill: () => void child.kill('SIGKILL') }
}

function portOf(child: ChildProcess): SupportedMessagePort {
  return {
    postMessage: (data: unknown) => {
      // A process that has gone is told by `ended`, not by every message that it misses.
      if (child.connected) child.send(data as object, () => {})
    },
    on: (event: string, callback: (event?: { data: unknown }) => void) => {
      if (event === 'message') child.on('message', (data) => callback({ data }))
      if (event === 'close') child.once('disconnect', () => callback())
    },
  }
}
