/**
 * `node build/runtime/emulated.ts [--compiler zig|debian] [--models N] [--seed N] [--board NAME …] [--rounds N]`: compares the runtime on imitated boards
 * with the reference, number by number, over random models and those of the golden vectors, and its kernels with the scalar ones, function by function.
 * Says nothing of speed: an imitation has none.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { defaultPaths } from '../../src/host/paths.ts'
import { golden, goldenModel } from '../../test/core/quantization/goldenVectors.ts'
import { randomModel, randomTokens } from '../../test/core/quantization/randomModel.ts'
import { boards, compileForBoard, emulated, type Board } from '../../test/runtime/support/boards.ts'
import { compareRun, emptyEngineComparison, referenceOf } from '../../test/runtime/support/compareEngine.ts'
import { runTraced, type ModelTexts } from '../../test/runtime/support/traceProgram.ts'
import { compileFor } from './cross/crossBuild.ts'
import { setupZig } from './cross/setupZig.ts'
import { targets } from './cross/targets.ts'

const { values } = parseArgs({
  options: {
    compiler: { type: 'string', default: 'zig' },
    models: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    board: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '50' },
  },
})
const programs = 'test/runtime/programs'
const integers = [2, 3, 4, 5, 6, 7, 8, 16] as const
const bytes = [2, 3, 4, 5, 6, 7, 8] as const

/** Half of them with static sites of bytes alone, a third larger than a vector. */
function drawn(seed: number): ModelTexts {
  const fixed = seed % 5 === 0 ? { fixed: { 'head-output': 8 as const } } : {}
  const size = seed % 3 === 0 ? { size: 50 } : {}
  const model = randomModel(
    seed,
    seed % 2 === 0
      ? { widths: bytes, scale: 'static', cellRounds: 1, ...fixed, ...size }
      : { widths: integers, ...fixed, ...size },
  )
  return {
    model,
    texts: [9, 0, 1, 4, 17].map((length, k) => randomTokens(10 * seed + k, model, length)),
  }
}

const first = Number(values.seed)
const pairs: ModelTexts[] = [
  ...golden.models.map(({ model, texts }) => ({ model: goldenModel(model), texts: texts.map(({ tokens }) => tokens) })),
  ...Array.from({ length: Number(values.models) }, (_, k) => drawn(first + k)),
]
const references = pairs.map(referenceOf)
const { cache } = defaultPaths()
const zig = values.compiler === 'zig' ? await setupZig({ cache }) : null
for (const board of boards.filter(({ name }) => values.board?.includes(name) ?? true)) {
  for (const [processor, sets] of Object.entries(board.processors)) await compareOn(board, processor, sets)
}

async function compareOn(board: Board, processor: string, sets: readonly string[]): Promise<void> {
  const trace = emulated(board, processor, await programOf(board, 'bg_trace.c'))
  for (const kernels of sets) {
    const total = emptyEngineComparison()
    const found = await runTraced(trace.program, pairs, [
      { kernels, batch: 1, traced: true },
      { kernels, batch: 3, traced: true, inputTable: true, packHead: true },
    ])
    found.forEach((runs, k) => runs.forEach((run) => compareRun(total, references[k]!, run)))
    const { texts, integers: codes, accumulators, floats, results, different, first: what } = total
    const counts = { texts, integers: codes, accumulators, 'float32 values': floats, results, different }
    say(
      `${board.name} ${processor} ${kernels}: ${Object.entries(counts)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ')}`,
    )
    if (what !== null) say(`  first difference: ${what}`)
    if (different > 0) process.exitCode = 1
  }
  trace.remove()
  if (sets.length === 1) return
  const check = emulated(board, processor, await programOf(board, 'kernels_check.c'))
  const { stdout } = await promisify(execFile)(check.program, [values.rounds])
  check.remove()
  for (const line of stdout.trimEnd().split('\n')) say(`${board.name} ${processor}: ${line}`)
}

function programOf(board: Board, source: string): Promise<string> {
  const target = targets.find(({ name }) => name === board.name)!
  if (zig === null) return compileForBoard(board, source)
  return compileFor(target, [`${programs}/${source}`], { zig, zigCache: join(cache, 'zig', 'compiled') })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
