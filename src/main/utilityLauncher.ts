import { utilityProcess, type UtilityProcess } from 'electron'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { SupportedMessagePort } from '@orpc/client/message-port'
import type { Logger } from 'pino'
import { lastLines, type LastLines } from '../host/compute/lastLines.ts'
import { refusedError } from '../host/compute/crash.ts'
import type { ChildProgram, ComputeEnd, ComputeLauncher, ComputeProcess } from '../host/launcher.ts'

export interface UtilityLauncherOptions {
  /** folder of the built programs */
  bundle: string
  log: Logger
}

const entries: Readonly<Record<ChildProgram, string>> = { compute: 'compute.js', 'store-keeper': 'storeKeeper.js' }
const serviceNames: Readonly<Record<ChildProgram, string>> = {
  compute: 'Bitgauge compute',
  'store-keeper': 'Bitgauge store',
}

/** Starts what the host starts as Electron utility processes, so that the packaged application needs no Node of its own for it. */
export function utilityLauncher({ bundle, log }: UtilityLauncherOptions): ComputeLauncher {
  return {
    async launch(environment, program = 'compute') {
      const child = utilityProcess.fork(join(bundle, entries[program]), [], {
        env: { ...environment },
        execArgv: [],
        serviceName: serviceNames[program],
        stdio: 'pipe',
      })
      const words = lastLines(50, 2000, (line) => log.debug({ pid: child.pid, line }, `${program} wrote`))
      for (const stream of [child.stdout, child.stderr]) if (stream !== null) words.add(stream as Readable)
      const ended = endOf(child, words)
      const pid = await started(child, ended, program)
      return processOf(child, pid, ended)
    },
  }
}

function endOf(child: UtilityProcess, words: LastLines): Promise<ComputeEnd> {
  child.on('error', () => {})
  return new Promise((resolve) => {
    // Electron tells a code alone, also where a signal ended the process. One turn later its last lines have arrived.
    child.once('exit', (code) => setImmediate(() => resolve({ code, signal: null, lastWords: words.text() })))
  })
}

async function started(child: UtilityProcess, ended: Promise<ComputeEnd>, program: ChildProgram): Promise<number> {
  const spawned = new Promise<void>((resolve) => child.once('spawn', () => resolve()))
  await Promise.race([spawned, ended])
  if (child.pid !== undefined) return child.pid
  throw refusedError(program)
}

function processOf(child: UtilityProcess, pid: number, ended: Promise<ComputeEnd>): ComputeProcess {
  let over = false
  void ended.then(() => (over = true))
  return {
    pid,
    port: portOf(child, () => over),
    ended,
    kill: () => {
      if (!over) kill(child, pid)
    },
  }
}

/** `UtilityProcess.kill` asks; a process deep in a computation does not hear it. */
function kill(child: UtilityProcess, pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    child.kill()
  }
}

/** A utility process hands over the message itself, where a port hands over an event that carries it. */
function portOf(child: UtilityProcess, isOver: () => boolean): SupportedMessagePort {
  return {
    postMessage: (data: unknown) => {
      if (!isOver()) child.postMessage(data)
    },
    on: (event: string, callback: (event?: { data: unknown }) => void) => {
      if (event === 'message') child.on('message', (data: unknown) => callback({ data }))
      if (event === 'close') child.once('exit', () => callback())
    },
  }
}
