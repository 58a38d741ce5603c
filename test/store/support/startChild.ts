import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const childProgram = fileURLToPath(new URL('child.ts', import.meta.url))

export interface Child {
  lines: string[]
  /** settles when the child has said a line that starts so; fails when it ends without */
  said(start: string, count?: number): Promise<void>
  tell(): void
  kill(): Promise<void>
  /** settles with its exit code */
  ended: Promise<number | null>
}

/** Starts `child.ts`; it is killed after the test where it still runs. */
export function startChild(command: string, home: string): Child {
  return follow(spawn(process.execPath, [childProgram, command, home]))
}

export function follow(process: ChildProcessWithoutNullStreams): Child {
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const look = () => waiting.forEach((one) => one())
  createInterface(process.stdout).on('line', (line) => {
    lines.push(line)
    look()
  })
  let errors = ''
  process.stderr.on('data', (text: Buffer) => (errors += text.toString()))
  process.stdin.on('error', () => undefined)
  const ended = once(process, 'close').then(([code]) => code as number | null)
  onTestFinished(() => void process.kill('SIGKILL'))
  return {
    lines,
    ended,
    tell: () => process.stdin.write('\n'),
    kill: async () => {
      process.kill('SIGKILL')
      await ended
    },
    said: (start, count = 1) =>
      new Promise((resolve, reject) => {
        const one = () => {
          if (lines.filter((line) => line.startsWith(start)).length >= count) resolve()
        }
        waiting.add(one)
        one()
        void ended.then(() => reject(new Error(`ended without saying "${start}": ${lines.join(' / ')} ${errors}`)))
      }),
  }
}
