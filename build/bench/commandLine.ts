import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../tasks/run.ts'
import { ratio, record, type BenchRecord, type Measured } from './record.ts'

const bin = join(root, 'src', 'cli', 'bin.mjs')

/** Start-up of the command line, in turn with a Node that does nothing: the floor of any program that runs on it. */
export function benchCommandLine(runs: number): Measured {
  const samples = { help: [] as number[], bare: [] as number[] }
  for (let i = -1; i < runs; i += 1) {
    const help = milliseconds(process.execPath, [bin, '--help'])
    const bare = milliseconds(process.execPath, ['-e', '0'])
    if (i < 0) continue
    samples.help.push(help)
    samples.bare.push(bare)
  }
  const shared = { case: 'command line start', metric: 'wall time', unit: 'ms' as const }
  const help = record({ ...shared, contender: 'bitgauge --help', samples: samples.help })
  const bare = record({ ...shared, contender: 'node -e 0', version: process.versions.node, samples: samples.bare })
  return { records: [help, bare], ratios: [ratio(shared.case, help, bare)] }
}

/** `doctor` from a warm file cache: start, load the library, run its operations and gradients, check the store. */
export function benchDoctor(runs: number): BenchRecord {
  milliseconds(process.execPath, [bin, 'doctor', '--json'])
  const samples = Array.from({ length: runs }, () => milliseconds(process.execPath, [bin, 'doctor', '--json']))
  return record({ case: 'doctor', contender: 'bitgauge doctor --json', metric: 'wall time', unit: 'ms', samples })
}

/** Set-up that finds everything done. */
export function benchSetupAgain(runs: number): BenchRecord {
  const samples = Array.from({ length: runs }, () => milliseconds(process.execPath, [bin, 'setup', '--json']))
  return record({
    case: 'set-up, already there',
    contender: 'bitgauge setup',
    metric: 'wall time',
    unit: 'ms',
    samples,
  })
}

function milliseconds(program: string, args: string[]): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - start
}
