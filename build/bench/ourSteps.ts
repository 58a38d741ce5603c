/** The twin of `peers/torch_steps.py`: `node build/bench/ourSteps.ts discriminative|generative THREADS`, asked in the same way. */
import { createInterface } from 'node:readline'
import { locateTensorflow } from '../setup/index.ts'
import { loadTensorflow } from '../../src/compute/tensorflow/load.ts'
import { Trainer } from '../../src/compute/training/trainer.ts'
import { stream } from '../../src/core/random/randomStream.ts'
import { modelSpecSchema } from '../../src/shared/contract/modelRules.ts'
import { trainingOptionsSchema } from '../../src/shared/contract/trainingRules.ts'
import { defaultPaths } from '../../src/host/paths.ts'

const [family = 'discriminative', threads = '1'] = process.argv.slice(2)
const sizes = { words: 10_000, classes: 4, steps: 64, batch: 64 }

// Before the library is loaded: it reads them once.
process.env['TF_NUM_INTRAOP_THREADS'] = threads
process.env['TF_NUM_INTEROP_THREADS'] = '1'
const located = locateTensorflow({ cache: defaultPaths().cache, variant: 'cpu' })
if (located.state !== 'ready') throw new Error('The TensorFlow library is not set up: run `npx bitgauge setup`.')
process.env['BITGAUGE_TENSORFLOW_ADDON'] = located.addon

const tensorflow = loadTensorflow()
const rows = 64 * sizes.batch
const words = stream(1, 'bench')
const training = {
  rows,
  offsets: Uint32Array.from({ length: rows + 1 }, (_, row) => row * sizes.steps),
  tokens: Uint16Array.from({ length: rows * sizes.steps }, () => 4 + words.below(sizes.words - 4)),
  labels: Uint8Array.from({ length: rows }, () => words.below(sizes.classes)),
}
const trainer = new Trainer(
  tensorflow,
  {
    spec: modelSpecSchema.parse({ family, words: sizes.words, classes: sizes.classes }),
    options: trainingOptionsSchema.parse({ batch: sizes.batch, epochs: 1000 }),
    training,
    dev: null,
  },
  null,
)

function step(): number {
  if (trainer.epochIsComplete) trainer.endEpoch(null)
  return 1000 * trainer.step().duration_s
}

process.stdout.write(`${JSON.stringify({ version: tensorflow.version })}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(Array.from({ length: Number(line) }, step))}\n`)
}
