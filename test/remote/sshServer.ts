import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hostKeyOf } from '../../src/remote/ssh/knownHosts.ts'
import type { BoardTarget, HostKey, KnownHostKey } from '../../src/shared/contract/board.ts'

const sshd = '/usr/sbin/sshd'

/** What this machine lacks to run an OpenSSH server of its own; null where it has all. */
export function lacksSshServer(): string | null {
  if (!existsSync(sshd)) return 'no /usr/sbin/sshd'
  if (process.getuid?.() !== 0) return 'no root, without which sshd cannot check passwords'
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' })
    return null
  } catch {
    return 'no mount namespace of its own (unshare -m)'
  }
}

/** Prints why a suite is skipped; with `CI=true` a missing server is a failure. */
export function skipWithoutSshServer(): boolean {
  const reason = lacksSshServer()
  if (reason === null) return false
  if (process.env['CI'] === 'true') throw new Error(`This suite needs an OpenSSH server: ${reason}.`)
  console.log(`skipped: ${reason}`)
  return true
}

export interface SshServerOptions {
  /** lines of sshd_config that go before the usual ones */
  config?: readonly string[]
  /** host keys; the first is the one that is asked for first */
  hostKeys?: readonly ('ed25519' | 'ecdsa' | 'rsa')[]
  /** of the user, in front of the system's PATH */
  path?: string
  /** login shell of the user */
  shell?: string
  /** environment of the server, which its commands do not get */
  environment?: Record<string, string>
  /** 0: one that is free */
  port?: number
  /** a folder of an earlier server, whose keys are taken */
  folder?: string
  /** a script of sh that runs before the server, in a user namespace of its own too: what it mounts only this server sees */
  mounts?: string
}

export interface SshServer {
  /** the process that listens, in a mount namespace of its own */
  pid: number
  port: number
  user: string
  password: string
  /** private key that lets the user in, without a passphrase */
  key: string
  /** the same user's key that needs `passphrase` */
  lockedKey: string
  passphrase: string
  /** of the user, on the board */
  home: string
  folder: string
  hostKey: HostKey
  /** `hostKey` under its port */
  known: KnownHostKey
  /** a target with the key, without any SSH configuration */
  target: BoardTarget
  /** everything that the server logged */
  log(): string
  stop(): Promise<void>
}

/**
 * OpenSSH on a high port of 127.0.0.1, with a user `board` of its own: its users stand in private copies of `/etc/passwd` and
 * `/etc/shadow`, which only it sees, in a mount namespace of its own.
 */
export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'bitgauge-sshd-'))
  // sshd walks up from a user's keys and wants no folder that others may write.
  chmodSync(folder, 0o755)
  const port = options.port ?? (await freePort())
  const password = 'correct horse'
  const passphrase = 'battery staple'
  const home = join(folder, 'home')
  makeUser(folder, home, { password, shell: options.shell ?? '/bin/sh' })
  const kinds = options.hostKeys ?? ['ed25519']
  for (const kind of kinds) makeKey(join(folder, `host_${kind}`), '', kind)
  makeKey(join(folder, 'key'), '')
  makeKey(join(folder, 'locked'), passphrase)
  writeFileSync(
    join(folder, 'authorized_keys'),
    readFileSync(join(folder, 'key.pub'), 'utf8') + readFileSync(join(folder, 'locked.pub'), 'utf8'),
  )
  writeFileSync(join(folder, 'sshd_config'), configOf(folder, port, kinds, options))
  const server = await launch(folder, options)
  await answering(port, server, () => log(folder))
  const hostKey = hostKeyOf(
    Buffer.from(readFileSync(join(folder, `host_${kinds[0]}.pub`), 'utf8').split(' ')[1]!, 'base64'),
  )
  const key = join(folder, 'key')
  return {
    pid: server.pid!,
    port,
    user: 'board',
    password,
    key,
    lockedKey: join(folder, 'locked'),
    passphrase,
    home,
    folder,
    hostKey,
    known: { host: '127.0.0.1', port, key: hostKey },
    target: { host: '127.0.0.1', port, user: 'board', keys: [key], config: null },
    log: () => log(folder),
    stop: async () => {
      await end(server)
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configOf(
  folder: string,
  port: number,
  kinds: readonly string[],
  { config = [], path }: SshServerOptions,
): string {
  return [
    ...config,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...kinds.map((kind) => `HostKey ${folder}/host_${kind}`),
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    `PidFile ${folder}/pid`,
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication yes',
    'KbdInteractiveAuthentication no',
    'PrintMotd no',
    'LogLevel VERBOSE',
    ...(config.some((line) => line.startsWith('Subsystem')) ? [] : ['Subsystem sftp internal-sftp']),
    'AllowAgentForwarding yes',
    ...(path === undefined ? [] : [`SetEnv PATH=${path}`]),
    '',
  ].join('\n')
}

/** The user has root's number, so that a test may look into what is written; the password is hashed by OpenSSL. */
function makeUser(folder: string, home: string, { password, shell }: { password: string; shell: string }): void {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const hash = execFileSync('openssl', ['passwd', '-6', password], { encoding: 'utf8' }).trim()
  const passwd = readFileSync('/etc/passwd', 'utf8')
  writeFileSync(join(folder, 'passwd'), `${passwd}board:x:0:0:board:${home}:${shell}\n`)
  writeFileSync(join(folder, 'shadow'), `${readFileSync('/etc/shadow', 'utf8')}board:${hash}:19000:0:99999:7:::\n`, {
    mode: 0o600,
  })
}

function makeKey(file: string, passphrase: string, kind = 'ed25519'): void {
  if (existsSync(file)) return
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    kind,
    ...(kind === 'rsa' ? ['-b', '2048'] : []),
    '-N',
    passphrase,
    '-C',
    'test',
    '-f',
    file,
  ])
}

