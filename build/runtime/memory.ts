import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { encodeQuantizedModel } from '../../src/core/quantization/file/encodeQuantizedModel.ts'
import { encodeTokenFile } from '../../src/core/quantization/file/tokenFile.ts'
import { programSources } from './boardProgram.ts'
import { compileProgram } from './compile.ts'
import { drawnTexts, sizes, untrainedModel } from './memoryModels.ts'

const families = ['discriminative', 'generative'] as const
const widths = [8, 4] as const
const textWords = 64
const kibibyte = 1024

export interface MemoryFigure {
  family: (typeof families)[number]
  bits: number
  /** memory that no file stands behind: heap, stack, what the program's own data has become. Neither the model's file nor the program is among it. */
  private_bytes: number
  /** by what is mapped there: `[heap]`, `[stack]`, a file's name, `anonymous` */
  mappings: Record<string, number>
  target_bytes: number
  model_bytes: number
  binary_bytes: number
}

/** Bytes that a family may hold at batch 1: 256 KiB, and for a generative model the word weights of each class. */
function targetOf(family: MemoryFigure['family']): number {
  return 256 * kibibyte + (family === 'generative' ? 4 * sizes.classes * sizes.words : 0)
}

/**
 * The private memory of a statically linked `bitgauge-run` in the midst of a run at batch 1: V 10,000, E = H = 100, K 4, texts of 64 words.
 *
 * It is read from `/proc/PID/smaps` while the program waits for somebody to read its output, all of its buffers in use.
 *
 * @throws Error where there is no `musl-gcc` or no `/proc`
 */
export async function measureMemory(): Promise<MemoryFigure[]> {
  const program = await compileProgram(programSources(), {
    compiler: ['musl-gcc'],
    flags: ['-static'],
    link: ['-lpthread'],
  })
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-memory-'))
  try {
    const figures: MemoryFigure[] = []
    for (const family of families) {
      for (const bits of widths) figures.push(await measureOne(program, folder, family, bits))
    }
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureOne(
  program: string,
  folder: string,
  family: MemoryFigure['family'],
  bits: 4 | 8,
): Promise<MemoryFigure> {
  const [model, tokens] = [join(folder, 'model.bgq'), join(folder, 'texts.bgt')]
  const description = {
    classes: ['1', '2', '3', '4'],
    vocabulary: { fingerprint: `sha256:${'0'.repeat(64)}`, file: null },
    ...{ tokenizer: null, maxLength: null, origin: {} },
  }
  const file = encodeQuantizedModel(untrainedModel(family, bits), description)
  writeFileSync(model, file)
  writeFileSync(tokens, encodeTokenFile({ words: sizes.words, ...drawnTexts(2000, textWords), labels: null }))
  const child = spawn(program, ['--model', model, '--tokens', tokens], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await waitUntilBlocked(child)
    const mappings = anonymousBytes(readFileSync(`/proc/${child.pid}/smaps`, 'utf8'))
    return {
      family,
      bits,
      private_bytes: Object.values(mappings).reduce((sum, bytes) => sum + bytes, 0),
      mappings,
      target_bytes: targetOf(family),
      model_bytes: file.length,
      binary_bytes: statSync(program).size,
    }
  } finally {
    child.kill('SIGKILL')
  }
}

/** Its pipe is full: it sleeps, and uses no more time. */
async function waitUntilBlocked(child: ChildProcess): Promise<void> {
  for (let before = ''; child.exitCode === null;) {
    await setTimeout(100)
    const [state = '', ...rest] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const used = `${rest[10]} ${rest[11]}`
    if (state === 'S' && used === before && used !== '0 0') return
    before = used
  }
  throw new Error(`the program ended with ${child.exitCode} before it filled its pipe`)
}

/** Anonymous pages of each mapping. `Private_Dirty` would count the pages of a file that was written a moment ago. */
function anonymousBytes(smaps: string): Record<string, number> {
  const found: Record<string, number> = {}
  let name = ''
  for (const line of smaps.split('\n')) {
    const mapping = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ *(.*)$/.exec(line)
    if (mapping !== null) name = mapping[1] === '' ? 'anonymous' : mapping[1]!.replace(/^.*\//, '')
    const held = /^Anonymous: +(\d+) kB$/.exec(line)
    if (held !== null && held[1] !== '0') found[name] = (found[name] ?? 0) + Number(held[1]) * kibibyte
  }
  return found
}

function describe({ family, bits, private_bytes, target_bytes, mappings, model_bytes }: MemoryFigure): string {
  const parts = Object.entries(mappings).map(([name, bytes]) => `${name} ${bytes / kibibyte}`)
  const of = `${(private_bytes / kibibyte).toFixed(0)} of ${(target_bytes / kibibyte).toFixed(0)} KiB`
  return `${family}, ${bits} bits: ${of} (${parts.join(', ')}); model file ${(model_bytes / kibibyte).toFixed(0)} KiB`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const figures = await measureMemory()
  if (process.argv.includes('--json')) console.log(JSON.stringify({ schema: 'bitgauge/memory/1', figures }, null, 2))
  else console.log(figures.map(describe).join('\n'))
  process.exitCode = figures.every((figure) => figure.private_bytes <= figure.target_bytes) ? 0 : 1
}
