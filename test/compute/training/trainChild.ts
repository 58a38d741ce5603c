import { loadTensorflow } from '../../../src/compute/tensorflow/load.ts'
import { train } from '../../../src/compute/training/train.ts'
import { families, sampleTask } from './sampleTask.ts'

/** Trains the sample task as a process of its own: `node trainChild.ts CHECKPOINT FAMILY`; a line a step, and the fingerprint at the end. */
const [path, family] = process.argv.slice(2) as [string, string]
const { fingerprint } = await train(loadTensorflow(), sampleTask(families[family]!), {
  checkpoint: { path, every_s: 0 },
  tell: (news) => news.type === 'saved' && process.stdout.write(`saved ${news.step}\n`),
})
process.stdout.write(`${fingerprint}\n`)
