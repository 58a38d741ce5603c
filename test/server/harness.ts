import { implement } from '@orpc/server'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { WebSocket, type ClientOptions } from 'ws'
import { EventLog } from '../../src/host/events/eventLog.ts'
import { watch } from '../../src/host/events/watch.ts'
import type { Host } from '../../src/host/host.ts'
import { createLog } from '../../src/host/log.ts'
import { startServer, type RunningServer, type ServeOptions } from '../../src/server/index.ts'
import { contract } from '../../src/shared/contract/index.ts'
import { toTransportError } from '../../src/shared/contract/failure.ts'
import type { HostEvent } from '../../src/shared/contract/jobs.ts'
import { AppError } from '../../src/shared/errors.ts'

export const pageText = '<!doctype html><title>Bitgauge</title>'
export const secretText = 'nobody may read this'

export interface TestServer extends AsyncDisposable {
  server: RunningServer
  port: number
  /** everything that was logged, at the most talkative level */
  logged: () => string
  events: EventLog<HostEvent>
  /** the folder that holds `pages`, with a secret file beside it */
  folder: string
}

/** A real server on a free loopback port, over a small page and a router that implements the contract without a store. */
export async function startTestServer(options: Partial<ServeOptions> = {}): Promise<TestServer> {
  const folder = await pageFolder()
  const events = new EventLog<HostEvent>()
  let lines = ''
  const log = createLog({ write: (line) => (lines += line) }, 'trace')
  const server = await startServer({
    host: { router: smallRouter(events) },
    pages: join(folder, 'pages'),
    log,
    ...options,
  })
  return {
    server,
    port: server.port,
    logged: () => lines,
    events,
    folder,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function pageFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bitgauge-server-'))
  const pages = join(folder, 'pages')
  await mkdir(join(pages, 'assets'), { recursive: true })
  await writeFile(join(pages, 'index.html'), pageText)
  await writeFile(join(pages, 'assets', 'index-a1B2c3D4.js'), 'export {}\n')
  await writeFile(join(pages, '.hidden'), secretText)
  await writeFile(join(folder, 'secret.txt'), secretText)
  await symlink(join(folder, 'secret.txt'), join(pages, 'assets', 'link.txt'))
  await symlink(folder, join(pages, 'up'))
  return folder
}

/** Answers the calls that the tests make; `jobs.get` fails with a typed error, `store.check` with a defect. */
export function smallRouter(events: EventLog<HostEvent>): Host['router'] {
  const { system, jobs, store, events: told } = contract
  const os = implement({ system, jobs, store, events: told })
  const never = new AbortController().signal
  const unused = (): never => {
    throw toTransportError(new AppError('not-found', 'There is no such thing in this test.'))
  }
  const router = os.router({
    system: {
      about: os.system.about.handler(unused),
      licences: os.system.licences.handler(unused),
      doctor: os.system.doctor.handler(unused),
      measure: os.system.measure.handler(unused),
    },
    jobs: {
      list: os.jobs.list.handler(() => []),
      get: os.jobs.get.handler(({ input }) => {
        throw toTransportError(
          new AppError('not-found', 'There is no such job.', { found: input.id, hint: 'List the jobs.' }),
        )
      }),
      cancel: os.jobs.cancel.handler(unused),
      remove: os.jobs.remove.handler(unused),
    },
    store: {
      counts: os.store.counts.handler(() => ({ datasets: 0, models: 0, calibrations: 0, studies: 0, boards: 0 })),
      summary: os.store.summary.handler(() => ({ bytes: 0, runs: 0, testOpenings: 0 })),
      check: os.store.check.handler(() => {
        throw new Error('secret text of a defect')
      }),
      backup: os.store.backup.handler(unused),
    },
    events: {
      watch: os.events.watch.handler(({ lastEventId, signal }) =>
        watch(events, {
          snapshot: () => ({ type: 'snapshot', jobs: [], compute: 'idle' }),
          lastEventId,
          signal: signal ?? never,
        }),
      ),
    },
  })
  return router as unknown as Host['router']
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
  /** the code of the error record in the body, where there is one */
  code: string | undefined
}

export interface Ask {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string
}

/** One request with exactly these headers beside `Host`; the path is sent as it is written. */
export function ask(port: number, { method = 'GET', path = '/', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, code: codeOf(text) }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

export function codeOf(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { error?: { code?: string } }).error?.code
  } catch {
    return undefined
  }
}

/** The same as {@link ask} with the JSON body, content type and origin of our own page. */
export function post(port: number, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(port, {
    method: 'POST',
    path,
    headers: { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

export function tokenOf(url: string): string {
  return url.split('#token=')[1] ?? ''
}

/** Redeems a link, by default a fresh one; gives the cookie as a browser would send it. */
export async function signIn(
  { server, port }: Pick<TestServer, 'server' | 'port'>,
  link = server.newLink(),
): Promise<string> {
  const answer = await post(port, '/session', { token: tokenOf(link) })
  if (answer.status !== 204) throw new Error(`sign-in failed: ${answer.status} ${answer.body}`)
  return (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
}

/** What came of an attempt to open a web socket: the socket, or the HTTP answer that refused it. */
export type Upgrade = { socket: WebSocket } | { status: number; code: string | undefined }

export function upgrade(
  port: number,
  headers: Record<string, string>,
  path = '/rpc',
  options: ClientOptions = {},
): Promise<Upgrade> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers, ...options })
    socket.on('error', reject)
    socket.on('open', () => {
      socket.off('error', reject)
      socket.on('error', () => {})
      resolve({ socket })
    })
    socket.on('unexpected-response', (_request, response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, code: codeOf(text) }))
    })
  })
}

/** The answer to an upgrade that is expected to be refused; status 101 where it was not. */
export async function refusal(
  port: number,
  headers: Record<string, string>,
  path = '/rpc',
): Promise<{ status: number; code: string | undefined }> {
  const made = await upgrade(port, headers, path)
  if (!('socket' in made)) return made
  made.socket.terminate()
  return { status: 101, code: undefined }
}

/** Headers of an upgrade that our own page would make. */
export function ownHeaders(port: number, cookie: string): Record<string, string> {
  return { origin: `http://127.0.0.1:${port}`, cookie }
}

/** An open socket of a signed-in page. */
export async function openSocket(test: TestServer, cookie?: string, options: ClientOptions = {}): Promise<WebSocket> {
  const made = await upgrade(test.port, ownHeaders(test.port, cookie ?? (await signIn(test))), '/rpc', options)
  if (!('socket' in made)) throw new Error(`refused with ${made.status}`)
  return made.socket
}

export function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.on('close', resolve))
}

/** Writes bytes on a bare connection; gives all that comes back until the other side ends it. */
export function rawExchange(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket: Socket = connectTcp(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (part) => (text += part.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}

/** An event of the host that carries this text. */
export function jobEvent(title: string): HostEvent {
  const job = {
    id: ulid(),
    kind: 'throughput',
    title,
    state: 'running',
    params: {},
    progress: null,
    result: null,
    error: null,
    warnings: [],
    created: new Date().toISOString(),
    started: null,
    ended: null,
  } as const
  return { type: 'job', job: { ...job, warnings: [] } }
}

/** Waits until the condition holds; fails loudly when it never does. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('the condition never held')
}
