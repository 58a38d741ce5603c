/**
 * `npm run bench`: measures, and writes docs/benchmarks.json and docs/benchmarks.md. `-- --json` prints the document instead of
 * writing it; `-- --quick` takes few samples; `-- --no-network` leaves the download out; `-- --only NAME …` measures some parts and keeps
 * the others as the file has them. `BITGAUGE_BENCH_PYTHON` names a Python with torch, for the figures beside ours.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchCommandLine, benchDoctor, benchSetupAgain } from './bench/commandLine.ts'
import { benchPage } from './bench/page.ts'
import { machine, type BenchFile, type BenchRatio, type BenchRecord } from './bench/record.ts'
import { benchSetUp } from './bench/setUp.ts'
import { benchTrainingStep, pythonWithTorch } from './bench/trainingStep.ts'
import { benchmarksPage } from './docs/benchmarksPage.ts'
import { root } from './tasks/run.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean' },
    quick: { type: 'boolean' },
    'no-network': { type: 'boolean' },
    only: { type: 'string', multiple: true },
  },
})
const runs = flags.quick === true ? 3 : 15
const few = Math.ceil(runs / 3)

type Measured = Pick<BenchFile, 'records' | 'ratios'>
const records = (...all: BenchRecord[]): Measured => ({ records: all, ratios: [] })

const parts: Record<string, () => Measured | Promise<Measured>> = {
  'command-line': () => benchCommandLine(runs),
  doctor: () => records(benchDoctor(few)),
  'set-up': async () => records(benchSetupAgain(few), ...(flags['no-network'] === true ? [] : await benchSetUp())),
  'training-step': () => benchTrainingStep(pythonWithTorch(), runs),
  page: async () => records(...(await benchPage(few))),
}

const unknown = flags.only?.find((name) => !Object.hasOwn(parts, name))
if (unknown !== undefined) throw new Error(`no part ${unknown}: expected one of ${Object.keys(parts).join(', ')}`)

const target = join(root, 'docs', 'benchmarks.json')
const file: BenchFile = { schema: 'bitgauge/bench/1', machine: machine(), records: [], ratios: [] }
for (const [name, measure] of Object.entries(parts)) {
  if (flags.only !== undefined && !flags.only.includes(name)) continue
  add(await measure())
}
if (flags.only !== undefined && existsSync(target)) keepOthers(JSON.parse(readFileSync(target, 'utf8')) as BenchFile)

if (flags.json === true) {
  process.stdout.write(`${JSON.stringify(file, null, 2)}\n`)
} else {
  writeFileSync(target, `${JSON.stringify(file, null, 2)}\n`)
  writeFileSync(join(root, 'docs', 'benchmarks.md'), benchmarksPage(file))
}

function add({ records: found, ratios }: Measured): void {
  file.records.push(...found)
  file.ratios.push(...ratios)
}

/** Cases that were not measured now, before those that were. */
function keepOthers(before: BenchFile): void {
  const now = new Set(file.records.map((one) => one.case))
  const others = <T extends BenchRecord | BenchRatio>(all: T[]): T[] => all.filter((one) => !now.has(one.case))
  file.records.unshift(...others(before.records))
  file.ratios.unshift(...others(before.ratios))
}
