/**
 * `node build/studies/exactness.ts [--models N] [--seed N] [--file MODEL … --rows SPLIT] [--bits 8,4] [--recipe NAME] [--texts N]`: compares the
 * TensorFlow engine with the reference, integer by integer, over random recipes and shapes and over the model files that are named: quantized ones
 * (`.bgq`), or float ones that are quantized here. `--rows` is a split of a home, `test.jsonl.gz`; without it the words of texts are drawn.
 */
import { parseArgs } from 'node:util'
import { locateTensorflow } from '../setup/index.ts'
import { openQuantized } from '../../src/compute/quantization/openQuantized.ts'
import { loadTensorflow, type Tensorflow } from '../../src/compute/tensorflow/load.ts'
import { argmax } from '../../src/core/evaluation/predictions.ts'
import { evaluateText, prepareModel } from '../../src/core/quantization/evaluateText.ts'
import type { QuantizedModel } from '../../src/core/quantization/quantizedModel.ts'
import { defaultPaths } from '../../src/host/paths.ts'
import { AppError } from '../../src/shared/errors.ts'
import { compareTraces, emptyComparison, type TraceComparison } from '../../test/compute/quantization/compareTraces.ts'
import { randomModel, randomTokens } from '../../test/core/quantization/randomModel.ts'
import { quantizedFiles } from './exactness/quantizedFiles.ts'

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string', multiple: true, default: [] },
    rows: { type: 'string' },
    bits: { type: 'string', default: '8,4' },
    recipe: { type: 'string', default: 'ours' },
    texts: { type: 'string', default: '20' },
  },
})

/** A comparison of integers, and of what follows from them in another order of sums. */
interface Outcome extends TraceComparison {
  texts: number
  /** texts that are taken for another class */
  flipped: number
  /** the largest difference of a score, in shares of the text's largest */
  score: number
}

process.env['TF_CPP_MIN_LOG_LEVEL'] = '1'
process.env['NVIDIA_TF32_OVERRIDE'] = '0'
const located = locateTensorflow({ cache: defaultPaths().cache, variant: 'cpu' })
if (located.state !== 'ready') throw new Error('The TensorFlow library is not set up: run `npx bitgauge setup`.')
process.env['BITGAUGE_TENSORFLOW_ADDON'] = located.addon
const tensorflow = loadTensorflow()

const random = await compareRandom(Number(values.models), Number(values.seed))
const outcomes: [string, Outcome][] = random.models > 0 ? [[`${random.models} random models`, random.outcome]] : []
if (random.refused > 0) say(`${random.refused} random models were refused: 16 by 16 bits`)
for (const { name, model, texts } of await quantizedFiles(tensorflow, values.file, {
  ...values,
  texts: Number(values.texts),
  bits: values.bits.split(','),
})) {
  const outcome = newOutcome()
  await compare(tensorflow, outcome, model, texts)
  outcomes.push([name, outcome])
}
for (const [name, outcome] of outcomes) report(name, outcome)
process.exitCode = outcomes.some(([, { different }]) => different > 0) ? 1 : 0

async function compareRandom(count: number, first: number) {
  const outcome = newOutcome()
  let refused = 0
  for (let seed = first; seed < first + count; seed += 1) {
    const model = randomModel(seed, {
      widths: [2, 3, 4, 5, 6, 7, 8, 16],
      fixed: seed % 3 === 0 ? { 'head-output': 8 } : {},
    })
    const texts = [9, 0, 1, 4, 17].map((length, k) => randomTokens(10 * seed + k, model, length))
    try {
      await compare(tensorflow, outcome, model, texts)
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.code === 'bit-width-unsupported')) throw thrown
      refused += 1
    }
  }
  return { outcome, refused, models: count - refused }
}

async function compare(
  { tf }: Tensorflow,
  into: Outcome,
  model: QuantizedModel,
  texts: readonly number[][],
): Promise<void> {
  const open = openQuantized(tensorflow, model)
  const traces = open.trace(texts)
  const { scores, classes } = await open.score(texts, model.logPrior, async () => {})
  open.dispose()
  const prepared = prepareModel(model)
  texts.forEach((text, k) => {
    const expected = evaluateText(prepared, text, { trace: true })
    compareTraces(into, expected.trace!, traces[k]!)
    const found = scores.subarray(k * classes, (k + 1) * classes)
    const of: readonly number[] = Array.from(expected.family === 'discriminative' ? expected.logits : expected.scores)
    const largest = of.reduce((most, score) => Math.max(most, Math.abs(score)), 1e-30)
    of.forEach((score, y) => (into.score = Math.max(into.score, Math.abs(score - found[y]!) / largest)))
    into.texts += 1
    if (argmax(found) !== expected.predicted) into.flipped += 1
  })
  if (tf.memory().numTensors > 0) throw new Error('tensors were left behind')
}

function newOutcome(): Outcome {
  return { ...emptyComparison(), texts: 0, flipped: 0, score: 0 }
}

function report(name: string, outcome: Outcome): void {
  const { texts, cells, sites, integers, accumulators, floats, different, first, flipped, score } = outcome
  const counts = { texts, cells, sites, integers, accumulators, 'float32 values': floats, different }
  say(
    `${name}: ${Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}`,
  )
  say(`  scores: ${flipped} texts of another class, largest difference ${score.toExponential(1)} of the largest score`)
  if (first !== null) say(`  first difference: ${first}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
