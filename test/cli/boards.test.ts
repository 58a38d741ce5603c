import { spawn } from 'node:child_process'
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BoardAdded, BoardTrusted } from '../../src/shared/contract/boardCalls.ts'
import { skipWithoutSshServer, startSshServer, type SshServer } from '../remote/sshServer.ts'
import { bin, ended, run, schemaErrors, temporaryFolder, type Ended } from './program.ts'

describe.skipIf(skipWithoutSshServer())('a board behind another server, on the command line', () => {
  let gate: SshServer
  let board: SshServer
  const home = temporaryFolder()
  const given = (): string[] => ['--jump-password-file', `gate=${join(home.path, 'gate.password')}`]
  // The jump has a name of its own by the SSH configuration.
  const config = join(home.path, 'config')

  beforeAll(async () => {
    gate = await startSshServer()
    board = await startSshServer({ hostKeys: ['ed25519'] })
    writeFileSync(join(home.path, 'gate.password'), `${gate.password}\n`, { mode: 0o600 })
    const lines = ['Host gate', '  HostName 127.0.0.1', `  Port ${gate.port}`, '  User board']
    writeFileSync(config, [...lines, 'Host *', '  UserKnownHostsFile /dev/null', ''].join('\n'))
  })
  afterAll(async () => {
    await gate?.stop()
    await board?.stop()
    home.remove()
  })

  const boards = (...args: string[]): Promise<Ended> => run(['board', ...args, '--json', '--home', home.path])
  const told = <T>({ stdout }: Ended): T => (JSON.parse(stdout) as { data: T }).data
  const address = (): string => `board@127.0.0.1:${board.port}`

  it('has its own key and that of the server before it trusted one after the other, each shown first', async () => {
    const added = await boards('add', 'inner', address(), '--key', board.key, '--jump', 'gate', '--config', config)
    expect(added.code).toBe(3)
    expect(schemaErrors('board-add', JSON.parse(added.stdout))).toEqual([])
    const { state, ...first } = told<BoardAdded>(added) as Extract<BoardAdded, { state: 'unconfirmed' }>
    expect(state).toBe('unconfirmed')
    expect(first.offered).toEqual({
      ...gate.hostKey,
      server: { name: 'gate', host: '127.0.0.1', port: gate.port, jump: true },
    })
    const shown = await run(['board', 'trust', 'inner', '--home', home.path])
    expect(shown.stdout).toContain(`gate, on the way to inner, offers the key ssh-ed25519 ${gate.hostKey.fingerprint}`)

    const withoutSecret = await boards('trust', 'inner', '--host-key', gate.hostKey.fingerprint)
    expect(withoutSecret.code).toBe(1)
    expect(withoutSecret.stderr + withoutSecret.stdout).toContain('--jump-password-file')
    const second = await boards('trust', 'inner', '--host-key', gate.hostKey.fingerprint, ...given())
    expect(second.code).toBe(3)
    expect(told<BoardTrusted>(second)).toMatchObject({
      state: 'offered',
      offered: { ...board.hostKey, server: { port: board.port, jump: false } },
      board: { trust: 'unconfirmed', key: null, jumps: [{ name: 'gate', key: gate.hostKey }] },
    })

    const third = await boards('trust', 'inner', '--host-key', board.hostKey.fingerprint, ...given())
    expect(third.code).toBe(0)
    expect(schemaErrors('board-trust', JSON.parse(third.stdout))).toEqual([])
    expect(told<BoardTrusted>(third)).toMatchObject({
      state: 'trusted',
      board: { trust: 'trusted', key: board.hostKey },
    })
    expect(told(await boards('check', 'inner', ...given()))).toMatchObject({ board: { trust: 'trusted' } })
  }, 120_000)

  it('takes the secret of a server on the way from standard input', async () => {
    const args = ['board', 'check', 'inner', '--jump-password-file', 'gate=-', '--json', '--home', home.path]
    const child = spawn(process.execPath, [bin, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.end(`${gate.password}\n`)
    expect(told(await ended(child))).toMatchObject({ board: { trust: 'trusted' } })
    const twice = ['--password-file', '-', '--jump-password-file', 'gate=-']
    expect((await boards('check', 'inner', ...twice)).code).toBe(2)
  }, 60_000)

  it('takes no secret that others may read, and none that is not said to be whose', async () => {
    const open = join(home.path, 'open.password')
    writeFileSync(open, 'x\n')
    chmodSync(open, 0o644)
    const refused = await boards('check', 'inner', '--jump-password-file', `gate=${open}`)
    expect(refused.stdout).toContain('Others may read')
    const whose = await boards('check', 'inner', '--jump-password-file', 'correct-horse-battery')
    expect(whose.code).toBe(2)
    expect(whose.stdout + whose.stderr).not.toContain('correct-horse-battery')
  }, 60_000)

  it('goes through a server by a key of its own, which a flag names', async () => {
    const keys = ['--host-key', board.hostKey.fingerprint, '--key', board.key, '--no-config']
    const way = `board@127.0.0.1:${gate.port}`
    const by = async (name: string, ...flags: string[]): Promise<Ended> => {
      const first = await boards('add', name, address(), ...keys, '--jump', way, ...flags)
      const trusted = await boards('trust', name, '--host-key', gate.hostKey.fingerprint)
      expect(first.code).toBe(3)
      return trusted
    }
    expect(told<BoardTrusted>(await by('by-key', '--jump-key', gate.key))).toMatchObject({
      state: 'offered',
      offered: board.hostKey,
      board: { target: { jumps: [{ host: '127.0.0.1', port: gate.port, keys: [gate.key] }] } },
    })
    const through = await boards('trust', 'by-key', '--host-key', board.hostKey.fingerprint)
    expect(told<BoardTrusted>(through)).toMatchObject({ state: 'trusted', board: { trust: 'trusted' } })
    expect(told(await boards('check', 'by-key'))).toMatchObject({ board: { name: 'by-key' } })
    expect(told<BoardTrusted>(await by('by-name', '--jump-key', `127.0.0.1=${gate.key}`))).toMatchObject({
      state: 'offered',
      offered: board.hostKey,
    })
    // The board's own key is the board's alone.
    const wrong = await by('by-other', '--jump-key', board.key)
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'authentication-refused' } })
    const missing = await by('by-none', '--jump-key', join(home.path, 'not-there'))
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: 'not-found' } })
  }, 120_000)

  it('says that a key for a server on the way is for none', async () => {
    const alone = await boards('add', 'lost', address(), '--jump-key', gate.key)
    expect([alone.code, alone.stdout + alone.stderr]).toEqual([2, expect.stringContaining('--jump with the server')])
    const ways = ['--jump', 'a.example', '--jump', 'b.example']
    const either = await boards('add', 'lost', address(), ...ways, '--jump-key', gate.key)
    expect([either.code, either.stdout + either.stderr]).toEqual([2, expect.stringContaining('the name of a server')])
  }, 60_000)

  it('says whose key has changed, and takes the new one on purpose', async () => {
    const { port } = gate
    await gate.stop()
    gate = await startSshServer({ port })
    writeFileSync(join(home.path, 'gate.password'), `${gate.password}\n`, { mode: 0o600 })
    const changed = await boards('check', 'inner', ...given())
    expect(JSON.parse(changed.stdout)).toMatchObject({ error: { code: 'host-key-changed' } })
    const list = told<{ boards: { name: string; trust: string; refused: unknown }[] }>(await boards('list'))
    expect(list.boards.find(({ name }) => name === 'inner')).toMatchObject({
      trust: 'changed',
      refused: { ...gate.hostKey, server: { name: 'gate', jump: true } },
    })
    const taken = await boards('trust', 'inner', '--host-key', gate.hostKey.fingerprint, ...given())
    expect(told<BoardTrusted>(taken)).toMatchObject({ state: 'trusted', board: { trust: 'trusted', refused: null } })
  }, 60_000)

  it('keeps no secret', () => {
    const files = readdirSync(home.path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile())
    const texts = files
      .filter(({ name }) => name !== 'gate.password')
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    expect(texts.join('\n')).not.toContain(gate.password)
  })
})
