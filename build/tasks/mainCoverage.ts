/**
 * `npm run coverage:desktop`: builds the desktop application with source maps, runs its suites under the Electron stand-in, and prints for each file
 * of src/main and src/preload the share of its lines and of the blocks between its branches that they reached, and the lines that none did.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureRenderer } from '../pages.ts'
import { root, run } from './run.ts'

interface Range {
  startOffset: number
  endOffset: number
  count: number
}

interface Script {
  url: string
  functions: { ranges: Range[] }[]
}

/** Of one source file: its lines that have code, and the blocks that V8 counts apart; true where they were reached. */
interface Reached {
  lines: Map<number, boolean>
  blocks: Map<string, boolean>
}

const bundles = ['main/index.js', 'preload/index.cjs'].map((name) => join(root, 'out', name))
const folder = mkdtempSync(join(tmpdir(), 'bitgauge-coverage-'))
try {
  // The suites take what is built where it is of these sources: its stamp stays, the maps come beside.
  await ensureRenderer()
  await run('electron-vite', ['build', '--sourcemap', '--logLevel', 'warn'])
  const suites = process.argv.length > 2 ? process.argv.slice(2) : ['test/electron', '--exclude', '**/journey.test.ts']
  process.exitCode = await run('vitest', ['run', ...suites], { BITGAUGE_MAIN_COVERAGE: folder })
  print(new Map(bundles.flatMap((bundle) => [...reachedOf(bundle)])))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function print(files: ReadonlyMap<string, Reached>): void {
  const lines: boolean[] = []
  const blocks: boolean[] = []
  for (const [file, reached] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(...reached.lines.values())
    blocks.push(...reached.blocks.values())
    const missed = [...reached.lines].filter(([, seen]) => !seen).map(([line]) => line + 1)
    const shares = `${percent([...reached.lines.values()])} lines ${percent([...reached.blocks.values()])} blocks`
    process.stdout.write(`${shares}  ${file}${missed.length === 0 ? '' : `  not: ${spans(missed)}`}\n`)
  }
  process.stdout.write(`${percent(lines)} of ${lines.length} lines, ${percent(blocks)} of ${blocks.length} blocks\n`)
}

function reachedOf(bundle: string): Map<string, Reached> {
  const text = readFileSync(bundle, 'utf8')
  const map = new SourceMap(
    JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as ConstructorParameters<typeof SourceMap>[0],
  )
  const scripts = scriptsOf(bundle)
  const seen = offsetsReached(scripts, text.length)
  const blocks = blocksOf(scripts)
  const files = new Map<string, Reached>()
  let [line, column] = [0, 0]
  for (let offset = 0; offset < text.length; offset += 1) {
    const entry = map.findEntry(line, column)
    const file =
      'originalSource' in entry ? /src\/(?:main|preload)\/.+\.ts$/.exec(entry.originalSource)?.[0] : undefined
    if (file !== undefined && 'originalLine' in entry && entry.generatedColumn === column) {
      const own = files.get(file) ?? { lines: new Map(), blocks: new Map() }
      files.set(file, own)
      own.lines.set(entry.originalLine, own.lines.get(entry.originalLine) === true || seen[offset] === 1)
      const block = blocks.get(offset)
      if (block !== undefined) own.blocks.set(`${offset}`, block)
    }
    if (text[offset] === '\n') [line, column] = [line + 1, 0]
    else column += 1
  }
  return files
}

/** What each process said of a bundle. */
function scriptsOf(bundle: string): Script[] {
  return readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: Script[] }
    return result.filter(({ url }) => url.startsWith('file:') && relative(bundle, fileURLToPath(url)) === '')
  })
}

/** Each block by where it begins, or a little later where blanks and a brace stand before its first token. */
function blocksOf(scripts: readonly Script[]): Map<number, boolean> {
  const blocks = new Map<number, boolean>()
  for (const { startOffset, count } of scripts.flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))) {
    for (let at = startOffset; at < startOffset + 8; at += 1) blocks.set(at, blocks.get(at) === true || count > 0)
  }
  return blocks
}

/** V8 gives the outermost range first and each narrower one after it, so the last word about an offset holds. */
function offsetsReached(scripts: readonly Script[], length: number): Uint8Array {
  const reached = new Uint8Array(length)
  for (const { functions } of scripts) {
    const own = new Uint8Array(length)
    for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
      own.fill(count > 0 ? 1 : 0, startOffset, endOffset)
    }
    for (let at = 0; at < length; at += 1) reached[at] = (reached[at] ?? 0) | (own[at] ?? 0)
  }
  return reached
}

function percent(all: readonly boolean[]): string {
  return `${((100 * all.filter(Boolean).length) / Math.max(1, all.length)).toFixed(1).padStart(5)} %`
}

/** `3-5, 9` */
function spans(lines: readonly number[]): string {
  const starts = lines.filter((line) => !lines.includes(line - 1))
  const ends = lines.filter((line) => !lines.includes(line + 1))
  return starts.map((start, index) => (start === ends[index] ? `${start}` : `${start}-${ends[index]}`)).join(', ')
}
