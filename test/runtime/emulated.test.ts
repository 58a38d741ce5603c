import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { elfMachine } from '../../build/runtime/cross/targets.ts'
import { golden, goldenModel } from '../core/quantization/goldenVectors.ts'
import { randomModel, randomTokens, type RandomModelOptions } from '../core/quantization/randomModel.ts'
import { boards, compileForBoard, emulated, lacks } from './support/boards.ts'
import { compareRun, emptyEngineComparison, referenceOf } from './support/compareEngine.ts'
import { modelOfWords } from './support/largerModels.ts'
import { runTraced, type EngineOptions, type ModelTexts } from './support/traceProgram.ts'

const integers = [2, 3, 4, 5, 6, 7, 8, 16] as const
const bytes = [2, 3, 4, 5, 6, 7, 8] as const

const drawn = (count: number, options: RandomModelOptions): ModelTexts[] =>
  Array.from({ length: count }, (_, k) => {
    const model = randomModel(k + 1, options)
    return { model, texts: [9, 0, 4, 1].map((length, text) => randomTokens(100 * k + text, model, length)) }
  })

/** Every width, scheme and family, small; rows and words beyond a block; the models whose numbers NumPy has. */
function pairsOf(): ModelTexts[] {
  const wide = modelOfWords(1, 1100, { family: 'generative', widths: bytes, head: 'shared' })
  return [
    ...drawn(14, { widths: integers }),
    ...drawn(8, { widths: bytes, scale: 'static', cellRounds: 1 }),
    ...drawn(3, { widths: bytes, fixed: { 'head-output': 8 } }),
    ...drawn(3, { widths: bytes, scale: 'dynamic' }),
    ...bytes.flatMap((width) => drawn(1, { widths: [width], scale: 'static', cellRounds: 1, size: 60 })),
    { model: wide, texts: [randomTokens(1, wide, 2)] },
    ...golden.models.map(({ model, texts }) => ({
      model: goldenModel(model),
      texts: texts.map(({ tokens }) => tokens),
    })),
  ]
}

const pairs = pairsOf()
const references = pairs.map(referenceOf)
const waysOf = (kernels: string): EngineOptions[] => [
  { kernels, batch: 1, traced: true },
  { kernels, batch: 3, inputTable: true, packHead: true },
]

/** Compiles the whole library first, beside other suites that do the same. */
const timeout = 300_000

/** Each processor of each board; where this machine cannot imitate one, its name says why it is left out. */
const cases = boards.flatMap((board) =>
  Object.entries(board.processors).map(([processor, sets]) => ({ board, processor, sets, missing: lacks(board) })),
)

for (const { board, processor, sets, missing } of cases) {
  const reason = missing === null ? '' : ` (skipped: ${missing})`
  describe.skipIf(missing !== null)(`the runtime on ${board.name}, ${processor}${reason}`, { timeout }, () => {
    const removed: (() => void)[] = []
    afterAll(() => removed.forEach((remove) => remove()))

    async function programOf(source: string): Promise<string> {
      const { program, remove } = emulated(board, processor, await compileForBoard(board, source))
      removed.push(remove)
      return program
    }

    it('is a program of that machine and has the numbers of the reference, every one', async () => {
      const ways = sets.flatMap(waysOf)
      expect(elfMachine(readFileSync(await compileForBoard(board, 'bg_trace.c')))).toBe(board.machine)
      const found = await runTraced(await programOf('bg_trace.c'), pairs, ways)
      const total = emptyEngineComparison()
      found.forEach((runs, k) => runs.forEach((run) => compareRun(total, references[k]!, run)))
      expect(found.flat().map(({ kernels }) => kernels)).toEqual(
        pairs.flatMap(() => ways.map(({ kernels }) => kernels)),
      )
      expect(total).toMatchObject({ different: 0, first: null })
      expect(total.integers).toBeGreaterThan(0)
    })

    if (sets.length === 1) return
    it('has kernels that give the words of the scalar ones, function by function', async () => {
      const { stdout } = await promisify(execFile)(await programOf('kernels_check.c'), ['4'])
      const lines = stdout.split('\n').slice(0, -1)
      expect(lines.filter((line) => !line.endsWith(' 0 different'))).toEqual([])
      expect([...new Set(lines.map((line) => line.split(' ')[0]))]).toEqual(sets.slice(0, -1))
    })
  })
}
