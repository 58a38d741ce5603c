import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import { train } from '../../../src/compute/training/train.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'
import { families, sampleTask } from './sampleTask.ts'

const program = fileURLToPath(new URL('trainChild.ts', import.meta.url))

let tensorflow: Tensorflow
let folder: string
beforeAll(() => {
  tensorflow = loadedTensorflow()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitgauge-kill-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** The output of the training process, which is killed some milliseconds after it told of its nth checkpoint; null: never. */
function run(
  family: string,
  kill: { saved: number; after_ms: number } | null,
): Promise<{ output: string; signal: NodeJS.Signals | null }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ output: string; signal: NodeJS.Signals | null }>()
  const child = spawn(process.execPath, [program, join(folder, 'checkpoint'), family], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  let isKilled = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (kill === null || isKilled || output.split('\n').length <= kill.saved) return
    isKilled = true
    setTimeout(() => child.kill('SIGKILL'), kill.after_ms)
  })
  child.on('error', reject)
  child.on('close', (_code, signal) => resolve({ output, signal }))
  return promise
}

describe('a training that is killed', () => {
  it.each(Object.keys(families))('three times over gives the weights of one that was not: %s', async (family) => {
    const whole = await train(tensorflow, sampleTask(families[family]!))
    // Each life begins where the one before was killed, in the middle of a step or of writing a checkpoint.
    for (const saved of [2, 9, 14]) {
      const { signal } = await run(family, { saved, after_ms: Math.random() * 8 })
      expect(signal).toBe('SIGKILL')
    }
    const { output } = await run(family, null)
    expect(output.trim().split('\n').at(-1)).toBe(whole.fingerprint)
    expect(await readdir(folder)).toEqual(['checkpoint'])
    expect(Number(/saved (\d+)/.exec(output)?.[1])).toBeGreaterThan(20)
  })
})
