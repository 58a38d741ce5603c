import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  connectBoard,
  HostKeyError,
  type BoardSecrets,
  type ConnectOptions,
  type KnownKeys,
} from '../../src/remote/index.ts'
import type { BoardTarget } from '../../src/shared/contract/board.ts'
import { describeError, toErrorRecord } from '../../src/shared/errors.ts'
import { skipWithoutSshServer, startSshServer, type SshServer } from './sshServer.ts'

describe.skipIf(skipWithoutSshServer())('logging in to OpenSSH', () => {
  let server: SshServer
  let folder: string
  const agents: ChildProcess[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bitgauge-auth-'))
    server = await startSshServer()
  })
  afterAll(async () => {
    agents.forEach((agent) => agent.kill())
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Whether a command runs; the reasons of a refusal hold no secret. */
  async function logIn(
    target: BoardTarget,
    secrets: BoardSecrets = {},
    options: ConnectOptions & { keys?: KnownKeys } = {},
  ) {
    const { keys = { stored: [server.known], files: [] }, ...rest } = options
    try {
      const board = await connectBoard(target, secrets, keys, { agent: null, ...rest })
      const { stdout } = await board.run(['id', '-u'], { maxBytes: 1000, timeout_ms: 20_000 })
      await board.close()
      return { in: stdout === '0\n', hostKeys: board.hostKeys, warnings: board.warnings }
    } catch (error) {
      const told = describeError(toErrorRecord(error))
      for (const secret of [server.password, server.passphrase, 'wrong']) expect(told).not.toContain(secret)
      throw error
    }
  }

  const withoutKey = (): BoardTarget => ({ ...server.target, keys: [], authentication: ['password'] })

  function startAgent(...keys: string[]): string {
    const socket = join(folder, `agent-${agents.length}`)
    agents.push(spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' }))
    for (let k = 0; k < 200 && !existsSync(socket); k++) execFileSync('sleep', ['0.02'])
    for (const key of keys)
      execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
    return socket
  }

  it('takes a key', async () => {
    expect(await logIn(server.target)).toMatchObject({ in: true, hostKeys: [{ ...server.known, from: 'stored' }] })
  })

  it('takes a key with its passphrase', async () => {
    const target = { ...server.target, keys: [server.lockedKey] }
    expect(await logIn(target, { passphrase: server.passphrase })).toMatchObject({ in: true })
  })

  it('says that a passphrase is wrong, or needed, and tries nothing', async () => {
    const target = { ...server.target, keys: [server.lockedKey] }
    const before = server.log().length
    await expect(logIn(target, { passphrase: 'wrong' })).rejects.toMatchObject({ code: 'secret-needed' })
    await expect(logIn(target)).rejects.toMatchObject({
      code: 'secret-needed',
      found: expect.stringContaining(`${server.lockedKey} needs a passphrase`),
    })
    expect(server.log().slice(before)).not.toMatch(/Accepted|Failed/)
  })

  it('takes a password, and says that one is refused', async () => {
    expect(await logIn(withoutKey(), { password: server.password })).toMatchObject({ in: true })
    await expect(logIn(withoutKey(), { password: 'wrong' })).rejects.toMatchObject({
      code: 'authentication-refused',
      found: 'refused: password; it takes publickey, password',
    })
  })

  it('takes a key of an agent, and does not forward it', async () => {
    const target: BoardTarget = { ...server.target, keys: [], authentication: ['agent'] }
    expect(await logIn(target, {}, { agent: startAgent(server.key) })).toMatchObject({ in: true })
    const board = await connectBoard(
      target,
      {},
      { stored: [server.known], files: [] },
      { agent: startAgent(server.key) },
    )
    const { stdout } = await board.run(['env'], { maxBytes: 10_000, timeout_ms: 10_000 })
    expect(stdout).not.toContain('SSH_AUTH_SOCK')
    await board.close()
    await expect(logIn(target, {}, { agent: startAgent() })).rejects.toMatchObject({ code: 'authentication-refused' })
    const gone = join(folder, 'no-agent')
    await expect(logIn(target, {}, { agent: gone })).rejects.toMatchObject({
      code: 'authentication-refused',
      found: expect.stringContaining('the agent did not answer'),
    })
  })

  it('shows an agent’s keys only as far as IdentitiesOnly says', async () => {
    const config = join(folder, 'identities')
    writeFileSync(config, `Host *\n  IdentitiesOnly yes\n  IdentityFile ${server.lockedKey}\n`)
    const target: BoardTarget = {
      host: '127.0.0.1',
      port: server.port,
      user: 'board',
      config,
      authentication: ['agent'],
    }
    await expect(logIn(target, {}, { agent: startAgent(server.key) })).rejects.toMatchObject({
      code: 'authentication-refused',
    })
    writeFileSync(config, `Host *\n  IdentitiesOnly yes\n  IdentityFile ${server.key}\n`)
    expect(await logIn(target, {}, { agent: startAgent(server.key) })).toMatchObject({ in: true })
  })

  it('goes on to the password where a key is refused', async () => {
    const other = join(folder, 'other')
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', other])
    const target = { ...server.target, keys: [other] }
    expect(await logIn(target, { password: server.password })).toMatchObject({ in: true })
    await expect(logIn(target)).rejects.toMatchObject({
      code: 'authentication-refused',
      found: /refused: key/ as never,
    })
  })

  it.each([
    ['rsa', '3072'],
    ['ecdsa', '384'],
  ])('takes an %s key', async (kind, bits) => {
    const key = join(folder, `key-${kind}`)
    execFileSync('ssh-keygen', ['-q', '-t', kind, '-b', bits, '-N', '', '-f', key])
    const file = join(server.folder, 'authorized_keys')
    writeFileSync(file, readFileSync(file, 'utf8') + readFileSync(`${key}.pub`, 'utf8'))
    expect(await logIn({ ...server.target, keys: [key] })).toMatchObject({ in: true })
  })

  it('says which key file is not there, or no key', async () => {
    const missing = { ...server.target, keys: [join(folder, 'missing')] }
    await expect(logIn(missing)).rejects.toMatchObject({ code: 'not-found' })
    const rubbish = join(folder, 'rubbish')
    writeFileSync(rubbish, 'rubbish')
    await expect(logIn({ ...server.target, keys: [rubbish] })).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(logIn({ ...server.target, keys: [`${server.key}.pub`] })).rejects.toMatchObject({
      code: 'input-invalid',
    })
  })

  it('says that nobody listens, that there is no such name, and that somebody else answers', async () => {
    const nobody = { ...server.target, port: 1 }
    await expect(logIn(nobody)).rejects.toMatchObject({
      code: 'host-unreachable',
      found: /no SSH server listens/ as never,
    })
    await expect(logIn({ ...server.target, host: 'no-such-board.invalid' })).rejects.toMatchObject({
      code: 'host-unreachable',
    })
  })

  describe('the key of the server', () => {
    const none: KnownKeys = { stored: [], files: [] }
    const otherKey = { algorithm: 'ssh-ed25519', fingerprint: `SHA256:${'A'.repeat(43)}` }

    function knownHosts(name: string, lines: string): KnownKeys {
      const file = join(folder, name)
      writeFileSync(file, lines)
      return { stored: [], files: [file] }
    }
    const publicKey = () =>
      readFileSync(join(server.folder, 'host_ed25519.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
    const foreignKey = () => readFileSync(`${server.key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')

    it('is told where nothing is known of it, as ssh-keygen prints it, and nothing is sent', async () => {
      const before = server.log().length
      const error = await logIn(server.target, {}, { keys: none }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(HostKeyError)
      const printed = execFileSync('ssh-keygen', ['-lf', join(server.folder, 'host_ed25519.pub')], { encoding: 'utf8' })
      expect(error).toMatchObject({
        code: 'host-key-unknown',
        offered: { algorithm: 'ssh-ed25519', fingerprint: printed.split(' ')[1] },
      })
      expect(server.log().slice(before)).not.toMatch(/Accepted|Failed/)
    })

    it('is taken where its fingerprint was accepted, and only that one', async () => {
      const accept = (fingerprint: string) => logIn(server.target, {}, { keys: { ...none, accept: [fingerprint] } })
      expect(await accept(server.hostKey.fingerprint)).toMatchObject({ in: true, hostKeys: [{ from: 'accepted' }] })
      await expect(accept(otherKey.fingerprint)).rejects.toMatchObject({ code: 'host-key-unknown' })
    })

    it('is refused where another one was stored, naming both, unless it is replaced on purpose', async () => {
      const stored = [{ ...server.known, key: otherKey }]
      const keys = { ...none, stored }
      await expect(logIn(server.target, {}, { keys })).rejects.toMatchObject({
        code: 'host-key-changed',
        expected: expect.stringContaining(otherKey.fingerprint),
        found: expect.stringContaining(server.hostKey.fingerprint),
      })
      const accepting = { ...keys, accept: [server.hostKey.fingerprint] }
      await expect(logIn(server.target, {}, { keys: accepting })).rejects.toMatchObject({ code: 'host-key-changed' })
      const replacing = { ...keys, replace: [server.hostKey.fingerprint] }
      expect(await logIn(server.target, {}, { keys: replacing })).toMatchObject({
        in: true,
        hostKeys: [{ from: 'replaced' }],
      })
    })

    it('is found in known_hosts: by its name, by a pattern, hashed by ssh-keygen', async () => {
      const name = `[127.0.0.1]:${server.port}`
      const found = { in: true, hostKeys: [{ from: 'known-hosts' }] }
      expect(
        await logIn(server.target, {}, { keys: knownHosts('plain', `# a comment\n\n${name} ${publicKey()} me\n`) }),
      ).toMatchObject(found)
      expect(
        await logIn(server.target, {}, { keys: knownHosts('glob', `a,[127.0.*]:* ${publicKey()}\n`) }),
      ).toMatchObject(found)
      const hashed = knownHosts('hashed', `${name} ${publicKey()}\n`)
      execFileSync('ssh-keygen', ['-H', '-f', join(folder, 'hashed')], { stdio: 'ignore' })
      expect(readFileSync(join(folder, 'hashed'), 'utf8')).toMatch(/^\|1\|/)
      expect(await logIn(server.target, {}, { keys: hashed })).toMatchObject(found)
    })

    it('is unknown to lines of other ports, of negated names and of authorities', async () => {
      const lines = [
        `127.0.0.1 ${publicKey()}`,
        `*,![127.0.0.1]:${server.port} ${publicKey()}`,
        `@cert-authority * ${foreignKey()}`,
      ]
      await expect(logIn(server.target, {}, { keys: knownHosts('others', lines.join('\n')) })).rejects.toMatchObject({
        code: 'host-key-unknown',
        expected: expect.stringContaining('@cert-authority are not supported'),
      })
    })

    it('is refused where known_hosts has another one, or revokes it whatever else is known', async () => {
      const name = `[127.0.0.1]:${server.port}`
      const changed = knownHosts('changed', `${name} ${foreignKey()}\n`)
      await expect(logIn(server.target, {}, { keys: changed })).rejects.toMatchObject({
        code: 'host-key-changed',
        where: { file: join(folder, 'changed'), line: 1 },
      })
      const revoked = knownHosts('revoked', `${name} ${publicKey()}\n@revoked * ${publicKey()}\n`)
      const keys = { ...revoked, stored: [server.known], replace: [server.hostKey.fingerprint] }
      await expect(logIn(server.target, {}, { keys })).rejects.toMatchObject({
        code: 'host-key-revoked',
        where: { line: 2 },
      })
    })

    it('is asked for in the algorithm that is known, where the server has several', async () => {
      const several = await startSshServer({ hostKeys: ['rsa', 'ed25519'] })
      const keys = { stored: [several.known], files: [] }
      expect(await logIn(several.target, {}, { keys })).toMatchObject({ hostKeys: [{ key: { algorithm: 'ssh-rsa' } }] })
      await several.stop()
    })
  })

  describe('the way there', () => {
    let inner: SshServer
    beforeAll(async () => {
      inner = await startSshServer()
    })
    afterAll(() => inner?.stop())

    const bothKnown = (): KnownKeys => ({ stored: [server.known, inner.known], files: [] })

    it('leads through another server, whose secrets are its own', async () => {
      const jump = { host: '127.0.0.1', port: server.port, user: 'board' }
      const target: BoardTarget = { ...inner.target, keys: [], authentication: ['password'], jumps: [jump] }
      const secrets = { password: inner.password, jumps: { '127.0.0.1': { password: server.password } } }
      const result = await logIn(target, secrets, { keys: bothKnown() })
      expect(result).toMatchObject({ in: true, hostKeys: [{ port: server.port }, { port: inner.port }] })
      const byPort = { ...secrets, jumps: { ...secrets.jumps, [`127.0.0.1:${server.port}`]: { password: 'wrong' } } }
      await expect(logIn(target, byPort, { keys: bothKnown() })).rejects.toMatchObject({
        code: 'authentication-refused',
        subject: '127.0.0.1',
      })
      await expect(logIn(target, { password: inner.password }, { keys: bothKnown() })).rejects.toMatchObject({
        code: 'secret-needed',
        subject: '127.0.0.1',
        hint: expect.stringContaining('--jump-password-file'),
      })
    })

    it('asks for the key of the server on the way first', async () => {
      const target: BoardTarget = { ...inner.target, jumps: [{ host: '127.0.0.1', port: server.port, user: 'board' }] }
      await expect(logIn(target, {}, { keys: { stored: [inner.known], files: [] } })).rejects.toMatchObject({
        code: 'host-key-unknown',
        server: { name: '127.0.0.1', host: '127.0.0.1', port: server.port, jump: true },
      })
    })

    it('tells of a key once it is taken, also where nobody gets in behind it', async () => {
      const jump = { host: '127.0.0.1', port: server.port, user: 'board' }
      const target: BoardTarget = { ...inner.target, jumps: [jump] }
      const seen: unknown[] = []
      const keys = { stored: [], files: [], accept: [server.hostKey.fingerprint] }
      const secrets = { jumps: { '127.0.0.1': { password: server.password } } }
      const onHostKey = (one: unknown) => seen.push(one)
      await expect(logIn(target, secrets, { keys, onHostKey })).rejects.toMatchObject({
        code: 'host-key-unknown',
        server: { port: inner.port, jump: false },
      })
      expect(seen).toEqual([{ ...server.known, from: 'accepted' }])
      await expect(logIn(target, {}, { keys, onHostKey })).rejects.toMatchObject({ code: 'secret-needed' })
      expect(seen).toHaveLength(2)
      await expect(logIn(target, {}, { keys: { stored: [], files: [] }, onHostKey })).rejects.toMatchObject({
        code: 'host-key-unknown',
      })
      expect(seen).toHaveLength(2)
    })

    it('is read from the SSH configuration', async () => {
      const config = join(folder, 'config')
      const lines = [
        'Host gate',
        `  HostName 127.0.0.1`,
        `  Port ${server.port}`,
        'Host lab-*',
        '  HostName 127.0.0.1',
        `  Port ${inner.port}`,
        '  ProxyJump gate',
        'Host lab-pi gate',
        '  User board',
        `  IdentityFile ${server.key}`,
        `  IdentityFile ${inner.key}`,
        `  UserKnownHostsFile ${join(folder, 'config-hosts')}`,
        'Include other',
        'Host *',
        '  ForwardAgent yes',
        '  StrictHostKeyChecking no',
      ]
      writeFileSync(config, lines.join('\n'))
      writeFileSync(join(folder, 'config-hosts'), '')
      const keys = { stored: [server.known, inner.known] }
      const result = await logIn({ host: 'lab-pi', config }, {}, { keys })
      expect(result).toMatchObject({ in: true, hostKeys: [{ port: server.port }, { port: inner.port }] })
      // StrictHostKeyChecking no does not let an unknown key in.
      await expect(logIn({ host: 'lab-pi', config }, {}, { keys: { stored: [server.known] } })).rejects.toMatchObject({
        code: 'host-key-unknown',
        server: { port: inner.port, jump: false },
      })
    })

    it('says where the second server cannot be reached from the first', async () => {
      const target: BoardTarget = {
        ...inner.target,
        port: 1,
        jumps: [{ host: '127.0.0.1', port: server.port, user: 'board' }],
      }
      const secrets = { jumps: { '127.0.0.1': { password: server.password } } }
      await expect(logIn(target, secrets, { keys: bothKnown() })).rejects.toMatchObject({ code: 'host-unreachable' })
    })
  })
})
