/**
 * `node build/runtime/exactness.ts [--models N] [--seed N] [--file MODEL.bgq … [--tokens TEXTS.bgt]] [--texts N] [--json]`: compares the C runtime
 * with the reference, number by number, with every set of kernels that this machine can run: over random models, and over the model files that are
 * named, whose texts are those of a token file or drawn. Ends with 1 where anything differs.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { decodeQuantizedModel } from '../../src/core/quantization/file/decodeQuantizedModel.ts'
import { decodeTokenFile } from '../../src/core/quantization/file/tokenFile.ts'
import type { QuantizedModel } from '../../src/core/quantization/quantizedModel.ts'
import { stream } from '../../src/core/random/randomStream.ts'
import { randomModel, randomTokens } from '../../test/core/quantization/randomModel.ts'
import {
  compareRun,
  emptyEngineComparison,
  referenceOf,
  type EngineComparison,
} from '../../test/runtime/support/compareEngine.ts'
import {
  runTraced,
  traceProgram,
  usableKernels,
  type EngineOptions,
  type ModelTexts,
} from '../../test/runtime/support/traceProgram.ts'

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string', multiple: true, default: [] },
    tokens: { type: 'string' },
    texts: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
})

/** A set of kernels over some models. */
interface Outcome extends EngineComparison {
  what: string
  kernels: string
  models: number
}

/** Models that one process evaluates, or texts of a file's model; their traces are held at once. */
const together = 20

const program = await traceProgram()
const sets = await usableKernels(program)
const outcomes: Outcome[] = []
const count = Number(values.models)
if (count > 0) outcomes.push(...(await compareAll(`${count} random models`, randomPairs(count, Number(values.seed)))))
for (const file of values.file) outcomes.push(...(await compareAll(basename(file), filePairs(file), 1)))
if (values.json) process.stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`)
else outcomes.forEach(say)
process.exitCode = outcomes.some(({ different }) => different > 0) ? 1 : 0

function randomPairs(models: number, first: number): ModelTexts[] {
  return Array.from({ length: models }, (_, k) => {
    const seed = first + k
    const model = randomModel(seed, {
      widths: [2, 3, 4, 5, 6, 7, 8, 16],
      fixed: seed % 3 === 0 ? { 'head-output': 8 } : {},
      // The others draw a site's kind each, so that a step is seldom one function of the kernels.
      ...(seed % 4 === 0 ? { widths: [2, 3, 4, 5, 6, 7, 8], scale: 'static' as const, cellRounds: 1 as const } : {}),
    })
    return { model, texts: [9, 0, 1, 4, 17].map((length, i) => randomTokens(10 * seed + i, model, length)) }
  })
}

/** A model with its texts, some at a time. */
function filePairs(file: string): ModelTexts[] {
  const { model } = decodeQuantizedModel(readFileSync(file))
  const texts = textsOf(model, Number(values.texts))
  return Array.from({ length: Math.ceil(texts.length / together) }, (_, k) => ({
    model,
    texts: texts.slice(k * together, (k + 1) * together),
  }))
}

function textsOf(model: QuantizedModel, wanted: number): number[][] {
  if (values.tokens !== undefined) {
    const { offsets, tokens } = decodeTokenFile(readFileSync(values.tokens))
    const rows = Math.min(wanted, offsets.length - 1)
    return Array.from({ length: rows }, (_, k) => [...tokens.subarray(offsets[k], offsets[k + 1])])
  }
  const random = stream(Number(values.seed), 'texts of the exactness of the runtime')
  return Array.from({ length: wanted }, (_, k) => randomTokens(k, model, random.below(60)))
}

async function compareAll(what: string, pairs: readonly ModelTexts[], atOnce = together): Promise<Outcome[]> {
  const models = new Set(pairs.map(({ model }) => model)).size
  const totals = sets.map((kernels) => ({ what, kernels, models, ...emptyEngineComparison() }))
  const ways = sets.flatMap((kernels): EngineOptions[] => [
    { kernels, batch: 1, traced: true },
    { kernels, batch: 16, traced: true, inputTable: true },
    { kernels, batch: 64, packHead: true },
  ])
  for (let from = 0; from < pairs.length; from += atOnce) {
    const some = pairs.slice(from, from + atOnce)
    const found = await runTraced(program, some, ways)
    some.forEach((pair, k) => {
      const expected = referenceOf(pair)
      found[k]!.forEach((run, way) => compareRun(totals[Math.floor(way / 3)]!, expected, run))
    })
  }
  return totals
}

function say({ what, kernels, models, first, ...counts }: Outcome): void {
  const numbers = (['texts', 'sites', 'integers', 'accumulators', 'floats', 'results', 'different'] as const).map(
    (name) => `${counts[name]} ${name}`,
  )
  process.stdout.write(`${what}, ${kernels}: ${models} models, ${numbers.join(', ')}\n`)
  if (first !== null) process.stdout.write(`  first difference: ${first}\n`)
}
