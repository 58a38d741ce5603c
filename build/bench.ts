/**
 * `npm run bench`: measures, and writes docs/benchmarks.json and docs/benchmarks.md. `-- --json` prints the document instead of
 * writing it; `-- --quick` takes few samples; `-- --no-network` leaves the download out.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchCommandLine, benchDoctor, benchSetupAgain } from './bench/commandLine.ts'
import { benchPage } from './bench/page.ts'
import { machine, type BenchFile } from './bench/record.ts'
import { benchSetUp } from './bench/setUp.ts'
import { benchmarksPage } from './docs/benchmarksPage.ts'
import { root } from './tasks/run.ts'

const flag = (name: string): boolean => process.argv.includes(name)
const runs = flag('--quick') ? 3 : 15

const commandLine = benchCommandLine(runs)
const records = [...commandLine.records, benchDoctor(Math.ceil(runs / 3)), benchSetupAgain(Math.ceil(runs / 3))]
if (!flag('--no-network')) records.push(...(await benchSetUp()))
records.push(...(await benchPage(Math.ceil(runs / 3))))

const file: BenchFile = { schema: 'bitgauge/bench/1', machine: machine(), records, ratios: commandLine.ratios }
if (flag('--json')) {
  process.stdout.write(`${JSON.stringify(file, null, 2)}\n`)
} else {
  writeFileSync(join(root, 'docs', 'benchmarks.json'), `${JSON.stringify(file, null, 2)}\n`)
  writeFileSync(join(root, 'docs', 'benchmarks.md'), benchmarksPage(file))
}
