import { freemem } from 'node:os'
import { performance } from 'node:perf_hooks'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-node-gpu'
import type { ThroughputCase } from '../../shared/contract/system.ts'
import { AppError } from '../../shared/errors.ts'
import { blockLstm } from '../tensorflow/blockLstm.ts'
import { loadTensorflow, type Tensorflow } from '../tensorflow/load.ts'
import type { JobContext, JobRun } from './job.ts'

interface Size {
  hidden: number
  batch: number
  steps: number
}

/** An operation made ready: its inputs are in memory, `run` computes and waits until the result is there. */
interface Ready {
  run: () => void
  dispose: () => void
}

const operations: Record<ThroughputCase['op'], (tensorflow: Tensorflow, size: Size) => Ready> = {
  MatMul: readyMatMul,
  BlockLSTMV2: readyLstm,
  'BlockLSTMV2 gradient': readyLstmGradient,
}

const operationNames = Object.keys(operations) as ThroughputCase['op'][]

/**
 * How long the LSTM's operations take at each hidden size: the projection [batch, hidden] x [hidden, 4 * hidden] as MatMul, a whole
 * sequence forward, and forward with gradient. One run to warm up, then `repeats` samples, each kept. Throws `out-of-memory` before
 * the first sample where one of the cases would not fit.
 */
export const throughput: JobRun<'throughput'> = async (params, context) => {
  context.progress({ phase: 'load TensorFlow', done: 0, total: null, unit: 'samples' })
  const tensorflow = loadTensorflow()
  const { batch, steps } = params
  const planned = params.hidden.flatMap((hidden) =>
    operationNames.map((op) => ({ op, size: { hidden, batch, steps } })),
  )
  for (const { op, size } of planned) checkMemory(op, size)
  const cases: ThroughputCase[] = []
  for (const { op, size } of planned) {
    const before = cases.length * params.repeats
    const tell = (sample: number): void =>
      context.progress({
        phase: `${op}, hidden ${size.hidden}`,
        done: before + sample,
        total: planned.length * params.repeats,
        unit: 'samples',
      })
    cases.push(await measure(tensorflow, op, size, params.repeats, context, tell))
  }
  return { device: tensorflow.device.name, cases }
}

async function measure(
  tensorflow: Tensorflow,
  op: ThroughputCase['op'],
  size: Size,
  repeats: number,
  context: JobContext,
  tell: (sample: number) => void,
): Promise<ThroughputCase> {
  tell(0)
  await context.step()
  const ready = operations[op](tensorflow, size)
  try {
    ready.run()
    const samples_s: number[] = []
    while (samples_s.length < repeats) {
      await context.step()
      samples_s.push(time(ready.run))
      tell(samples_s.length)
    }
    return { op, ...size, steps: op === 'MatMul' ? 1 : size.steps, samples_s, median_s: median(samples_s) }
  } finally {
    ready.dispose()
  }
}

function readyMatMul({ tf }: Tensorflow, { hidden, batch }: Size): Ready {
  const left = tf.randomUniform([batch, hidden], -1, 1, 'float32', 1) as Tensor2D
  const right = tf.randomUniform([hidden, 4 * hidden], -1, 1, 'float32', 2) as Tensor2D
  return {
    run: () => tf.tidy(() => finish(tf.matMul(left, right))),
    dispose: () => tf.dispose([left, right]),
  }
}

function readyLstm(tensorflow: Tensorflow, size: Size): Ready {
  const inputs = lstmInputs(tensorflow, size)
  return {
    run: () => tensorflow.tf.tidy(() => finish(blockLstm(tensorflow, inputs).hiddens)),
    dispose: () => tensorflow.tf.dispose(Object.values(inputs)),
  }
}

function readyLstmGradient(tensorflow: Tensorflow, size: Size): Ready {
  const { tf } = tensorflow
  const inputs = lstmInputs(tensorflow, size)
  const { x, cell, hidden, kernel, bias } = inputs
  const loss = tf.grads((...values: Tensor[]) => {
    const [weights, offsets] = values as [Tensor2D, Tensor1D]
    return tf.sum(blockLstm(tensorflow, { x, cell, hidden, kernel: weights, bias: offsets }).hiddens).asScalar()
  })
  return {
    run: () => tf.tidy(() => loss([kernel, bias]).forEach(finish)),
    dispose: () => tf.dispose(Object.values(inputs)),
  }
}

function lstmInputs({ tf }: Tensorflow, { hidden, batch, steps }: Size) {
  const scale = 1 / Math.sqrt(hidden)
  return {
    x: tf.randomUniform([steps, batch, hidden], -1, 1, 'float32', 1) as Tensor3D,
    cell: tf.zeros([batch, hidden]) as Tensor2D,
    hidden: tf.zeros([batch, hidden]) as Tensor2D,
    kernel: tf.randomUniform([2 * hidden, 4 * hidden], -scale, scale, 'float32', 2) as Tensor2D,
    bias: tf.zeros([4 * hidden]) as Tensor1D,
  }
}

/** Reads one number of a result: a graphics device works on after the call has come back, and only a read waits for it. */
function finish(result: Tensor): void {
  result.flatten().slice(0, 1).dataSync()
}

function time(run: () => void): number {
  const start = performance.now()
  run()
  return (performance.now() - start) / 1000
}

/** The system ends a process that takes more than there is, and with it the reason; so it is said beforehand. */
function checkMemory(op: ThroughputCase['op'], size: Size): void {
  const needed = neededBytes(op, size)
  const free = process.availableMemory?.() ?? freemem()
  if (needed <= 0.8 * free) return
  throw new AppError('out-of-memory', `There is not enough memory for ${op} with hidden ${size.hidden}.`, {
    expected: `about ${gigabytes(needed)} for batch ${size.batch} and ${size.steps} steps`,
    found: `${gigabytes(free)} free`,
    hint: `Try batch ${Math.max(1, Math.floor((size.batch * 0.5 * free) / needed))}.`,
  })
}

/** Inputs, the seven outputs and their gradients, weights and their gradients, in float32. */
function neededBytes(op: ThroughputCase['op'], { hidden, batch, steps }: Size): number {
  const weights = 8 * hidden * hidden
  const activations = batch * hidden
  if (op === 'MatMul') return 4 * (weights + 5 * activations)
  return 4 * (2 * weights + (op === 'BlockLSTMV2' ? 8 : 20) * steps * activations)
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
