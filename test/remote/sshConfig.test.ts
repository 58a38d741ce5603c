import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planRoute } from '../../src/remote/ssh/route.ts'

const ssh = '/usr/bin/ssh'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitgauge-config-'))
  mkdirSync(join(folder, 'home', '.ssh', 'boards.d'), { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Asked {
  host: string
  user?: string
}
type Files = Readonly<Record<string, string>>

/** Files of a case: `config` is the one that is read, FOLDER is where they lie. */
function write(files: Files): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    writeFileSync(path, text.replaceAll('FOLDER', folder), { mode: 0o600 })
  }
  return join(folder, 'config')
}

/** What both are asked of a host. */
interface Told {
  host: string
  port: number
  user: string
  identityFiles: string[]
  identitiesOnly: boolean
  jumps: string[]
  knownHosts: string[] | null
}

function toldByOpenSsh(config: string, { host, user }: Asked, home = homedir()): Told {
  const login = user === undefined ? [] : ['-l', user]
  const text = execFileSync(ssh, ['-T', '-G', '-F', config, ...login, host], {
    encoding: 'utf8',
    env: { HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const all = text.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)])
  const values = (name: string): string[] => all.flatMap(([key, value]) => (key === name ? [value!] : []))
  const whole = (path: string): string => path.replace(/^~\//, `${home}/`)
  const knownHosts = values('userknownhostsfile')[0]!.split(' ').map(whole)
  return {
    host: values('hostname')[0]!,
    port: Number(values('port')[0]),
    user: values('user')[0]!,
    identityFiles: values('identityfile').map(whole),
    identitiesOnly: values('identitiesonly')[0] === 'yes',
    jumps: values('proxyjump').flatMap((jumps) => jumps.split(',')),
    knownHosts: knownHosts[0]!.endsWith('/.ssh/known_hosts') ? null : knownHosts,
  }
}

/** The same of the route that Bitgauge would take; the usual keys are told only where none is named, as far as they are there. */
function toldByUs(config: string, asked: Asked, home?: string): Told {
  const { servers } = planRoute({ ...asked, config }, home)
  const { host, port, user, keyFiles, identitiesOnly, knownHostsFiles } = servers.at(-1)!
  const jumps = servers.slice(0, -1).map(({ name, port: of }) => (of === 22 ? name : `${name}:${of}`))
  return {
    ...{ host, port, user, identitiesOnly, jumps, knownHosts: knownHostsFiles },
    identityFiles: keyFiles.map(({ path }) => path),
  }
}

const usual = (home: string): string[] =>
  ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', 'id_xmss', 'id_dsa'].map((name) =>
    join(home, '.ssh', name),
  )
/** OpenSSH names the usual keys where no other is named, whether or not they are there. */
function withoutUsual(told: Told, home = homedir()): Told {
  const left = told.identityFiles.filter((path) => path !== 'none' && !usual(home).includes(path))
  return { ...told, identityFiles: left, host: told.host.toLowerCase() }
}

