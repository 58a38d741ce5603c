import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A process that does work in blocks when it is asked to: a line in, a line of JSON out. */
export interface AskedProcess {
  /** its first line, unasked */
  first: Record<string, unknown>
  /** the fields go out with tabs between */
  ask: (...fields: readonly (string | number)[]) => Promise<unknown>
  end: () => void
}

/** @throws Error where it ends before it has answered */
export async function startAsked(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<AskedProcess> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...environment } })
  const lines = createInterface({ input: child.stdout })
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${[program, ...args].join(' ')} ended with ${String(code)}`)))
  })
  ended.catch(() => {})
  const answer = async (): Promise<unknown> => {
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string]
    return JSON.parse(line)
  }
  const first = (await answer()) as Record<string, unknown>
  return {
    first,
    ask: (...fields) => {
      const found = answer()
      child.stdin.write(`${fields.join('\t')}\n`)
      return found
    },
    end: () => void child.kill(),
  }
}