/** `/run/sshd` is where sshd shuts its unprivileged part in: an empty one, which only it sees. */
async function launch(folder: string, { environment = {}, mounts }: SshServerOptions): Promise<ChildProcess> {
  const script = [
    'set -e',
    ...(mounts === undefined ? [] : [mounts]),
    'mount --bind "$1/passwd" /etc/passwd',
    'mount --bind "$1/shadow" /etc/shadow',
    'mount -t tmpfs none /run',
    'mkdir -m 755 /run/sshd',
    // A board that starts anew has another one.
    'if [ -e "$1/boot_id" ]; then mount --bind "$1/boot_id" /proc/sys/kernel/random/boot_id; fi',
    // It ends with whoever started it, also where nobody was left to stop it.
    `exec setpriv --pdeathsig TERM ${sshd} -D -e -f "$1/sshd_config" 2>>"$1/log"`,
  ].join('\n')
  const env = { PATH: process.env['PATH'] ?? '', ...environment }
  if (mounts !== undefined) return inUserNamespace(['sh', '-c', script, 'sshd', folder], env)
  return spawn('unshare', ['-m', 'sh', '-c', script, 'sshd', folder], { env, stdio: ['ignore', 'ignore', 'pipe'] })
}

/** Starts a program as root of a user namespace that has this one's users, with mounts of its own. Its numbers are written from outside, as `newuidmap` does. */
async function inUserNamespace(command: readonly string[], env: Record<string, string>): Promise<ChildProcess> {
  const waiting = 'echo; read -r x; exec "$@"'
  const args = ['-U', '-m', '--propagation', 'private', 'sh', '-c', waiting, 'sh', ...command]
  const child = spawn('unshare', args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  await new Promise((resolve) => child.once('exit', resolve) && child.stdout.once('data', resolve))
  if (child.exitCode !== null) return child
  for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${child.pid}/${map}`, '0 0 65536\n')
  child.stdin.end('\n')
  child.stdout.resume()
  return child
}

function log(folder: string): string {
  const file = join(folder, 'log')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Waits until a server greets. */
export async function answering(port: number, server: ChildProcess, said: () => string): Promise<void> {
  let early = ''
  server.stderr!.on('data', (bytes: Buffer) => (early += bytes.toString()))
  for (let k = 0; k < 400; k++) {
    if (server.exitCode !== null) throw new Error(`sshd ended: ${early}${said()}`)
    if (await answers(port)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`sshd does not answer: ${said()}`)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

/** A port that is free now; another program may take it before it is used. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** Ends a server and waits for it. */
export function end(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve()
    server.once('exit', () => resolve())
    server.kill('SIGTERM')
  })
}