const table: [what: string, files: Files, asked: Asked[]][] = [
  ['nothing', { config: '' }, [{ host: 'board' }, { host: 'Board', user: 'me' }]],
  [
    'first values, and identity files that add up',
    {
      config:
        'Host a*\n  Port 2201\n  User one\n  IdentityFile ~/.ssh/first\nHost *b\n  Port 2202\n  IdentityFile ~/.ssh/second\nHost *\n  User two\n  Port 2203\n  IdentitiesOnly yes\n',
    },
    [{ host: 'ab' }, { host: 'a' }, { host: 'b' }, { host: 'c' }, { host: 'ab', user: 'me' }],
  ],
  [
    'a pattern that must not match, before and behind others',
    { config: 'Host !gate lab-* !lab-9\n  Port 1\nHost !lab-1\n  Port 2\nHost * !lab-2\n  Port 3\n' },
    [{ host: 'gate' }, { host: 'lab-1' }, { host: 'lab-2' }, { host: 'lab-9' }, { host: 'else' }],
  ],
  [
    'question marks, dots and upper case',
    { config: 'Host 10.0.0.? pi?\n  Port 1\nHost PI\n  Port 2\nHost *.example.org\n  Port 3\n' },
    [
      { host: '10.0.0.7' },
      { host: '10.0.0.77' },
      { host: 'pi5' },
      { host: 'pi' },
      { host: 'PI' },
      { host: 'a.example.org' },
    ],
  ],
  [
    'signs of equality, quotes, blanks, comments and tabs',
    {
      config:
        '# first\n\nhost = "pi" other\n\tport=2222\n  hostname   "pi.example.org"\n  UserKnownHostsFile "FOLDER/a" FOLDER/c\n  User me # trailing\n\n#Port 9\n',
    },
    [{ host: 'pi' }, { host: 'other' }, { host: 'third' }],
  ],
  [
    'names with what was asked in them',
    { config: 'Host pi-*\n  HostName %h.example.org\nHost *\n  User all\n' },
    [{ host: 'pi-1' }, { host: 'x' }],
  ],
  [
    'Match by all of its criteria, with several patterns',
    {
      config:
        'Host pi\n  HostName pi.example.org\nMatch host *.example.org,10.* user me\n  Port 1\nMatch originalhost pi\n  Port 2\nMatch user root,me\n  Port 3\nMatch all\n  Port 4\n  User last\n',
    },
    [
      { host: 'pi' },
      { host: 'pi', user: 'me' },
      { host: '10.1.1.1', user: 'me' },
      { host: 'x', user: 'root' },
      { host: 'x' },
    ],
  ],
  [
    'Match by a name made of what was asked',
    { config: 'Host pi\n  HostName %h.example.org\nMatch host pi.example.org\n  Port 7\n' },
    [{ host: 'pi' }, { host: 'pi.example.org' }],
  ],
  [
    'Match that must not match',
    {
      config:
        'Match !host pi\n  Port 5\nMatch host *,!x\n  User me\nMatch !user me !originalhost z\n  Port 6\nMatch host X,PI originalhost PI\n  IdentitiesOnly yes\nMatch user ME\n  Port 8\n',
    },
    [{ host: 'pi' }, { host: 'x' }, { host: 'z' }],
  ],
  [
    'ways through other servers, and the first that is said of them',
    {
      config:
        'Host in\n  ProxyJump gate\nHost gate\n  ProxyJump none\nHost none\n  ProxyJump none\n  ProxyCommand nc %h %p\nHost *\n  ProxyJump other:2022\n',
    },
    [{ host: 'in' }, { host: 'none' }, { host: 'gate' }],
  ],
  [
    'an included file where it is named, before what comes behind',
    {
      config: 'Port 1\nInclude FOLDER/more\nUser two\nIdentityFile FOLDER/k2\n',
      more: 'Port 2\nUser one\nIdentityFile FOLDER/k1\n',
    },
    [{ host: 'a' }],
  ],
  [
    'an included file in a block of hosts only for these, and blocks that end with their file',
    {
      config: 'Host pi\n  Include FOLDER/more\n  IdentitiesOnly yes\nHost *\n  Port 9\n',
      more: 'User inner\nHost x\n  Port 1\nHost pi\n  Port 2\n',
    },
    [{ host: 'pi' }, { host: 'x' }],
  ],
  [
    'a block of an included file that does not go on behind it',
    { config: 'Include FOLDER/more\nPort 3\n', more: 'Host x\n  User me\n' },
    [{ host: 'x' }, { host: 'y' }],
  ],
  [
    'wildcards in lexical order, several words, and files that are not there',
    {
      config: 'Include FOLDER/*.part FOLDER/none FOLDER/z[a-b]?\nPort 99\n',
      'b.part': 'Port 2\nIdentityFile FOLDER/b\n',
      'a.part': 'Host x\n  Port 1\nHost *\n  IdentityFile FOLDER/a\n',
      '.hidden.part': 'User hidden\n',
      'B.part': 'IdentityFile FOLDER/B\n',
      za1: 'User za\n',
      zc1: 'User zc\n',
      'z{a,c}1': 'IdentityFile FOLDER/braces\n',
    },
    [{ host: 'x' }, { host: 'y' }],
  ],
  [
    'files that include others',
    {
      config: 'Include FOLDER/one\nPort 3\n',
      one: 'Host x\n Include FOLDER/two\n',
      two: 'Match all\n Port 2\nUser deep\n',
    },
    [{ host: 'x' }, { host: 'y' }],
  ],
  ['lines that end as on Windows', { config: 'Host x\r\n  Port 5\r\n  User me\r\n' }, [{ host: 'x' }, { host: 'y' }]],
  [
    'identity files that are none, and an answer in other words',
    {
      config:
        'Host x\n  IdentityFile none\n  IdentitiesOnly true\nHost y\n  IdentitiesOnly no\nHost *\n  IdentitiesOnly yes\n',
    },
    [{ host: 'x' }, { host: 'y' }, { host: 'z' }],
  ],
]

