import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import lockfile from 'proper-lockfile'
import { AppError } from '../src/shared/errors.ts'
import type { Progress } from '../src/shared/contract/jobs.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const output = join(root, 'out')
const stamp = join(output, 'built-from.txt')
/** What the built programs are made of. */
const inputs = ['src', 'electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.base.json']

export interface EnsurePagesOptions {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/**
 * The folder of the built pages, built first where its sources have changed since. Where there are no sources (a packaged
 * application) the folder is taken as it is.
 *
 * @throws AppError `not-found` where there is neither a build nor sources, `internal` where the build fails, `cancelled`
 */
export async function ensureRenderer(options: EnsurePagesOptions = {}): Promise<string> {
  const folder = join(output, 'renderer')
  if (!existsSync(join(root, 'src', 'renderer'))) return builtOnly(folder)
  const wanted = fingerprint()
  if (isFresh(wanted)) return folder
  mkdirSync(output, { recursive: true })
  const release = await lockfile.lock(output, {
    stale: 60_000,
    retries: { retries: 240, minTimeout: 500, maxTimeout: 500 },
  })
  try {
    if (!isFresh(wanted)) await build(wanted, options)
  } finally {
    await release()
  }
  return folder
}

function builtOnly(folder: string): string {
  if (existsSync(join(folder, 'index.html'))) return folder
  throw new AppError('not-found', 'The pages of the window are not there.', {
    expected: `a file index.html in ${folder}`,
    hint: 'Install Bitgauge again.',
  })
}

async function build(wanted: string, options: EnsurePagesOptions): Promise<void> {
  options.onProgress?.({ phase: 'Building the pages', done: 0, total: 1, unit: 'build' })
  await runBuild(options.signal)
  writeFileSync(stamp, wanted)
  options.onProgress?.({ phase: 'Building the pages', done: 1, total: 1, unit: 'build' })
}

function runBuild(signal: AbortSignal | undefined): Promise<void> {
  const program = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'build', '--logLevel', 'warn'], {
      cwd: root,
      // Built, as for every child: nothing loads foreign code into it, and the pages are the same wherever they are made.
      env: { PATH: process.env['PATH'] ?? '', HOME: homedir(), TMPDIR: tmpdir() },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    })
    let said = ''
    child.stdout.on('data', (text: Buffer) => (said += text.toString()))
    child.stderr.on('data', (text: Buffer) => (said += text.toString()))
    child.on('error', (cause) => reject(buildFailure(signal, said, cause)))
    child.on('close', (code) => (code === 0 ? resolve() : reject(buildFailure(signal, said))))
  })
}

function buildFailure(signal: AbortSignal | undefined, said: string, cause?: unknown): AppError {
  if (signal?.aborted === true) return new AppError('cancelled', 'Building the pages was cancelled.')
  const lines = said.trim().split('\n').slice(-5).join(' | ')
  return new AppError('internal', `The pages could not be built: ${lines}`, {
    hint: 'Run npm ci, then npm run build.',
    cause,
  })
}

function isFresh(wanted: string): boolean {
  return (
    existsSync(stamp) && existsSync(join(output, 'renderer', 'index.html')) && readFileSync(stamp, 'utf8') === wanted
  )
}

/** Content, not time: a clone gives its files the time of the clone. */
function fingerprint(): string {
  const hash = createHash('sha256')
  for (const file of inputs.flatMap((input) => filesBelow(join(root, input)))) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)))
}
