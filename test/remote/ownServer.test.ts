import { createServer, type Server as TcpServer } from 'node:net'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import type { AuthContext, Connection, ServerConfig } from 'ssh2'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connectBoard, type BoardSecrets, type KeyboardPrompt } from '../../src/remote/index.ts'
import { hostKeyOf } from '../../src/remote/ssh/knownHosts.ts'
import type { BoardTarget } from '../../src/shared/contract/board.ts'

/** What OpenSSH does not do without PAM, and what a sound server never does: told by ssh2's own server. */
describe('logging in to other servers', () => {
  let folder: string
  let hostKey: string
  let rsaKey: string
  const open: { close: (done: () => void) => unknown }[] = []
  const connections = new Set<() => void>()

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bitgauge-own-server-'))
    const make = (kind: string, ...rest: string[]) =>
      execFileSync('ssh-keygen', ['-q', '-t', kind, ...rest, '-N', '', '-m', 'PEM', '-f', join(folder, kind)])
    make('ecdsa')
    make('rsa', '-b', '2048')
    hostKey = readFileSync(join(folder, 'ecdsa'), 'utf8')
    rsaKey = readFileSync(join(folder, 'rsa'), 'utf8')
  })
  afterEach(async () => {
    connections.forEach((end) => end())
    connections.clear()
    await Promise.all(open.splice(0).map((one) => new Promise<void>((resolve) => void one.close(() => resolve()))))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** A server that knows how to let in, and how to run what it is asked to. */
  async function serve(
    onAuthentication: (context: AuthContext) => void,
    config: Partial<ServerConfig> = {},
    onClient: (client: Connection) => void = () => {},
  ): Promise<number> {
    const server = new ssh2.Server({ hostKeys: [hostKey], ...config }, (client: Connection) => {
      connections.add(() => client.end())
      client.on('error', () => {})
      client.on('authentication', onAuthentication)
      onClient(client)
    })
    open.push(server as never)
    return new Promise((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    )
  }

  function logIn(
    port: number,
    secrets: BoardSecrets,
    rest: Partial<BoardTarget> = {},
    { timeout_ms = 5000, signal }: { timeout_ms?: number; signal?: AbortSignal } = {},
  ) {
    const target: BoardTarget = { host: '127.0.0.1', port, user: 'board', keys: [], config: null, ...rest }
    const accept = ['ecdsa', 'rsa'].map((kind) => {
      const blob = Buffer.from(readFileSync(join(folder, `${kind}.pub`), 'utf8').split(' ')[1]!, 'base64')
      return hostKeyOf(blob).fingerprint
    })
    return connectBoard(target, secrets, { stored: [], files: [], accept }, { agent: null, timeout_ms, signal })
  }

  describe('on the way to a board that answers nothing', () => {
    const jumpTo = (port: number) => ({ jumps: [{ host: '127.0.0.1', port, user: 'way' }] })
    const secrets = { jumps: { '127.0.0.1': { password: 'tulip' } } }
    const letIn = (context: AuthContext): void => context.accept()

    it('are waited for no longer than any other', async () => {
      const port = await serve(letIn, {}, (client) => client.on('tcpip', () => {}))
      await expect(logIn(2222, secrets, jumpTo(port), { timeout_ms: 1500 })).rejects.toMatchObject({
        code: 'host-unreachable',
        found: 'no answer in time',
      })
    })

    it('are left as soon as somebody cancels', async () => {
      const stop = new AbortController()
      const port = await serve(letIn, {}, (client) => client.on('tcpip', () => stop.abort()))
      const given = { timeout_ms: 60_000, signal: stop.signal }
      await expect(logIn(2222, secrets, jumpTo(port), given)).rejects.toMatchObject({ code: 'cancelled' })
    })
  })

  it.each<[string, BoardSecrets, string[]]>([
    ['by the password', { password: 'tulip' }, ['tulip']],
    [
      'by whoever was named for it',
      { answer: async (prompts) => prompts.map(({ prompt }) => `to ${prompt}`) },
      ['to Word: '],
    ],
  ])('answers keyboard-interactive questions %s', async (_how, secrets, expected) => {
    const given: string[][] = []
    const port = await serve((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
      context.prompt([{ prompt: 'Word: ', echo: false }], (answers) => {
        given.push(answers)
        context.reject([])
      })
    })
    await expect(logIn(port, secrets)).rejects.toMatchObject({
      code: 'authentication-refused',
      found: expect.stringContaining('refused: keyboard-interactive'),
    })
    expect(given).toEqual([expected])
  })

  it('does not give the password to two questions, or to one that is shown', async () => {
    const given: string[][] = []
    const port = await serve((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
      context.prompt([{ prompt: 'Your name: ', echo: true }], (first) =>
        context.prompt(['a', 'b'], (second) => {
          given.push(first, second)
          context.reject([])
        }),
      )
    })
    await expect(logIn(port, { password: 'tulip' })).rejects.toMatchObject({ code: 'authentication-refused' })
    expect(given).toEqual([[''], ['', '']])
  })

  it('shows questions without control characters, and not without an end', async () => {
    const shown: KeyboardPrompt[] = []
    const port = await serve((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
      const again = (): void => context.prompt([{ prompt: '\u001b[2JWord', echo: false }], again)
      again()
    })
    const answer = async (prompts: readonly KeyboardPrompt[]) => {
      shown.push(...prompts)
      return ['x']
    }
    await expect(logIn(port, { answer })).rejects.toMatchObject({ found: 'questions without an end' })
    expect(shown.length).toBeLessThan(10)
    expect(shown[0]).toEqual({ prompt: ' [2JWord', echo: false })
  })

  it.each<[string, NonNullable<ServerConfig['algorithms']>, string]>([
    ['key exchanges with SHA-1', { kex: ['diffie-hellman-group14-sha1'] }, 'key exchange algorithm'],
    ['host keys signed with SHA-1', { serverHostKey: ['ssh-rsa'] }, 'host key format'],
    ['sums with SHA-1', { hmac: ['hmac-sha1'], cipher: ['aes128-ctr'] }, 'MAC'],
    ['CBC', { cipher: ['aes128-cbc'] }, 'cipher'],
  ])('refuses a server that has only %s', async (_what, algorithms, kind) => {
    const port = await serve((context) => context.accept(), { algorithms, hostKeys: [rsaKey] })
    await expect(logIn(port, { password: 'tulip' })).rejects.toMatchObject({
      code: 'ssh-weak',
      found: expect.stringContaining(kind),
    })
  })

  it('signs nothing with SHA-1 where a server tells no better algorithm', async () => {
    const methods: string[] = []
    const port = await serve(
      (context) => {
        methods.push(context.method)
        if (context.method === 'publickey' && context.signature === undefined) context.accept()
        else context.reject(['publickey'])
      },
      { ident: 'OldServer_1.0' },
    )
    const key = join(folder, 'rsa')
    await expect(logIn(port, {}, { keys: [key] })).rejects.toMatchObject({ code: 'authentication-refused' })
    expect(methods).toContain('publickey')
  })

  it('does not listen to a greeting without an end', async () => {
    const port = await serve((context) => context.reject(['password']), { banner: 'x'.repeat(200_000) })
    await expect(logIn(port, { password: 'tulip' })).rejects.toMatchObject({
      code: expect.stringMatching(/refused|unreachable/),
    })
  })

  async function tcp(onConnection: (write: (text: string | Buffer) => void, end: () => void) => void): Promise<number> {
    const server: TcpServer = createServer((socket) => {
      connections.add(() => socket.destroy())
      socket.resume()
      socket.on('error', () => {})
      onConnection(
        (text) => void (socket.writable && socket.write(text)),
        () => socket.end(),
      )
    })
    open.push(server)
    return new Promise((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    )
  }

  it.each<[string, (write: (text: string | Buffer) => void, end: () => void) => void]>([
    ['says nothing', () => {}],
    ['hangs up', (_write, end) => end()],
    ['speaks HTTP', (write, end) => (write('HTTP/1.1 400 Bad Request\r\n\r\n'), end())],
    [
      'speaks of itself without an end',
      (write) => {
        const timer = setInterval(() => write('welcome\r\n'.repeat(500)), 5)
        timer.unref()
      },
    ],
    ['sends a line without an end', (write) => write('x'.repeat(1_000_000))],
    ['speaks an old version', (write) => write('SSH-1.5-old\r\n')],
    [
      'sends rubbish after its name',
      (write) => write(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), Buffer.alloc(5000, 0xff)])),
    ],
    [
      'sends a packet that is too long',
      (write) => write(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), Buffer.from('7fffffff00', 'hex')])),
    ],
  ])('gives a server up that %s', async (_what, behave) => {
    const port = await tcp(behave)
    await expect(logIn(port, { password: 'tulip' }, {}, { timeout_ms: 1500 })).rejects.toMatchObject({
      code: 'host-unreachable',
    })
  })

  it('can be told to stop', async () => {
    const port = await tcp(() => {})
    const target: BoardTarget = { host: '127.0.0.1', port, user: 'board', config: null }
    const connecting = connectBoard(
      target,
      { password: 'x' },
      { stored: [] },
      { agent: null, signal: AbortSignal.timeout(200) },
    )
    await expect(connecting).rejects.toMatchObject({ code: 'cancelled' })
  })
})
