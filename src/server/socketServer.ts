import { createServerPeerHandleRequestFn } from '@orpc/server/standard-peer'
import { StandardRPCHandler } from '@orpc/server/standard'
import { ServerPeer } from '@orpc/standard-server-peer'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { WebSocketServer, type WebSocket } from 'ws'
import { AppError } from '../shared/errors.ts'
import type { Host } from '../host/host.ts'
import { pathOf } from './httpApp.ts'
import type { Limits } from './limits.ts'
import { rawRefusal, statusOf } from './refusals.ts'
import type { Session } from './sessions.ts'
import { SocketGuard } from './socketGuard.ts'
import type { SocketTable } from './socketTable.ts'

export const socketPath = '/rpc'

export interface SocketServerOptions {
  router: Host['router']
  table: SocketTable
  limits: Limits
  /** checks where the upgrade comes from and gives its session; throws an AppError otherwise */
  admit: (request: IncomingMessage) => Session
  log: Logger
}

/** Serves the contract over web sockets at {@link socketPath}. An upgrade that is refused gets an HTTP answer and is never a socket. */
export function serveSockets(server: Server, options: SocketServerOptions): void {
  const { limits, log, table } = options
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.message_bytes,
    perMessageDeflate: false,
    clientTracking: false,
  })
  const handler = new StandardRPCHandler(options.router, {})
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', (error: NodeJS.ErrnoException) => log.debug({ reason: error.code }, 'upgrade failed'))
    try {
      const session = admitted(request, options)
      table.assertRoom(session)
      sockets.handleUpgrade(request, stream, head, (socket) => speak(socket, session, handler, options))
    } catch (thrown) {
      refuse(thrown, request, stream, log)
    }
  })
}

function admitted(request: IncomingMessage, { admit }: SocketServerOptions): Session {
  if (request.url !== socketPath) throw new AppError('not-found', 'There is nothing at this address.')
  return admit(request)
}

function refuse(thrown: unknown, request: IncomingMessage, stream: Duplex, log: Logger): void {
  const code = thrown instanceof AppError ? thrown.code : 'internal'
  const trace = { path: pathOf(request.url), code }
  if (code === 'internal') log.error({ ...trace, err: thrown }, 'upgrade failed')
  else log.info(trace, 'upgrade refused')
  stream.end(rawRefusal(thrown, statusOf(code)), () => stream.destroy())
}

function speak(
  socket: WebSocket,
  session: Session,
  handler: StandardRPCHandler<Record<never, never>>,
  { limits, log, table }: SocketServerOptions,
): void {
  const socketLog = log.child({ session: session.name })
  const guard = new SocketGuard(socket, limits, socketLog, () => {
    session.seen = Date.now()
  })
  const peer = new ServerPeer((message) => guard.send(message as string | Uint8Array))
  const handle = createServerPeerHandleRequestFn(handler, { context: {} })
  table.add(guard, session)
  socketLog.info({ sockets: table.size }, 'socket opened')
  guard.receive((message) => peer.message(message, handle))
  socket.on('close', (code) => {
    table.remove(guard)
    peer.close()
    socketLog.info({ code, sockets: table.size }, 'socket closed')
  })
}
