/**
 * `npm test`: set-up, build, every suite; the last line is `N passed, N failed, N skipped`. Arguments narrow the suites
 * (`npm test -- test/store`). With CI=true no suite may be skipped.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureRenderer } from './pages.ts'
import { run, timed } from './tasks/run.ts'
import { summarize, type VitestReport } from './tasks/summary.ts'
import { setUp } from './tasks/setUp.ts'

/** Suites that must have run, not been skipped, on a machine that claims to have tested the project. */
const required = [
  'test/setup/',
  'test/compute/',
  'test/host/',
  'test/store/',
  'test/server/',
  'test/security/',
  'test/electron/',
  'test/package/',
  'test/e2e/',
  'test/cli/',
  'test/runtime/',
]

const folder = mkdtempSync(join(tmpdir(), 'bitgauge-test-'))
const reportFile = join(folder, 'report.json')
const narrowed = process.argv.slice(2)
try {
  await setUp()
  const built = await timed(() => ensureRenderer())
  process.stdout.write(`phase: build ${built.seconds.toFixed(1)} s\n`)
  const tests = await timed(() =>
    run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...narrowed]),
  )
  process.stdout.write(`phase: tests ${tests.seconds.toFixed(1)} s\n`)
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport
  const strict = process.env['CI'] === 'true' && narrowed.length === 0
  const summary = summarize(report, strict ? required : [])
  for (const reason of summary.reasons) process.stdout.write(`skipped: ${reason}\n`)
  for (const complaint of summary.complaints) process.stdout.write(`${complaint}\n`)
  process.exitCode = tests.result === 0 && summary.complaints.length === 0 ? 0 : 1
  process.stdout.write(`${summary.line}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
