import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, onTestFinished } from 'vitest'
import { programSources } from '../../build/runtime/boardProgram.ts'
import { compileProgram, strictFlags } from '../../build/runtime/compile.ts'
import { encodeTokenFile } from '../../src/core/quantization/file/tokenFile.ts'
import type { QuantizedModel } from '../../src/core/quantization/quantizedModel.ts'
import { modelFile } from './modelFiles.ts'

/** `bitgauge-run` of the sources, compiled once. */
export function boardProgram(): Promise<string> {
  return compileProgram(programSources(), { flags: strictFlags, link: ['-lpthread'] })
}

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a program to its end; `act` is called when it has said something, and may kill it. */
export async function ended(
  program: string,
  args: readonly string[],
  { env, act }: { env?: Record<string, string>; act?: (kill: (signal: NodeJS.Signals) => void) => unknown } = {},
): Promise<Ended> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  child.stdout.once('readable', () => act?.((signal) => child.kill(signal)))
  const [stdout, stderr, [code]] = await output
  return { code: code as number | null, stdout, stderr }
}

/** A folder that is gone after the tests of a file. */
export function keptFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-board-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-board-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface TextsAsked {
  words?: number
  labels?: readonly number[]
}

/** A token file of texts for a model. */
export function tokenFile(
  { spec }: QuantizedModel,
  texts: readonly (readonly number[])[],
  asked: TextsAsked = {},
): Uint8Array {
  const offsets = new Uint32Array(texts.length + 1)
  texts.forEach((one, k) => (offsets[k + 1] = offsets[k]! + one.length))
  const labels = asked.labels === undefined ? null : { classes: spec.classes, ofTexts: Uint32Array.from(asked.labels) }
  return encodeTokenFile({ words: asked.words ?? spec.words, offsets, tokens: Uint32Array.from(texts.flat()), labels })
}

/** The arguments that run a model on texts, both written into a folder that is gone after the test. */
export function filesOf(
  model: QuantizedModel,
  texts: readonly (readonly number[])[],
  asked: TextsAsked = {},
): string[] {
  return filesIn(temporaryFolder(), model, texts, asked)
}

/** The same in a folder of the caller's. */
export function filesIn(
  folder: string,
  model: QuantizedModel,
  texts: readonly (readonly number[])[],
  asked: TextsAsked = {},
): string[] {
  const [modelPath, tokensPath] = [join(folder, 'model.bgq'), join(folder, 'texts.bgt')]
  writeFileSync(modelPath, modelFile(model))
  writeFileSync(tokensPath, tokenFile(model, texts, asked))
  return ['--model', modelPath, '--tokens', tokensPath]
}