describe.skipIf(!existsSync(ssh))('the SSH configuration is read as ssh -G reads it', () => {
  it.each(table)('%s', (_what, files, asked) => {
    const config = write(files)
    for (const one of asked)
      expect({ asked: one, ...withoutUsual(toldByUs(config, one)) }).toEqual({
        asked: one,
        ...withoutUsual(toldByOpenSsh(config, one)),
      })
  })

  it('files without a folder, and those of the home folder', () => {
    const home = join(folder, 'home')
    const config = write({
      config: 'Include more boards.d/*.conf ~/.ssh/last ~/outside\n',
      'home/.ssh/more': 'Host x\n  Port 7\n',
      'home/.ssh/boards.d/2.conf': 'Port 8\nUser two\n',
      'home/.ssh/boards.d/1.conf': 'Host y\n  User one\n',
      'home/.ssh/last': 'IdentityFile ~/.ssh/mine\n',
      'home/outside': 'IdentitiesOnly yes\n',
    })
    for (const host of ['x', 'y', 'z']) {
      const asked = { host, user: 'me' }
      expect(withoutUsual(toldByUs(config, asked, home), home)).toEqual(
        withoutUsual(toldByOpenSsh(config, asked, home), home),
      )
    }
    expect(toldByUs(config, { host: 'y' }, home)).toMatchObject({ port: 8, user: 'one', identitiesOnly: true })
  })

  it('files without an end, and files that others may write, are errors', () => {
    const config = write({ config: 'Include FOLDER/config\n', open: 'Port 2\n' })
    expect(() => toldByOpenSsh(config, { host: 'x' })).toThrow(/Too many recursive configuration includes/)
    expect(() => toldByUs(config, { host: 'x' })).toThrow(/without an end/)
    chmodSync(join(folder, 'open'), 0o666)
    write({ config: 'Include FOLDER/open\n' })
    chmodSync(join(folder, 'open'), 0o666)
    expect(() => toldByOpenSsh(config, { host: 'x' })).toThrow(/Bad owner or permissions/)
    expect(() => toldByUs(config, { host: 'x' })).toThrow(expect.objectContaining({ code: 'forbidden' }))
  })
})

describe('what would run a program', () => {
  it('is refused in an included file, with its file and line', () => {
    const config = write({
      config: 'Host pi\n  Include FOLDER/*.more\n',
      'a.more': '# nothing\n',
      'b.more': 'User me\n\n  ProxyCommand nc %h %p\n',
    })
    expect(() => planRoute({ host: 'pi', config })).toThrow(
      expect.objectContaining({
        code: 'ssh-option-refused',
        where: { file: join(folder, 'b.more'), line: 3, column: 1 },
      }),
    )
    expect(planRoute({ host: 'other', config }).servers).toHaveLength(1)
  })

  it('is refused where files include each other very often', () => {
    const config = write({
      config: `${'Include FOLDER/same\n'.repeat(40)}`,
      same: 'Include FOLDER/leaf\n'.repeat(40),
      leaf: '',
    })
    expect(() => planRoute({ host: 'x', config })).toThrow(expect.objectContaining({ code: 'too-large' }))
  })
})
