import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeTokenFile } from '../../src/core/quantization/file/tokenFile.ts'
import { stream } from '../../src/core/random/randomStream.ts'
import { defaultPaths } from '../../src/host/paths.ts'
import { randomModel, type RandomModelOptions } from '../../test/core/quantization/randomModel.ts'
import { modelFile } from '../../test/runtime/modelFiles.ts'
import { root } from '../tasks/run.ts'
import { compileProgram } from './compile.ts'

export const fuzzTargets = ['model', 'tokens'] as const
export type FuzzTarget = (typeof fuzzTargets)[number]

/** What a fuzzer did. Edges and features are libFuzzer's counts of what its inputs reached, the corpus what it kept of them. */
export interface FuzzReport {
  target: FuzzTarget
  seconds: number
  executions: number
  edges: number
  features: number
  corpus: number
  /** the input that ended it, in the cache; null where none did */
  crash: string | null
  /** what it printed of that input */
  output: string
}

const sources: Readonly<Record<FuzzTarget, readonly string[]>> = {
  model: ['fuzz_model.c', 'evaluation.c', 'mutate.c', 'repair.c'],
  tokens: ['fuzz_tokens.c', 'repair.c'],
}
const largestInput: Readonly<Record<FuzzTarget, number>> = { model: 24_576, tokens: 2048 }
const uninstrumented = join(root, 'src', 'runtime', 'fuzz', 'uninstrumented.txt')
const flags = [
  ...['-O1', '-g', '-fsanitize=fuzzer,address,undefined', '-fno-sanitize-recover=all'],
  ...[`-fsanitize-ignorelist=${uninstrumented}`, `-fsanitize-coverage-ignorelist=${uninstrumented}`],
]

/**
 * Runs a libFuzzer target of src/runtime/fuzz for some seconds, from seeds made anew, in one process of low priority.
 *
 * @param kept a folder whose inputs are taken besides the seeds and which new ones are added to; null: none are kept
 * @throws Error where clang is absent, or the target does not compile or run
 */
export async function fuzz(target: FuzzTarget, seconds: number, kept: string | null): Promise<FuzzReport> {
  const files = sources[target].map((file) => `src/runtime/fuzz/${file}`)
  const program = await compileProgram(files, { compiler: ['clang'], flags })
  const folder = join(defaultPaths().cache, 'runtime', 'fuzz', `${target}-${process.pid}`)
  const [corpus, seeds, crashes] = [kept ?? join(folder, 'corpus'), join(folder, 'seeds'), join(folder, 'crashes')]
  for (const made of [corpus, seeds, crashes]) mkdirSync(made, { recursive: true })
  writeSeeds(target, seeds)
  const limits = [`-max_total_time=${seconds}`, `-max_len=${largestInput[target]}`, '-rss_limit_mb=2048']
  // Minutes, not seconds: on a busy machine an input may take long through no fault of its own.
  const patience = ['-timeout=120', '-report_slow_units=120']
  const places = [`-artifact_prefix=${crashes}/`, corpus, seeds]
  const output = await outputOf(program, [...limits, ...patience, '-print_final_stats=1', ...places])
  const crash = readdirSync(crashes)[0]
  const report = reportOf(target, output, readdirSync(corpus).length, crash === undefined ? null : join(crashes, crash))
  if (crash === undefined) rmSync(folder, { recursive: true })
  if (crash === undefined && Number.isNaN(report.executions)) throw new Error(`${program} did not run:\n${output}`)
  return report
}

async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn('nice', ['-n', '5', program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  await once(child, 'close')
  return output
}

function reportOf(target: FuzzTarget, output: string, corpus: number, crash: string | null): FuzzReport {
  const last = (pattern: RegExp): number => Number(output.match(pattern)?.at(-1)?.match(/\d+$/)?.[0] ?? Number.NaN)
  return {
    target,
    seconds: last(/Done \d+ runs in \d+/g),
    executions: last(/stat::number_of_executed_units: +\d+/g),
    edges: last(/cov: \d+/g),
    features: last(/ft: \d+/g),
    corpus,
    crash,
    output: crash === null ? '' : output.slice(-8000),
  }
}

/** Good files of every kind; the same each time. */
function writeSeeds(target: FuzzTarget, folder: string): void {
  const files = target === 'model' ? modelSeeds() : tokenSeeds()
  files.forEach((bytes, k) => writeFileSync(join(folder, `seed-${String(k).padStart(3, '0')}`), bytes))
}

function modelSeeds(): Uint8Array[] {
  const whole = { widths: [2, 3, 4, 5, 6, 7, 8, 16] } as const
  const kinds: RandomModelOptions[] = [{}, { scale: 'static', ...whole }, { scale: 'dynamic', ...whole }, whole]
  const small = kinds.flatMap((kind, k) =>
    Array.from({ length: 16 }, (_, seed) => randomModel(100 * k + seed, { size: 4, ...kind })),
  )
  const wide = kinds.flatMap((kind, k) => [1, 2, 3].map((seed) => randomModel(100 * k + seed, { size: 24, ...kind })))
  return [...small, ...wide].map(modelFile).filter(({ length }) => length <= largestInput.model)
}

function tokenSeeds(): Uint8Array[] {
  return Array.from({ length: 20 }, (_, seed) => {
    const random = stream(seed, 'token seeds')
    const lengths = Array.from({ length: random.below(12) }, () => random.below(12))
    const offsets = Uint32Array.of(0, ...lengths).map((_, k) =>
      lengths.slice(0, k).reduce((sum, length) => sum + length, 0),
    )
    const tokens = Uint32Array.from({ length: offsets.at(-1)! }, () => random.below(9))
    const labels = { classes: 3, ofTexts: Uint32Array.from(lengths, () => random.below(3)) }
    return encodeTokenFile({ words: 9, offsets, tokens, labels: seed % 2 === 0 ? labels : null })
  })
}
