import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type Connection, type Session } from 'ssh2'
import { hostKeyOf } from '../../src/remote/ssh/knownHosts.ts'

export interface Asked {
  prompt: string
  echo: boolean
  /** the one that lets somebody in */
  answer: string
}

export interface AskingServer {
  port: number
  /** of its host key, as `ssh-keygen -l` prints it */
  fingerprint: string
  stop(): Promise<void>
}

/** A server that lets somebody in for the right answers alone, and runs what it is asked to by `sh`, in an environment of its own. OpenSSH asks nothing without PAM. */
export async function startAsking(
  asked: readonly Asked[],
  environment: Readonly<Record<string, string>> = {},
): Promise<AskingServer> {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-asking-'))
  const key = join(folder, 'ecdsa')
  execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-m', 'PEM', '-f', key])
  const open = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [readFileSync(key, 'utf8')] }, (client) => {
    open.add(client)
    client.on('error', () => {})
    client.on('close', () => open.delete(client))
    client.on('authentication', (context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
      context.prompt(
        asked.map(({ prompt, echo }) => ({ prompt, echo })),
        (answers) => {
          const isRight = asked.every(({ answer }, k) => answers[k] === answer)
          if (isRight) context.accept()
          else context.reject()
        },
      )
    })
    client.on('session', (accept) =>
      serveCommands(accept(), { PATH: process.env['PATH'] ?? '', HOME: folder, ...environment }),
    )
  })
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  return {
    port,
    fingerprint: hostKeyOf(Buffer.from(readFileSync(`${key}.pub`, 'utf8').split(' ')[1]!, 'base64')).fingerprint,
    stop: async () => {
      for (const client of open) client.end()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function serveCommands(session: Session, env: Record<string, string>): void {
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept()
    const child = spawn('sh', ['-c', command], { env })
    channel.pipe(child.stdin)
    child.stdin.on('error', () => {})
    child.stdout.pipe(channel, { end: false })
    child.stderr.pipe(channel.stderr, { end: false })
    child.on('close', (code) => {
      channel.exit(code ?? 255)
      channel.end()
    })
  })
}
