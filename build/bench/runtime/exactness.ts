import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  compareRun,
  emptyEngineComparison,
  type EngineComparison,
} from '../../../test/runtime/support/compareEngine.ts'
import { runTraced, type EngineOptions } from '../../../test/runtime/support/traceProgram.ts'
import { setUpWorkbench } from '../inference/workbench.ts'
import { joinMeasured, record, type BenchRecord, type Measured } from '../record.ts'
import { comparedTexts, type Compared, type Counts } from './comparedTexts.ts'
import { machinesHere, type Machine } from './machines.ts'

/** All test texts of AG News are 7,600. */
const many: Counts = {
  random: 150,
  traced: { discriminative: 30, generative: 4 },
  results: { discriminative: 7600, generative: 100 },
}
const some: Counts = {
  random: 30,
  traced: { discriminative: 3, generative: 1 },
  results: { discriminative: 0, generative: 0 },
}

/**
 * Number by number, what the runtime computes on each machine with each of its kernels beside the reference: integers of sites, sums of products, the
 * float32 values that follow from them, results of texts. A traced model is evaluated text by text with its trace, and in batches without. Emulators get
 * fewer texts.
 */
export async function benchExactness(home: string, quick: boolean): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-exactness-'))
  const bench = await setUpWorkbench(home, 200)
  try {
    const { machines, absent } = await machinesHere(folder)
    const fewer = await comparedTexts(bench, some)
    const all: Measured[] = [{ records: [], ratios: [], absent }]
    for (const machine of machines) {
      const given = quick || machine.emulated ? fewer : await comparedTexts(bench, many)
      for (const kernels of await kernelsOf(machine)) all.push(await compareAll(machine, kernels, given))
    }
    return joinMeasured(all)
  } finally {
    bench.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function kernelsOf(machine: Machine): Promise<string[]> {
  const program = await machine.command('test/runtime/programs/kernel_names.c')
  return execFileSync(program, { encoding: 'utf8' }).trim().split('\n')
}

async function compareAll(machine: Machine, kernels: string, given: readonly Compared[]): Promise<Measured> {
  process.stderr.write(`exactness, ${machine.name}, ${kernels} …\n`)
  const program = await machine.command('test/runtime/programs/bg_trace.c')
  const records: BenchRecord[] = []
  for (const compared of given) {
    const total = emptyEngineComparison()
    const found = await runTraced(program, compared.pairs, waysOf(kernels, compared.traced))
    compared.expected.forEach((expected, k) => {
      for (const run of found[k]!) compareRun(total, expected, run)
    })
    records.push(...recordsOf(machine, kernels, compared, total))
  }
  return { records, ratios: [] }
}

function waysOf(kernels: string, traced: boolean): EngineOptions[] {
  const batches = { kernels, batch: 16, inputTable: true, packHead: true }
  return traced ? [{ kernels, batch: 1, traced }, batches] : [batches]
}

function recordsOf(
  machine: Machine,
  kernel: string,
  { what, recipe }: Compared,
  total: EngineComparison,
): BenchRecord[] {
  const shared = { case: `exactness, ${machine.name}`, contender: what, version: machine.by, recipe, kernel } as const
  const of = (metric: string, value: number, better: 'higher' | 'lower'): BenchRecord =>
    record({ ...shared, metric, unit: 'count', better, samples: [value] })
  const compared = (['texts', 'integers', 'accumulators', 'floats', 'results'] as const).map((metric) =>
    of(metric, total[metric], 'higher'),
  )
  return [...compared, of('different', total.different, 'lower')]
}
