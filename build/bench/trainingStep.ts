import { join } from 'node:path'
import { root } from '../tasks/run.ts'
import { startAsked, type AskedProcess } from './askedProcess.ts'
import { interleave, type Contender } from './interleave.ts'
import { absentPeers, type Peers } from './peers.ts'
import { median, type Measured } from './record.ts'

const families = ['discriminative', 'generative'] as const
type Family = (typeof families)[number]
const stepsInBlock: Record<Family, number> = { discriminative: 20, generative: 4 }

/**
 * A training step of each family (V 10,000, E = H = 100, T 64, batch 64, K 4, Adam, clipping at 1), ours and PyTorch's in turn: each sample is the
 * median of a block of steps.
 */
export async function benchTrainingStep(peers: Peers, rounds: number): Promise<Measured> {
  const all: Measured = { records: [], ratios: [], absent: [] }
  for (const family of families) {
    for (const threads of [1, 2]) {
      const name = `training step, ${family}, ${threads === 1 ? '1 thread' : `${threads} threads`}`
      const { records, ratios } = await steps(name, family, threads, peers, rounds)
      all.records.push(...records)
      all.ratios.push(...ratios)
      all.absent!.push(...absentPeers(name, peers, { pytorch: 'PyTorch' }))
    }
  }
  return all
}

async function steps(
  name: string,
  family: Family,
  threads: number,
  { pytorch }: Peers,
  rounds: number,
): Promise<Measured> {
  const started: AskedProcess[] = []
  const contender = async (who: string, program: string, script: string): Promise<Contender> => {
    const asked = await startAsked(program, [join(root, 'build/bench', script), family, String(threads)])
    started.push(asked)
    const version = `${who === 'bitgauge' ? 'TensorFlow ' : ''}${String(asked.first['version'])}`
    const block = async (): Promise<number> => median((await asked.ask(stepsInBlock[family])) as number[])
    return { contender: who, version, threads, block }
  }
  try {
    const contenders = [await contender('bitgauge', process.execPath, 'ourSteps.ts')]
    if (pytorch.python !== null) {
      contenders.push(await contender('PyTorch', pytorch.python, 'peers/torch_steps.py'))
    }
    const race = { case: name, metric: 'step', unit: 'ms', better: 'lower', contenders, rounds } as const
    return await interleave({ ...race, against: [['bitgauge', 'PyTorch']] })
  } finally {
    for (const asked of started) asked.end()
  }
}
