import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { BoardTarget } from '../../shared/contract/board.ts'
import { AppError } from '../../shared/errors.ts'
import { openBoard } from '../board.ts'
import type { BoardConnection, BoardSecrets, ConnectOptions, KnownKeys, ServerSecrets } from '../connection.ts'
import { connectServer, type ServerConnection } from './connectServer.ts'
import { connectFailure } from './failures.ts'
import { keysOfServer } from './hostKeys.ts'
import { roundTrip } from './roundTrip.ts'
import { planRoute, type RouteServer } from './route.ts'
import { sftpWriter } from './sftp.ts'
import { sshChannels } from './sshChannels.ts'

const usualTimeout_ms = 20_000
const usualKeepalive_ms = 15_000

/**
 * Connects to a board by SSH, through the servers before it. No agent is forwarded, no algorithm with SHA-1 is used, no option of the
 * configuration runs a program.
 *
 * @throws HostKeyError `host-key-unknown`, `host-key-changed`, `host-key-revoked`; AppError `authentication-refused`, `secret-needed`,
 * `host-unreachable`, `ssh-option-refused`, `ssh-weak`, `connection-lost`, `cancelled`, `not-found`, `permission-denied`, and those of the
 * cache folder: `conflict`, `forbidden`
 */
export async function connectBoard(
  target: BoardTarget,
  secrets: BoardSecrets,
  keys: KnownKeys,
  options: ConnectOptions = {},
): Promise<BoardConnection> {
  const { servers } = planRoute(target)
  const passed: ServerConnection[] = []
  const limits = { timeout_ms: options.timeout_ms ?? usualTimeout_ms, signal: options.signal }
  try {
    for (const server of servers) {
      const isBoard = server === servers.at(-1)
      const through = passed.length === 0 ? {} : { through: await goThrough(passed.at(-1)!.client, server, limits) }
      passed.push(
        await connectServer(server, {
          keys: keysOfServer(server, keys),
          secrets: isBoard ? secrets : secretsOfJump(server, secrets),
          ways: isBoard ? target.authentication : undefined,
          answer: secrets.answer && ((prompts) => secrets.answer!(prompts, { name: server.name, jump: !isBoard })),
          agent: options.agent === undefined ? (process.env['SSH_AUTH_SOCK'] ?? null) : options.agent,
          ...limits,
          keepalive_ms: options.keepalive_ms ?? usualKeepalive_ms,
          onHostKey: options.onHostKey,
          jumped: servers.length > 1,
          ...through,
        }),
      )
    }
    return await boardOver(passed, options.cacheFolder ?? null)
  } catch (error) {
    await closeAll(passed)
    throw error
  }
}

function secretsOfJump({ name, port }: RouteServer, { jumps = {} }: BoardSecrets): ServerSecrets {
  const found = [`${name}:${port}`, name].find((key) => Object.hasOwn(jumps, key))
  return found === undefined ? {} : jumps[found]!
}

interface Limits {
  timeout_ms: number
  signal: AbortSignal | undefined
}

/** The server before tries for as long as its system does, which may be minutes: it is waited for no longer than any other. */
async function goThrough(client: Client, server: RouteServer, { timeout_ms, signal }: Limits): Promise<Duplex> {
  if (signal?.aborted === true) throw cancelled()
  const opened = Promise.withResolvers<Duplex>()
  const failed = (level: string, message?: string): void =>
    opened.reject(connectFailure({ level, message }, noRefusals(server)))
  const abort = (): void => opened.reject(cancelled())
  const timer = setTimeout(() => failed('client-timeout'), timeout_ms)
  signal?.addEventListener('abort', abort, { once: true })
  client.forwardOut('127.0.0.1', 0, server.host, server.port, (error, channel) => {
    if (error === undefined || error === null) opened.resolve(channel)
    else failed('protocol', error.message)
  })
  try {
    return await opened.promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

function cancelled(): AppError {
  return new AppError('cancelled', 'The connection was cancelled.')
}

function noRefusals(server: RouteServer) {
  return { server, offered: null, tried: [], left: [], stopped: null }
}

function boardOver(passed: ServerConnection[], cacheFolder: string | null) {
  const { client } = passed.at(-1)!
  return openBoard({
    kind: 'ssh',
    line: sshChannels(client),
    cacheFolder,
    hostKeys: passed.map(({ hostKey }) => hostKey),
    warnings: [],
    writeFile: sftpWriter(client),
    roundTrip_ms: () => roundTrip(client),
    close: () => closeAll(passed),
  })
}

/** A server that does not answer has so long to close. */
const closing_ms = 2000

/** The board takes its leave first; the socket of the first server carries all of them. */
async function closeAll(passed: ServerConnection[]): Promise<void> {
  const clients = passed.splice(0).map(({ client }) => client)
  const [first] = clients
  const socket = (first as unknown as { _sock?: Socket } | undefined)?._sock
  if (socket === undefined || socket.destroyed) return
  const closed = once(socket, 'close').catch(() => {})
  clients.reverse().forEach((client) => client.end())
  const timer = setTimeout(() => socket.destroy(), closing_ms)
  await closed
  clearTimeout(timer)
}
