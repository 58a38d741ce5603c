import { once } from 'node:events'
import type { Client, ClientChannel } from 'ssh2'
import { AppError } from '../../shared/errors.ts'
import type { ChannelEnd, CommandChannel, CommandLine } from '../channel.ts'
import { shellCommand } from '../shellQuote.ts'

/** Commands over a connection: a channel each, no terminal, no forwarding. */
export function sshChannels(client: Client): CommandLine {
  return {
    open: async (argv) => {
      const command = shellCommand(argv)
      for (let rest = retries; ; rest--) {
        try {
          return channelOf(await openChannel(client, command))
        } catch (error) {
          if (rest === 0 || !/open failed|unable to exec/i.test((error as Error).message))
            throw notOpened(error as Error)
          await new Promise((resolve) => setTimeout(resolve, retry_ms))
        }
      }
    },
  }
}

/**
 * OpenSSH counts a channel until its program was waited for, and lets ten stand open; Dropbear refuses a command while another channel
 * closes. Both are asked again.
 */
const retries = 40
const retry_ms = 50

export function openChannel(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error === undefined || error === null ? resolve(channel) : reject(error)))
  })
}

function notOpened(cause: Error): AppError {
  if (/unable to exec|open failed|administratively/i.test(cause.message)) {
    return new AppError('permission-denied', 'The board does not let Bitgauge run programs.', {
      found: cause.message.slice(0, 200),
      hint: 'Check ForceCommand, the shell of the user and MaxSessions of its SSH server.',
      cause,
    })
  }
  return lineCut(cause)
}

export function lineCut(cause?: unknown): AppError {
  return new AppError('connection-lost', 'The connection to the board was lost.', {
    hint: 'Check the board and its line, then try again.',
    cause,
  })
}

function channelOf(channel: ClientChannel): CommandChannel {
  // Where a server tells nothing, the launcher’s last word does.
  let told: ChannelEnd = { code: null, signal: null }
  channel.on('exit', (code: number | null, signal?: string) => {
    told = { code, signal: signal ?? null }
  })
  let giveUp: (error: AppError) => void = () => {}
  const abandoned = new Promise<never>((_resolve, reject) => {
    giveUp = reject
  })
  // Without a reader an unwanted end would count as unhandled.
  abandoned.catch(() => {})
  const drained = Promise.all([once(channel, 'close'), once(channel, 'end'), once(channel.stderr, 'end')])
  const ended = Promise.race([abandoned, drained]).then(
    () => told,
    (error: unknown) => {
      throw error instanceof AppError ? error : lineCut(error)
    },
  )
  ended.catch(() => {})
  return {
    stdin: channel.stdin,
    stdout: channel.stdout,
    stderr: channel.stderr,
    ended,
    destroy: () => {
      giveUp(lineCut())
      channel.close()
      channel.destroy()
    },
  }
}
