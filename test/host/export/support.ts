import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-export-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const childProgram = fileURLToPath(new URL('exportChild.ts', import.meta.url))

/** What {@link childProgram} prints; `around` is a command that runs it, such as one in mounts of its own. */
export function exportInChild(args: readonly string[], around: readonly string[] = []): string[] {
  const [program = process.execPath, ...rest] = [...around, process.execPath, childProgram, ...args]
  const { stdout, stderr, status } = spawnSync(program, rest, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim().split('\n')
}

/** The start of a command whose mounts nobody else sees; `script` ends by running `"$@"`. Null where the system forbids it. */
export function withMounts(script: string): string[] | null {
  const ways = [
    ['unshare', '-m'],
    ['unshare', '-Urm'],
  ]
  const mount = ['mount', '-t', 'tmpfs', 'tmpfs', '/mnt']
  const way = ways.find(([program = '', ...rest]) => spawnSync(program, [...rest, ...mount]).status === 0)
  return way === undefined ? null : [...way, 'sh', '-c', script, 'sh']
}

/** Whether a program is there: the suites that need it say in their names why they are skipped. */
export function missing(program: string, packageName: string): string | null {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
    ? null
    : `no ${program}; on Debian: apt install ${packageName}`
}
