/**
 * `npm run bench`: measures, and writes docs/benchmarks.json and docs/benchmarks.md. `-- --json` prints one document instead of
 * writing; `-- --quick` takes few samples; `-- --pairs N` other than 15 rounds of
 * inference (a cell of a study has a third); `-- --no-network` leaves the download out; `-- --only NAME …` measures some parts and keeps
 * the others as the file has them. `--peers PYTHON` (or `BITGAUGE_BENCH_PYTHON`) names a Python with torch, onnxruntime and onnx, `--brevitas PYTHON`
 * (`BITGAUGE_BENCH_BREVITAS`) one with brevitas, for the figures beside ours; `--home DIR` the home that keeps the trained models.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultPaths } from '../src/host/paths.ts'
import { successEnvelope } from '../src/shared/envelope.ts'
import { benchBoardLeaks } from './bench/boardLeaks.ts'
import { benchBoards } from './bench/boards.ts'
import { benchCommandLine, benchDoctor, benchSetupAgain } from './bench/commandLine.ts'
import { benchCell, benchInference } from './bench/inference/inference.ts'
import { keepOthers } from './bench/keepOthers.ts'
import { findPeers } from './bench/peers.ts'
import {
  benchDataSchema,
  benchFileSchema,
  machine,
  type BenchFile,
  type BenchRecord,
  type Measured,
} from './bench/record.ts'
import { benchProfile } from './bench/profile.ts'
import { benchExactness } from './bench/runtime/exactness.ts'
import { benchFootprint } from './bench/runtime/footprint.ts'
import { benchFuzzers } from './bench/runtime/fuzzers.ts'
import { benchSanitizers } from './bench/runtime/sanitizers.ts'
import { benchSetUp } from './bench/setUp.ts'
import { benchTrainingStep } from './bench/trainingStep.ts'
import { benchBesideStudy } from './bench/window/besideStudy.ts'
import { benchLoad } from './bench/window/load.ts'
import { benchWindow } from './bench/window/window.ts'
import { benchmarksPage } from './docs/benchmarksPage.ts'
import { root } from './tasks/run.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean' },
    quick: { type: 'boolean' },
    'no-network': { type: 'boolean' },
    only: { type: 'string', multiple: true },
    peers: { type: 'string' },
    brevitas: { type: 'string' },
    pairs: { type: 'string', default: '15' },
    home: { type: 'string' },
  },
})
const quick = flags.quick === true
const runs = quick ? 3 : 15
const few = Math.ceil(runs / 3)
const home = flags.home ?? join(defaultPaths().cache, 'bench')
const peers = (): ReturnType<typeof findPeers> => findPeers(flags.peers ?? null, flags.brevitas ?? null)
const records = (...all: BenchRecord[]): Measured => ({ records: all, ratios: [] })

const parts: Record<string, (tell: (some: Measured) => void) => Measured | Promise<Measured>> = {
  'command-line': () => benchCommandLine(runs),
  doctor: () => records(benchDoctor(few)),
  'set-up': async () => records(benchSetupAgain(few), ...(flags['no-network'] === true ? [] : await benchSetUp())),
  'training-step': () => benchTrainingStep(peers(), runs),
  inference: () => benchInference(peers(), home, quick, Number(flags.pairs)),
  'study-cell': () => benchCell(peers(), home, quick, Number(flags.pairs)),
  profile: () => benchProfile(home, quick),
  'board-leaks': () => benchBoardLeaks(quick ? 10 : 100),
  exactness: () => benchExactness(home, quick),
  boards: (tell) => benchBoards('discriminative', home, quick, tell),
  'boards-generative': (tell) => benchBoards('generative', home, quick, tell),
  fuzzers: () => benchFuzzers(quick ? 5 : 60),
  sanitizers: () => benchSanitizers(),
  footprint: () => benchFootprint(),
  page: async () => records(...(await benchLoad(few))),
  window: async () => records(...(await benchWindow(home, few))),
  'beside-study': () => benchBesideStudy(few),
}

/** How the cases of a part begin, where their names tell how much was measured. */
const beginnings: Record<string, readonly string[]> = {
  inference: ['discriminative', 'generative scoring', 'model file'],
  'study-cell': ['study cell'],
  profile: ['profile,'],
  'board-leaks': ['board leaks'],
  exactness: ['exactness'],
  boards: ['boards, discriminative'],
  'boards-generative': ['boards, generative'],
  page: ['page through serve'],
  'beside-study': ['window, what a page costs'],
}

const unknown = flags.only?.find((name) => !Object.hasOwn(parts, name))
if (unknown !== undefined) throw new Error(`no part ${unknown}: expected one of ${Object.keys(parts).join(', ')}`)

const target = join(root, 'docs', 'benchmarks.json')
const found: BenchFile = { schema: 'bitgauge/bench/1', machine: machine(), records: [], ratios: [], absent: [] }
const done: string[] = []
for (const [name, measure] of Object.entries(parts)) {
  if (flags.only !== undefined && !flags.only.includes(name)) continue
  take(await measure(take))
  done.push(name)
  if (flags.json !== true && flags.only !== undefined) keep(done)
}
if (flags.json === true) {
  const data = benchDataSchema.strip().parse(found)
  process.stdout.write(`${JSON.stringify(successEnvelope('bench', data, warnings(found)), null, 2)}\n`)
} else keep(flags.only)

/** Part by part: what one of them took minutes for is kept where the next one fails. */
function take({ records: some, ratios, absent = [] }: Measured): void {
  found.records.push(...some)
  found.ratios.push(...ratios)
  found.absent.push(...absent)
  if (flags.json !== true && flags.only !== undefined) keep(done)
}

/** Writes what was found; where only some parts were measured, beside what the file holds of the others. */
function keep(only: readonly string[] | undefined): void {
  const before = only === undefined || !existsSync(target) ? null : readFileSync(target, 'utf8')
  const whole = (only ?? []).flatMap((name) => beginnings[name] ?? [])
  const file = before === null ? found : keepOthers(found, benchFileSchema.parse(JSON.parse(before)), whole)
  writeFileSync(target, `${JSON.stringify(file, null, 2)}\n`)
  writeFileSync(join(root, 'docs', 'benchmarks.md'), benchmarksPage(file))
}

function warnings({ absent }: BenchFile): { code: string; message: string; subject: string }[] {
  return absent.map(({ case: name, contender, reason }) => ({
    code: 'peer-absent',
    message: `${contender} is left out: ${reason}`,
    subject: name,
  }))
}
