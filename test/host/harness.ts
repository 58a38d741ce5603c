import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { afterEach, beforeEach } from 'vitest'
import { computeEnvironment } from '../../src/host/compute/environment.ts'
import { forkLauncher, type ForkOptions } from '../../src/host/compute/forkLauncher.ts'
import { ComputeWorker } from '../../src/host/compute/worker.ts'
import { openHost, createLog, type ComputeLauncher, type Host } from '../../src/host/index.ts'
import { defaultPaths } from '../../src/host/paths.ts'
import type { HostEvent, Job } from '../../src/shared/contract/jobs.ts'
import { readyAddon } from '../compute/readyAddon.ts'
import { readyRuntime } from '../compute/readyRuntime.ts'

export const cache = defaultPaths().cache

/** A log into an array of parsed lines. */
export function memoryLog(level = 'debug'): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  const log = createLog({ write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) }, level)
  return { log, lines }
}

/** A folder of its own for each test of a file. */
export function temporaryFolder(): () => string {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bitgauge-host-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  return () => folder
}

/** Opens hosts with the real launcher and the real library; closes them after each test. */
export function hosts(): (
  home: string,
  options?: { cache?: string; log?: Logger; launcher?: ComputeLauncher },
) => Promise<Host> {
  const open: Host[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((host) => host.close()))
  })
  return async (home, options = {}) => {
    if (options.cache === undefined) await readyRuntime()
    const log = options.log ?? memoryLog().log
    const { launcher = forkLauncher({ log }) } = options
    const host = await openHost({ home, cache: options.cache ?? cache, launcher, log })
    open.push(host)
    return host
  }
}

/** Starts workers with the real library and ends them after each test. */
export function workers(): (
  environment?: Record<string, string>,
  options?: Omit<ForkOptions, 'log'>,
) => Promise<ComputeWorker> {
  const started: ComputeWorker[] = []
  afterEach(() => started.splice(0).forEach((worker) => worker.kill()))
  return async (environment = computeEnvironment(process.env, readyAddon()), options = {}) => {
    const launcher = forkLauncher({ log: memoryLog().log, ...options })
    const worker = await ComputeWorker.start(launcher, environment, new AbortController().signal)
    started.push(worker)
    return worker
  }
}

/** Reads events until one fits; the events read are given too. */
export async function until(
  events: AsyncIterator<HostEvent>,
  fits: (event: HostEvent) => boolean,
): Promise<HostEvent[]> {
  const seen: HostEvent[] = []
  for (;;) {
    const { value, done } = await events.next()
    if (done === true) throw new Error(`the events ended after ${JSON.stringify(seen).slice(0, 500)}`)
    seen.push(value)
    if (fits(value)) return seen
  }
}

export function jobIs(id: string, ...states: Job['state'][]): (event: HostEvent) => boolean {
  return (event) => event.type === 'job' && event.job.id === id && states.includes(event.job.state)
}

/** True once the job has told that a sample was taken: it is then inside its work. */
export function isMeasuring(id: string): (event: HostEvent) => boolean {
  return (event) => event.type === 'job' && event.job.id === id && (event.job.progress?.done ?? 0) > 0
}

/** A pid's environment as it was started with, by `/proc`. */
export function environmentOf(pid: number): Record<string, string> {
  const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean)
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  )
}

/** Pids of the children of a process, by `/proc`. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

export async function eventually(holds: () => boolean, limit_ms = 20_000): Promise<void> {
  for (const start = Date.now(); !holds(); await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (Date.now() - start > limit_ms) throw new Error('what was waited for did not happen')
  }
}
