import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../tasks/run.ts'
import { median, ratio, record, type BenchRatio, type BenchRecord } from './record.ts'

/** A process that does training steps when it is asked to, and says how long each took. */
interface Contender {
  version: string
  /** milliseconds of each of so many steps */
  steps: (count: number) => Promise<number[]>
  end: () => void
}

const families = ['discriminative', 'generative'] as const
const stepsInBlock = { discriminative: 20, generative: 4 }

/**
 * A training step of each family (V 10,000, E = H = 100, T 64, batch 64, K 4, Adam, clipping at 1), ours and PyTorch's in turn: each pair of
 * samples is the median of a block of steps by one and then by the other, so that whatever slows the machine slows both.
 *
 * @param python an interpreter that has torch; null: PyTorch is left out, and said to be
 */
export async function benchTrainingStep(
  python: string | null,
  pairs: number,
): Promise<{ records: BenchRecord[]; ratios: BenchRatio[] }> {
  const records: BenchRecord[] = []
  const ratios: BenchRatio[] = []
  for (const family of families) {
    for (const threads of [1, 2]) {
      const ours = await start(process.execPath, [join(root, 'build/bench/ourSteps.ts'), family, String(threads)])
      const torch =
        python === null
          ? null
          : await start(python, [join(root, 'build/bench/peers/torch_steps.py'), family, String(threads)])
      const samples = await alternate(ours, torch, stepsInBlock[family], pairs)
      const shared = {
        case: `training step, ${family}, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
        metric: 'step',
        unit: 'ms' as const,
        threads,
      }
      const mine = record({
        ...shared,
        contender: 'bitgauge',
        version: `TensorFlow ${ours.version}`,
        samples: samples.ours,
      })
      records.push(mine)
      if (torch === null) continue
      const theirs = record({ ...shared, contender: 'PyTorch', version: torch.version, samples: samples.theirs })
      records.push(theirs)
      ratios.push(ratio(shared.case, mine, theirs))
    }
  }
  return { records, ratios }
}

/** The interpreter named by `BITGAUGE_BENCH_PYTHON` where it can import torch, else null and a line on standard error. */
export function pythonWithTorch(): string | null {
  const python = process.env['BITGAUGE_BENCH_PYTHON'] ?? 'python3'
  if (spawnSync(python, ['-c', 'import torch']).status === 0) return python
  process.stderr.write('PyTorch is left out: BITGAUGE_BENCH_PYTHON names no Python that can import torch.\n')
  return null
}

async function alternate(
  ours: Contender,
  theirs: Contender | null,
  count: number,
  pairs: number,
): Promise<{ ours: number[]; theirs: number[] }> {
  const samples = { ours: [] as number[], theirs: [] as number[] }
  try {
    for (let pair = -1; pair < pairs; pair += 1) {
      const mine = median(await ours.steps(count))
      const other = theirs === null ? null : median(await theirs.steps(count))
      if (pair < 0) continue
      samples.ours.push(mine)
      if (other !== null) samples.theirs.push(other)
    }
  } finally {
    ours.end()
    theirs?.end()
  }
  return samples
}

async function start(program: string, args: string[]): Promise<Contender> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const died = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${args[0]} ended with ${String(code)}`)))
  died.catch(() => {})
  const answer = async (): Promise<unknown> => {
    const [line] = (await Promise.race([once(lines, 'line'), died])) as [string]
    return JSON.parse(line)
  }
  const { version } = (await answer()) as { version: string }
  return {
    version,
    steps: (count) => {
      const steps = answer() as Promise<number[]>
      child.stdin.write(`${count}\n`)
      return steps
    },
    end: () => void child.kill(),
  }
}
