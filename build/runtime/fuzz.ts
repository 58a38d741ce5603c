/**
 * `npm run runtime:fuzz`: runs the fuzzers of src/runtime/fuzz, by default a minute each. `-- --seconds N` for another time, `--target model` or
 * `tokens` for one of them, `--corpus FOLDER` to go on from what was found before and to keep what is found (a folder in it for each target),
 * `--json` for one document on standard output. Ends with 1 where an input made the runtime fail; the input is kept.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fuzz, fuzzTargets, type FuzzReport } from './fuzzing.ts'

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: { type: 'string', multiple: true, default: [...fuzzTargets] },
    corpus: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const seconds = Number(options.seconds)
if (!Number.isInteger(seconds) || seconds < 1) throw new Error(`--seconds takes a whole number, not ${options.seconds}`)

const reports: FuzzReport[] = []
for (const name of options.target) {
  const target = fuzzTargets.find((one) => one === name)
  if (target === undefined) throw new Error(`no target ${name}: expected one of ${fuzzTargets.join(', ')}`)
  const kept = options.corpus === undefined ? null : join(options.corpus, target)
  const report = await fuzz(target, seconds, kept)
  reports.push(report)
  if (!options.json) process.stdout.write(`${lineOf(report)}\n`)
}
if (options.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
if (reports.some(({ crash }) => crash !== null)) process.exitCode = 1

function lineOf({ target, seconds: taken, executions, edges, features, corpus, crash, output }: FuzzReport): string {
  const found = crash === null ? 'no fault' : `a fault: ${crash}\n${output}`
  return `${target}: ${executions} executions in ${taken} s, ${edges} edges, ${features} features, ${corpus} inputs kept, ${found}`
}
