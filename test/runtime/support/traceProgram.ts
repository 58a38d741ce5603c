import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { buffer, text } from 'node:stream/consumers'
import { compileProgram, strictFlags, type CompileOptions } from '../../../build/runtime/compile.ts'
import { encodeTokenFile } from '../../../src/core/quantization/file/tokenFile.ts'
import type { QuantizedModel } from '../../../src/core/quantization/quantizedModel.ts'
import { modelFile } from '../modelFiles.ts'
import { readTraceStream, type EngineRun } from './traceStream.ts'

/** How the runtime evaluates: `traced` tells of everything on the way and evaluates a second time without. */
export interface EngineOptions {
  kernels: string
  batch: number
  traced?: boolean
  inputTable?: boolean
  packHead?: boolean
}

export interface ModelTexts {
  model: QuantizedModel
  texts: readonly (readonly number[])[]
}

/** `bg_trace` of the sources, compiled once. */
export function traceProgram(options: CompileOptions = { flags: strictFlags }): Promise<string> {
  return compileProgram(['test/runtime/programs/bg_trace.c'], { link: ['-lpthread'], ...options })
}

/** Evaluates each model in each way, in one process: [models][ways]. */
export async function runTraced(
  program: string,
  pairs: readonly ModelTexts[],
  ways: readonly EngineOptions[],
): Promise<EngineRun[][]> {
  const args = ways.map(
    ({ kernels, batch, ...flags }) =>
      `${kernels}:${batch}:${flags.traced === true ? 't' : ''}${flags.inputTable === true ? 'i' : ''}${flags.packHead === true ? 'p' : ''}`,
  )
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const output = Promise.all([buffer(child.stdout), text(child.stderr), once(child, 'close')])
  child.stdin.on('error', () => undefined) // the program may have ended; its status tells why
  child.stdin.end(Buffer.concat(pairs.flatMap(recordsOf)))
  const [stream, complaints, [status]] = await output
  if (status !== 0) throw new Error(`${program} ended with ${status}:\n${complaints}`)
  const runs = readTraceStream(stream)
  return pairs.map((_, k) => runs.slice(k * ways.length, (k + 1) * ways.length))
}

function recordsOf({ model, texts }: ModelTexts): Buffer[] {
  const offsets = new Uint32Array(texts.length + 1)
  texts.forEach((one, k) => (offsets[k + 1] = offsets[k]! + one.length))
  const tokens = Uint32Array.from(texts.flat())
  const files = [modelFile(model), encodeTokenFile({ words: model.spec.words, offsets, tokens, labels: null })]
  return files.flatMap((file) => [Buffer.from(Uint32Array.of(file.length).buffer), Buffer.from(file)])
}

/** Kernels of `bg_trace` that this machine can run, fastest first. */
export async function usableKernels(program?: string): Promise<string[]> {
  const child = spawn(program ?? (await traceProgram()), ['kernels'], { stdio: ['ignore', 'pipe', 'inherit'] })
  return (await text(child.stdout)).split('\n').slice(0, -1)
}
