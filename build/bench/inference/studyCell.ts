import { join } from 'node:path'
import { defaultPaths } from '../../../src/host/paths.ts'
import { setupRuntime } from '../../setup/index.ts'
import { runtimeFile } from '../../setup/runtime/runtimeRecipe.ts'
import { root } from '../../tasks/run.ts'
import { startAsked, type AskedProcess } from '../askedProcess.ts'
import { interleave, whoIs, type Contender } from '../interleave.ts'
import { absentPeers, type Peers } from '../peers.ts'
import { median, record, type BenchRecord, type Measured } from '../record.ts'
import { shareOfEqual } from './agreement.ts'
import type { Workbench } from './workbench.ts'

interface Cell {
  ms: number
  parts: Record<string, number>
  predicted: number[]
}

/** Cells of one contender, and what was found in them. */
interface CellContender extends Contender {
  cells: Cell[]
}

/** A study has hundreds of cells in a process: those in which a process compiles its code are not counted. */
const warmUp = 10

const name = 'study cell, 8 bits: 512 texts calibrate, 2,000 are evaluated'

/**
 * One configuration of a sweep, from float weights to the classes of the texts, all of 64 words: ours with and without the activations profiled before,
 * and Brevitas, which calibrates on texts in a pass of its own and has no bias correction here.
 */
export async function benchStudyCell(bench: Workbench, peers: Peers, rounds: number): Promise<Measured> {
  const { calibration, evenEvaluation: evaluation } = bench
  const title = name.replace('2,000', evaluation.rows.toLocaleString('en'))
  const model = bench.trained.discriminative
  const files = [calibration.file, evaluation.file, model.file]
  const started: AskedProcess[] = []
  const { directory } = await setupRuntime({ cache: defaultPaths().cache })
  const start = async (program: string, args: readonly string[]): Promise<AskedProcess> => {
    const asked = await startAsked(program, args, { BITGAUGE_RUNTIME_ADDON: join(directory, runtimeFile) })
    started.push(asked)
    return asked
  }
  try {
    const ours = await start(process.execPath, [join(root, 'build/bench/inference/ourCell.ts'), ...files])
    await ours.ask('cell', 8, warmUp, 'calibrated')
    const contenders = [
      cells(ours, 'bitgauge', 'ours W8 A8 C8', 2, ['calibrated']),
      cells(ours, 'bitgauge, calibration cached', 'ours W8 A8 C8', 3, ['cached']),
    ]
    const { python } = peers.brevitas
    if (python !== null) {
      const script = join(root, 'build/bench/peers/brevitas_cell.py')
      contenders.push(
        cells(await start(python, [script, '1', ...files]), 'Brevitas', 'W8A8, one scale an array', 1, []),
      )
    }
    const race = { case: title, metric: 'processor time', unit: 'ms', better: 'lower', contenders, rounds } as const
    const against = contenders.slice(0, 2).map(({ contender }) => [contender, 'Brevitas'] as const)
    const { records, ratios } = await interleave({ ...race, against })
    const found = contenders.flatMap((one) => foundIn(title, one, model.trained ? evaluation.labels : null))
    return { records: [...records, ...found], ratios, absent: absentPeers(title, peers, { brevitas: 'Brevitas' }) }
  } finally {
    for (const asked of started) asked.end()
  }
}

function cells(
  asked: AskedProcess,
  contender: string,
  recipe: string,
  count: number,
  more: readonly string[],
): CellContender {
  const { version, kernel } = asked.first as { version: string; kernel?: string }
  const kept: Cell[] = []
  const block = async (): Promise<number> => {
    const made = (await asked.ask('cell', 8, count, ...more)) as Cell[]
    kept.push(...made)
    return median(made.map(({ ms }) => ms))
  }
  return { contender, version, recipe, kernel: kernel ?? '', block, cells: kept }
}

/** Of what a cell's time is made, and how good its answers are. The first cell warms up. */
function foundIn(title: string, contender: CellContender, labels: ArrayLike<number> | null): BenchRecord[] {
  const { cells } = contender
  const shared = { case: title, ...whoIs(contender) }
  const parts = Object.keys(cells[0]!.parts).map((part) => {
    const samples = cells.slice(1).map(({ parts }) => parts[part]!)
    return record({ ...shared, metric: `of it: ${part}`, unit: 'ms', samples })
  })
  if (labels === null) return parts
  const accuracy = shareOfEqual(cells.at(-1)!.predicted, labels)
  return [...parts, record({ ...shared, metric: 'accuracy', unit: 'share', better: 'higher', samples: [accuracy] })]
}
