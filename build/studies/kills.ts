/**
 * `node build/studies/kills.ts [--kills 50] [--seed 1] [--keep]`: runs a small study undisturbed, then again in other homes while the program,
 * its compute processes or both are killed at random moments, and once on a disk that runs full; every home has to end with the same
 * table bytes. Takes some minutes. The disk is a tmpfs, so that part needs root and is left out, with its reason, elsewhere.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { root } from '../tasks/run.ts'
import { differingTables } from './comparable.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
})
const kills = Number(values.kills)
const random = randomOf(Number(values.seed))
const folder = mkdtempSync(join(tmpdir(), 'bitgauge-kills-'))
const study = join(folder, 'study.yaml')
const main = join(root, 'src', 'cli', 'main.ts')

const text = `bitgauge: study/1
name: kills
seed: 5
dataset: {generate: {generator: maintenance-log, size: 1200, seed: 3}}
models:
  disc: {family: discriminative, embedding: 12, hidden: 16, train: {epochs: 8, batch: 16, seeds: [1, 2]}}
  gen: {family: generative, embedding: 12, hidden: 12, labelEmbedding: 8, train: {epochs: 4, batch: 16}}
calibration: {size: 32, draws: 3, compositions: {balanced: balanced, one: {pump: 1}}}
recipes: {ours: ours, ort: ort-dynamic-like}
grid: {bits: [8, 4], noise: [{kind: none}, {kind: qwerty, level: 0.1}]}
questions: [{name: q, compare: composition, against: balanced, within: [model, bits], unit: draw, test: sign-flip}]
`

try {
  writeFileSync(study, text)
  const undisturbed = home('undisturbed')
  await finish(undisturbed)
  await killMany(undisturbed)
  await fillDisk(undisturbed)
} finally {
  if (!values.keep) rmSync(folder, { recursive: true, force: true })
  else say(`kept in ${folder}`)
}

/** Homes one after another, until so many kills were done. */
async function killMany(reference: string): Promise<void> {
  let [done, homes] = [0, 0]
  while (done < kills) {
    homes += 1
    const disturbed = home(`disturbed-${homes}`)
    const before = done
    while (done < kills && !(await runAndKill(disturbed))) done += 1
    await finish(disturbed)
    assertSame(reference, disturbed)
    say(`home ${homes}: ${done - before} kills, ${done} in all, the same tables`)
  }
}

/** Starts the study, waits for a random moment and kills something of it. True where the study ended before. */
async function runAndKill(where: string): Promise<boolean> {
  const child = start(['study', 'run', study], where)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const moment = 500 + 7000 * random()
  const first = await Promise.race([ended, pause(moment).then(() => 'now' as const)])
  if (first !== 'now') return first === 0
  const what = (['host', 'compute', 'both'] as const)[Math.floor(3 * random())] ?? 'host'
  const computing = childrenOf(child.pid as number)
  if (what !== 'host') computing.forEach(kill)
  if (what !== 'compute') child.kill('SIGKILL')
  // A study whose compute process was killed goes on by itself; a moment later it is stopped too.
  if (what === 'compute') {
    await Promise.race([ended, pause(300 + 1000 * random())])
    child.kill('SIGKILL')
  }
  await ended
  await gone(computing)
  return false
}

/** Runs what is left, and exports. */
async function finish(where: string): Promise<void> {
  await succeed(['study', 'run', study], where)
  await succeed(['store', 'check'], where)
  await succeed(['export', '--study', 'kills', '--format', 'csv,markdown,latex', '--out', join(where, 'export')], where)
  const left = readdirSync(join(where, 'work'))
  if (left.length > 0) throw new Error(`work was left behind in ${where}: ${left.join(', ')}`)
}

function assertSame(a: string, b: string): void {
  const differing = differingTables(join(a, 'export'), join(b, 'export'))
  if (differing.length > 0) throw new Error(`${b} has other tables: ${differing.join(', ')}`)
}

/** A home on a disk too small for the study, made larger when it is full. */
async function fillDisk(reference: string): Promise<void> {
  const where = home('full')
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', where])
  if (mounted.status !== 0) return say(`the full disk is left out: ${mounted.stderr.toString().trim()}`)
  try {
    let failures = 0
    for (let size = 4; ; size += 6) {
      const { code, output } = await run(['study', 'run', study, '--json'], where)
      if (code === 0) break
      if (!output.includes('"disk-full"')) throw new Error(`on a full disk: ${output}`)
      failures += 1
      spawnSync('mount', ['-o', `remount,size=${size + 6}m`, where])
    }
    spawnSync('mount', ['-o', 'remount,size=200m', where])
    await finish(where)
    assertSame(reference, where)
    say(`full disk: ${failures} times full, the same tables`)
  } finally {
    spawnSync('umount', [where])
  }
}

function home(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

async function succeed(args: readonly string[], where: string): Promise<void> {
  const { code, output } = await run(args, where)
  if (code !== 0) throw new Error(`bitgauge ${args.join(' ')} in ${where}: exit code ${code}\n${output}`)
}

async function run(args: readonly string[], where: string): Promise<{ code: number | null; output: string }> {
  const child = start(args, where)
  let output = ''
  child.stdout?.on('data', (part: Buffer) => (output += part.toString()))
  child.stderr?.on('data', (part: Buffer) => (output += part.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}

function start(args: readonly string[], where: string): ChildProcess {
  return spawn(process.execPath, [main, ...args, '--home', where], { stdio: ['ignore', 'pipe', 'pipe'] })
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** Compute processes end when their program does. */
async function gone(pids: readonly number[]): Promise<void> {
  for (let waited = 0; pids.some(lives); waited += 100) {
    if (waited > 10_000) throw new Error(`compute processes outlive their program: ${pids.filter(lives).join(', ')}`)
    await pause(100)
  }
}

function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The same moments for the same seed: mulberry32, which is enough to choose moments. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
