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
