import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from './run.ts'

export interface ServedHome {
  /** opens the page once */
  url: string
  stop(): Promise<void>
}

/** The real `bitgauge serve` on a home, for figures and pictures. */
export async function serveHome(home: string): Promise<ServedHome> {
  const server = spawn(process.execPath, [join(root, 'src', 'cli', 'bin.mjs'), 'serve', '--home', home], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()))
  const stop = (): Promise<void> => {
    server.kill('SIGTERM')
    return ended
  }
  return { url: await printedUrl(server), stop }
}

async function printedUrl(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error('serve has no standard output')
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /https?:\/\/\S+#token=\S+/.exec(line)?.[0]
    if (url !== undefined) return url
  }
  throw new Error('serve ended without printing its address')
}
