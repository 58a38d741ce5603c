import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { hostPidsBelow } from './processes.ts'

const bin = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url))

export interface Served {
  readonly url: string
  readonly origin: string
  readonly pid: number
  /** Asks the program to stop, as `kill` does; gives its exit code. */
  stop(): Promise<number | null>
  /** Ends it at once, as nothing but the kernel can. */
  kill(): Promise<unknown>
}

/** Runs the real `bitgauge serve`, on any free port where none is given. */
export async function serve(home: string, environment: NodeJS.ProcessEnv = {}, port = 0): Promise<Served> {
  const child = spawn(process.execPath, [bin, 'serve', '--json', '--home', home, '--port', String(port)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const { url, origin } = await announced(child)
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM')
    return ended
  }
  const kill = (): Promise<unknown> => {
    // Where the program runs on another Node than the tests, the host is a child of what was spawned.
    for (const pid of [...hostPidsBelow(child.pid ?? 0), child.pid ?? 0]) process.kill(pid, 'SIGKILL')
    return ended
  }
  return { url, origin, pid: child.pid ?? 0, stop, kill }
}

function announced(child: ChildProcess): Promise<{ url: string; origin: string }> {
  return new Promise((resolve, reject) => {
    let said = ''
    let noise = ''
    child.stderr?.on('data', (text: Buffer) => (noise += text.toString()))
    child.stdout?.on('data', (text: Buffer) => {
      said += text.toString()
      const envelope = parsed(said)
      if (envelope?.data !== undefined) resolve(envelope.data)
    })
    child.once('exit', (code) => reject(new Error(`bitgauge serve ended with ${code}: ${said} ${noise}`)))
  })
}

function parsed(text: string): { data?: { url: string; origin: string } } | undefined {
  try {
    return JSON.parse(text) as { data?: { url: string; origin: string } }
  } catch {
    return undefined
  }
}
