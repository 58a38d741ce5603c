import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../../build/setup/findProgram.ts'
import { hostKeyOf } from '../../src/remote/ssh/knownHosts.ts'
import { answering, end, freePort, skipWithoutSshServer, type SshServer } from './sshServer.ts'

/** Prints why a suite is skipped; with `CI=true` a missing server is a failure. */
export function skipWithoutDropbear(): boolean {
  if (skipWithoutSshServer()) return true
  if (findProgram(['dropbear'], process.env['PATH']) !== undefined) return false
  if (process.env['CI'] === 'true') throw new Error('This suite needs dropbear.')
  console.log('skipped: no dropbear')
  return true
}

/**
 * Dropbear, the small server of routers and boards, for the user of an OpenSSH server of the test. It starts commands in no process group of
 * their own. With BusyBox for `/bin/sh`, where that is asked for.
 */
export async function startDropbear(server: SshServer, { busybox = false } = {}) {
  const { folder, home } = server
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
  copyFileSync(join(folder, 'authorized_keys'), join(home, '.ssh', 'authorized_keys'))
  const key = join(folder, 'dropbear_key')
  const made = execFileSync('dropbearkey', ['-t', 'ed25519', '-f', key], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const blob = Buffer.from(/^ssh-ed25519 (\S+)/m.exec(made)![1]!, 'base64')
  const port = await freePort()
  const shell = busybox ? `mount --bind "$(command -v busybox)" "$(readlink -f /bin/sh)"` : ':'
  const script = `set -e
    mount --bind "$1/passwd" /etc/passwd; mount --bind "$1/shadow" /etc/shadow; ${shell}
    exec dropbear -F -E -p 127.0.0.1:"$2" -r "$1/dropbear_key" -P "$1/dropbear_pid"`
  const child = spawn('unshare', ['-m', 'sh', '-c', script, 'dropbear', folder, String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await answering(port, child, () => '')
  const known = { host: '127.0.0.1', port, key: hostKeyOf(blob) }
  return { port, known, target: { ...server.target, port }, stop: () => end(child) }
}
