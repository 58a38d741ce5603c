import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planRoute } from '../../src/remote/ssh/route.ts'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'bitgauge-route-'))
  mkdirSync(join(home, '.ssh'))
})
afterAll(() => rmSync(home, { recursive: true }))

function route(lines: string[], target: Parameters<typeof planRoute>[0]) {
  writeFileSync(join(home, '.ssh', 'config'), lines.join('\n'))
  return planRoute(target, home).servers
}
const config = () => join(home, '.ssh', 'config')

describe('planRoute', () => {
  it('takes what ssh takes where nothing is said', () => {
    expect(route([], { host: 'Pi.local' })).toEqual([
      {
        name: 'Pi.local',
        host: 'pi.local',
        port: 22,
        user: userInfo().username,
        jump: false,
        keyFiles: [],
        identitiesOnly: false,
        knownHostsFiles: null,
      },
    ])
  })

  it('takes the first value of an option, and every identity file, before those of the user', () => {
    const lines = [
      'host lab-?i !lab-xi',
      '  port=2222',
      '  IdentityFile "~/.ssh/with space"',
      'Host *',
      '  Port 2200',
      '  User pi',
      '  HostName %h.example.org',
      '  IdentityFile %d/.ssh/%r_key',
    ]
    const [server] = route(lines, { host: 'lab-pi', keys: ['/given'] })
    expect(server).toMatchObject({ host: 'lab-pi.example.org', port: 2222, user: 'pi' })
    expect(server!.keyFiles).toEqual([
      { path: '/given', named: true },
      { path: join(home, '.ssh/with space'), named: false },
      { path: join(home, '.ssh/pi_key'), named: false },
    ])
    writeFileSync(join(home, '.ssh', 'id_ed25519'), '')
    const usual = join(home, '.ssh', 'id_ed25519')
    expect(route([], { host: 'a' })[0]!.keyFiles).toEqual([{ path: usual, named: false }])
    expect(route(['IdentityFile none'], { host: 'a' })[0]!.keyFiles).toEqual([])
    rmSync(usual)
    expect(route(lines, { host: 'lab-xi', port: 9, user: 'me' })[0]).toMatchObject({ port: 9, user: 'me' })
  })

  it('judges Match by host, originalhost and user', () => {
    const lines = [
      'Match originalhost board user me',
      '  Port 1022',
      'Match host 10.* ',
      '  Port 1023',
      'Match all',
      '  User other',
    ]
    expect(route(lines, { host: 'board', user: 'me' })[0]).toMatchObject({ port: 1022 })
    expect(route(lines, { host: '10.0.0.9' })[0]).toMatchObject({ port: 1023, user: 'other' })
    expect(route(lines, { host: 'else' })[0]).toMatchObject({ port: 22, user: 'other' })
  })

  it('passes servers in their order, each by its own options', () => {
    const lines = [
      'Host board',
      '  ProxyJump me@gate:2022,[::1]:23',
      'Host gate',
      '  HostName gate.example.org',
      '  ProxyJump outer',
    ]
    expect(route(lines, { host: 'board' }).map(({ host, port }) => [host, port])).toEqual([
      ['outer', 22],
      ['gate.example.org', 2022],
      ['::1', 23],
      ['board', 22],
    ])
    expect(route(lines, { host: 'board', jumps: [] })).toHaveLength(1)
    expect(route(['Host board', '  ProxyJump none', '  ProxyCommand nc %h'], { host: 'board' })).toHaveLength(1)
  })

  it('gives a server on the way the keys that are named for it, and the board none of them', () => {
    const jumps = [{ host: 'outer', keys: ['~/.ssh/outer'] }, { host: 'inner' }]
    const servers = route([], { host: 'board', keys: ['/keys/board'], jumps })
    expect(servers.map(({ name, keyFiles }) => [name, keyFiles.filter(({ named }) => named).length])).toEqual([
      ['outer', 1],
      ['inner', 0],
      ['board', 1],
    ])
    expect(servers[0]?.keyFiles[0]?.path).toMatch(/\/\.ssh\/outer$/)
    expect(servers[2]?.keyFiles[0]?.path).toBe('/keys/board')
  })

  it.each([
    ['ProxyCommand', ['', '# why', 'Host board', '', '  ProxyCommand nc -x proxy %h %p'], 5],
    ['LocalCommand', ['Host *', '  LocalCommand rm -rf ~'], 2],
    ['RemoteCommand', ['Port 22', 'RemoteCommand tmux'], 2],
    ['Match exec', ['Host other', '  Port 3', 'Match host board exec "touch /tmp/bitgauge-ran"', '  Port 4'], 3],
    ['Match tagged', ['Match tagged lab', '  Port 4'], 1],
  ])('refuses %s with its line', (option, lines, line) => {
    expect(() => route(lines, { host: 'board' })).toThrow(
      expect.objectContaining({
        code: 'ssh-option-refused',
        found: option,
        where: { file: config(), line, column: 1 },
      }),
    )
  })

  it('does not mind what is said of other hosts, or a ProxyCommand that a given way goes before', () => {
    const lines = ['Host other', '  ProxyCommand nc', '  LocalCommand x', 'Match host other exec "false"', '  Port 3']
    expect(route(lines, { host: 'board' })).toHaveLength(1)
    expect(route(['ProxyCommand nc', 'Port 5'], { host: 'board', jumps: [] })[0]).toMatchObject({ port: 5 })
    expect(route(['ProxyCommand none'], { host: 'board' })).toHaveLength(1)
  })

  it('says what is wrong with the file', () => {
    expect(() => route(['Port 99999'], { host: 'a' })).toThrow(
      expect.objectContaining({ code: 'input-invalid', found: '99999' }),
    )
    expect(() => route(['ProxyJump -oProxyCommand=x y'], { host: 'a' })).toThrow(
      expect.objectContaining({ code: 'input-invalid' }),
    )
    expect(() => route(['Host a', 'ProxyJump b', 'Host b', 'ProxyJump a'], { host: 'a' })).toThrow(/too many servers/)
    expect(() => planRoute({ host: 'a', config: join(home, 'missing') }, home)).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    )
    expect(planRoute({ host: 'a', config: null }, home).servers).toHaveLength(1)
  })
})
