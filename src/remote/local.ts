import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import { AppError } from '../shared/errors.ts'
import { nextStep } from '../shared/nextSteps.ts'
import { openBoard } from './board.ts'
import type { ChannelEnd, CommandChannel, CommandLine } from './channel.ts'
import type { BoardConnection, LocalOptions } from './connection.ts'

/**
 * This machine as a board: the same commands under the same launcher, by child processes.
 *
 * @throws AppError `platform-unsupported`, `conflict` and `forbidden` for a cache folder that is a link or another's, `permission-denied`
 */
export async function connectLocal({ cacheFolder }: LocalOptions): Promise<BoardConnection> {
  if (process.platform === 'win32') {
    throw new AppError('platform-unsupported', 'This machine cannot be measured as a board: it has no POSIX shell.', {
      hint: nextStep('add-board'),
    })
  }
  if (!isAbsolute(cacheFolder)) throw new TypeError('The cache folder of the local board is not absolute.')
  mkdirSync(dirname(cacheFolder), { recursive: true, mode: 0o700 })
  const running = new Set<CommandChannel>()
  const line = childProcesses(running)
  return openBoard({
    kind: 'local',
    line,
    cacheFolder,
    hostKeys: [],
    warnings: [],
    roundTrip_ms: async () => 0,
    close: async () => {
      const ends = [...running].map((channel) => {
        channel.destroy()
        return channel.ended.catch(() => {})
      })
      await Promise.all(ends)
    },
  })
}

/** Built from nothing, like what a board gives: neither NODE_OPTIONS nor LD_PRELOAD nor a secret in a variable gets in. */
function environment(): Record<string, string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', HOME = '/', USER, TMPDIR } = process.env
  return { PATH, HOME, ...(USER === undefined ? {} : { USER }), ...(TMPDIR === undefined ? {} : { TMPDIR }) }
}

function childProcesses(running: Set<CommandChannel>): CommandLine {
  return {
    open: async (argv) => {
      const [program = '', ...rest] = argv
      // The leader of a group of its own, as an SSH server makes it.
      const child = spawn(program, rest, { cwd: '/', env: environment(), detached: true, stdio: 'pipe' })
      const channel = channelOf(child)
      running.add(channel)
      void channel.ended.catch(() => {}).finally(() => running.delete(channel))
      return channel
    },
  }
}

function channelOf(child: ChildProcess): CommandChannel {
  const ended = new Promise<ChannelEnd>((resolve, reject) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
    child.once('error', (cause) =>
      reject(
        new AppError('connection-lost', 'A program could not be started on this machine.', {
          found: cause.message,
          cause,
        }),
      ),
    )
  })
  return {
    stdin: child.stdin!,
    stdout: child.stdout!,
    stderr: child.stderr!,
    ended,
    destroy: () => {
      killGroup(child)
      child.stdin?.destroy()
      child.stdout?.destroy()
      child.stderr?.destroy()
    },
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has gone.
  }
}
