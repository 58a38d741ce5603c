import type * as Electron from 'electron'
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onlyDefined, StandInEmitter } from './onlyDefined.ts'
import { report } from './report.ts'

type Face = 'kill' | 'on' | 'once' | 'pid' | 'postMessage' | 'stderr' | 'stdout'

const shim = fileURLToPath(new URL('./utilityChild.ts', import.meta.url))
const signalNumbers: Readonly<Record<string, number>> = { SIGKILL: 9, SIGTERM: 15, SIGSEGV: 11, SIGABRT: 6 }

/** A utility process: a real process of its own with `process.parentPort`. */
class StandInUtilityProcess extends StandInEmitter implements Pick<Electron.UtilityProcess, Face> {
  readonly #child: ChildProcess
  pid: number | undefined

  constructor(entry: string, given: readonly string[], options: Electron.ForkOptions) {
    super('UtilityProcess', ['error', 'exit', 'message', 'spawn'])
    this.#child = fork(shim, [entry, ...given], {
      env: (options.env ?? process.env) as NodeJS.ProcessEnv,
      execArgv: options.execArgv ?? [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child.on('spawn', () => {
      this.pid = this.#child.pid
      report({ type: 'utility', pid: this.pid ?? 0, options: { ...options, env: Object.keys(options.env ?? {}) } })
      this.tell('spawn')
    })
    this.#child.on('message', (message) => this.tell('message', message))
    this.#child.on('exit', (code, signal) => {
      this.pid = undefined
      this.tell('exit', code ?? signalNumbers[signal ?? ''] ?? 1)
    })
  }

  get stdout(): NodeJS.ReadableStream | null {
    return this.#child.stdout
  }

  get stderr(): NodeJS.ReadableStream | null {
    return this.#child.stderr
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('the Electron stand-in does not send ports to utility processes')
    if (this.#child.connected) this.#child.send(message as object, () => {})
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM')
  }
}

export const utilityProcess = onlyDefined('utilityProcess', {
  fork: (entry: string, given: string[] = [], options: Electron.ForkOptions = {}) =>
    onlyDefined(
      'UtilityProcess',
      new StandInUtilityProcess(entry, given, options),
    ) as unknown as Electron.UtilityProcess,
}) satisfies Pick<typeof Electron.utilityProcess, 'fork'>
