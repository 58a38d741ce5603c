import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { AppError } from '../shared/errors.ts'
import { nextStep } from '../shared/nextSteps.ts'
import type { Host } from '../host/host.ts'
import { isLoopback, ownHosts, parseAllowedHost, type AllowedHost } from './allowedHosts.ts'
import { dataRoots } from './files.ts'
import { addFileRoutes } from './fileRoutes.ts'
import { createHttpApp } from './httpApp.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { LinkTokens } from './linkTokens.ts'
import { addPageRoutes } from './pageRoutes.ts'
import { checkSource } from './requestChecks.ts'
import { addSessionRoutes, assertSession, sessionOf } from './sessionRoutes.ts'
import { Sessions } from './sessions.ts'
import { serveSockets } from './socketServer.ts'
import { SocketTable } from './socketTable.ts'
import type { UploadFolder } from './uploads/uploadFolder.ts'

export interface ServeOptions {
  host: Pick<Host, 'router'>
  /** folder of the built page */
  pages: string
  /** default 127.0.0.1; one that other machines reach needs `allowedHosts` */
  address?: string
  /** default 0: any free one */
  port?: number
  /** further names that browsers may use for this server, as {@link parseAllowedHost} reads them */
  allowedHosts?: readonly string[]
  /** folders that may be read, beside the home */
  dataFolders?: readonly string[]
  /** where exports lie to be downloaded; left out: nothing is */
  home?: string
  /** where files go that a browser sends; left out: none are taken */
  uploads?: UploadFolder
  log: Logger
  limits?: Partial<Limits>
}

export interface RunningServer {
  /** the first link: holds a one-time token in its fragment; for a person, never for a log */
  readonly url: string
  readonly origin: string
  readonly port: number
  /** real paths of the folders that may be read */
  readonly dataFolders: readonly string[]
  /** another link, for another browser or after the session has ended */
  newLink(): string
  /** Stops taking in, closes the sockets, and ends within a second or two. Safe to call again. */
  close(): Promise<void>
}

/**
 * Serves the page and the host's contract to browsers.
 *
 * @throws AppError `port-in-use`, `permission-denied`, `usage-invalid` (address, allowed host), `not-found` (page or data folder),
 *   `input-invalid` (data folder)
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const limits = { ...defaultLimits, ...options.limits }
  const log = options.log.child({ part: 'server' })
  const { address, dataFolders } = await checkServeOptions(options)
  const parts = await assemble(options, limits, log)
  const port = await listen(parts.app, address, options.port ?? 0)
  const further = (options.allowedHosts ?? []).map((text) => parseAllowedHost(text, port))
  parts.setHosts([...ownHosts(address, port), ...further], port)
  const origin = (isLoopback(address) ? undefined : further[0]?.origin) ?? ownOrigin(address, port)
  log.info({ origin, port }, 'listening')
  const newLink = (): string => `${origin}/#token=${parts.tokens.mint()}`
  return { url: newLink(), origin, port, dataFolders, newLink, close: parts.close }
}

/**
 * What of the options can be checked before anything is opened; gives the address and the real paths of the data folders.
 *
 * @throws AppError `usage-invalid`, `not-found`, `input-invalid`, `permission-denied`
 */
export async function checkServeOptions(
  options: Pick<ServeOptions, 'address' | 'allowedHosts' | 'dataFolders'>,
): Promise<{ address: string; dataFolders: string[] }> {
  const address = options.address === 'localhost' ? '127.0.0.1' : (options.address ?? '127.0.0.1')
  assertNamed(address, options.allowedHosts ?? [])
  return { address, dataFolders: await dataRoots(options.dataFolders ?? []) }
}

async function assemble(options: ServeOptions, limits: Limits, log: Logger) {
  let hosts: readonly AllowedHost[] = []
  let cookieName = 'bitgauge'
  const table = new SocketTable(limits)
  const tokens = new LinkTokens(limits)
  const sessions = new Sessions(limits, (session) => {
    log.info({ session: session.name }, 'session ended')
    table.closeOf(session)
  })
  const app = await createHttpApp({ limits, hosts: () => hosts, log })
  addSessionRoutes(app, { limits, tokens, sessions, cookieName: () => cookieName, log })
  const admitted = (request: FastifyRequest): void => assertSession(request, { sessions, cookieName: () => cookieName })
  const stopSweeping = await addFileRoutes(app, options, limits, admitted, log)
  await addPageRoutes(app, options.pages)
  serveSockets(app.server, {
    router: options.host.router,
    table,
    limits,
    log,
    admit: (request) => {
      checkSource(request, hosts, true)
      return sessionOf(app, request, sessions, cookieName)
    },
  })
  const sweeper = setInterval(() => sessions.sweep(), Math.min(60_000, limits.sessionIdle_ms)).unref()
  const setHosts = (allowed: readonly AllowedHost[], port: number): void => {
    hosts = allowed
    cookieName = `bitgauge-${port}`
  }
  return {
    app,
    tokens,
    setHosts,
    close: once(() => {
      stopSweeping()
      return stop(app, table, sweeper)
    }),
  }
}

async function stop(app: FastifyInstance, table: SocketTable, sweeper: NodeJS.Timeout): Promise<void> {
  clearInterval(sweeper)
  table.closeAll()
  await app.close()
}

/** @returns the port that it listens on */
async function listen(app: FastifyInstance, address: string, port: number): Promise<number> {
  try {
    await app.listen({ host: address, port })
  } catch (thrown) {
    await app.close()
    throw listenError(thrown as NodeJS.ErrnoException, address, port)
  }
  return (app.server.address() as AddressInfo).port
}

function listenError(error: NodeJS.ErrnoException, address: string, port: number): unknown {
  if (error.code === 'EADDRINUSE') {
    return new AppError('port-in-use', `Port ${port} is in use by another program.`, {
      hint: nextStep('other-port'),
    })
  }
  if (error.code === 'EACCES') {
    return new AppError('permission-denied', `Port ${port} may not be opened by this user.`, {
      hint: 'Choose one above 1023.',
    })
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return new AppError('usage-invalid', 'The address is none of this machine.', { found: address, cause: error })
  }
  return error
}

/** An address that other machines reach has names that only its owner knows. */
function assertNamed(address: string, allowedHosts: readonly string[]): void {
  for (const text of allowedHosts) parseAllowedHost(text, 1)
  if (isLoopback(address) || allowedHosts.length > 0) return
  throw new AppError('usage-invalid', `With the address ${address} other machines can reach this server.`, {
    expected: '--allow-host with the name that browsers will use for it',
  })
}

function ownOrigin(address: string, port: number): string {
  return (
    ownHosts(address, port).find(({ host }) => host.startsWith(address) || host.startsWith(`[${address}]`))?.origin ??
    `http://127.0.0.1:${port}`
  )
}

function once<T>(act: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | null = null
  return () => (done ??= act())
}
