import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { serveDataSchema } from '../../src/cli/schemas.ts'
import { envelopeSchema } from '../../src/shared/envelopeSchema.ts'
import { connectWebSocket } from '../../src/renderer/transport/webSocketTransport.ts'
import { ask, post, tokenOf, until } from './harness.ts'
import { nodePage } from './nodePage.ts'

const program = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url))
const documentSchema = envelopeSchema('serve', serveDataSchema)

let home: string
const running = new Set<ChildProcess>()
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'bitgauge-serve-'))
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})
afterAll(() => rm(home, { recursive: true, force: true }))

class Serve {
  out = ''
  err = ''
  readonly child: ChildProcess
  readonly ended: Promise<number | null>

  constructor(...options: string[]) {
    this.child = spawn(process.execPath, [program, 'serve', '--home', home, ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(this.child)
    this.child.stdout?.on('data', (text: Buffer) => (this.out += text.toString()))
    this.child.stderr?.on('data', (text: Buffer) => (this.err += text.toString()))
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code) => {
        running.delete(this.child)
        resolve(code)
      })
    })
  }

  /** Waits until it says how to get another link, which is the last of its beginning. */
  async ready(): Promise<{ url: string; origin: string; port: number }> {
    const [document] = await Promise.race([
      this.#said().then(() => [documentSchema.parse(JSON.parse(this.out))]),
      this.ended.then(() => {
        throw new Error(`ended early: ${this.out} ${this.err}`)
      }),
    ])
    if (document?.ok !== true) throw new Error(this.out)
    return document.data
  }

  async #said(): Promise<void> {
    // The pages may have to be built first.
    for (let waited = 0; waited < 6 && !this.err.includes('works once'); waited += 1) {
      await until(() => this.err.includes('works once')).catch(() => {})
    }
  }
}

describe('bitgauge serve', () => {
  it('serves the built page and the contract, keeps its link out of the log, and ends well by Ctrl-C', async () => {
    const serve = new Serve('--json')
    const { url, origin, port } = await serve.ready()
    expect(new URL(url).origin).toBe(origin)
    const page = await ask(port)
    expect(page.body).toContain('<div id="app">')
    const asset = /src="\.?(\/assets\/[\w.-]+\.js)"/.exec(page.body)?.[1] ?? 'no script in the page'
    expect((await ask(port, { path: asset })).headers['cache-control']).toContain('immutable')

    const connection = connectWebSocket(nodePage(url))
    expect(await connection.client.jobs.list({})).toEqual([])
    expect((await connection.client.store.check({})).path.startsWith(home)).toBe(true)
    serve.child.kill('SIGINT')
    expect(await serve.ended).toBe(0)
    connection.close()
    expect(documentSchema.parse(JSON.parse(serve.out)).ok).toBe(true)
    const log = await readFile(join(home, 'logs', 'bitgauge.log'), 'utf8')
    expect(log).toContain('session opened')
    expect(log).not.toContain(tokenOf(url))
  })

  it('prints another link when it is asked by a signal', async () => {
    const serve = new Serve('--json')
    const { url, port } = await serve.ready()
    process.kill(Number(/kill -USR2 (\d+)/.exec(serve.err)?.[1]), 'SIGUSR2')
    await until(() => serve.err.includes('Another link: '))
    const another = /Another link: (\S+)/.exec(serve.err)?.[1] ?? ''
    expect(tokenOf(another)).not.toBe(tokenOf(url))
    for (const link of [another, url]) expect((await post(port, '/session', { token: tokenOf(link) })).status).toBe(204)
    serve.child.kill('SIGTERM')
    expect(await serve.ended).toBe(0)
  })

  it('warns of an address that others reach', async () => {
    const serve = new Serve('--json', '--address', '0.0.0.0', '--allow-host', 'lab-server')
    const { origin, port } = await serve.ready()
    expect(origin).toBe(`http://lab-server:${port}`)
    const document = documentSchema.parse(JSON.parse(serve.out))
    expect(document.ok && document.warnings.map((warning) => warning.code)).toEqual(['reachable-from-network'])
    serve.child.kill('SIGINT')
    expect(await serve.ended).toBe(0)
  })

  it('says in one line that a port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const serve = new Serve('--port', String(port))
    expect(await serve.ended).toBe(1)
    expect([serve.out, serve.err.trim().split('\n').at(-1)]).toEqual([
      '',
      `bitgauge: Port ${port} is in use by another program. Choose another with --port, or 0 for any.`,
    ])
    await new Promise((resolve) => other.close(resolve))
  })

  it.each([
    ['a port that is none', ['--port', '99999'], 2],
    ['an open address without a name', ['--address', '0.0.0.0'], 2],
    ['a host that is no name', ['--allow-host', '*'], 2],
    ['a data folder that is missing', ['--data', join(tmpdir(), 'bitgauge-nowhere')], 1],
  ])('refuses %s before it does anything', async (_name, options, code) => {
    const serve = new Serve(...options)
    expect(await serve.ended).toBe(code)
    expect([serve.out, serve.err.trim().split('\n').length]).toEqual(['', 1])
  })
})
