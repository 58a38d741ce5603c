/**
 * `npm run study:first -- [--home DIR] [--page]`: the studies of resources/studies/first-*.yaml through the command line, into
 * docs/studies/first.json and first.md. What the home has is not computed again; `--page` computes nothing and writes the page from the
 * file. Hours of computing are kept by a `kill` at any time.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { resultsSchema, type Results } from '../../src/shared/contract/results.ts'
import { defaultPaths } from '../../src/host/paths.ts'
import { machine } from '../bench/record.ts'
import { firstPage, type FirstStudies, type StudyTime } from '../docs/firstPage.ts'
import { root } from '../tasks/run.ts'
import { bitgauge } from './bitgauge.ts'
import { ensureDataset } from './datasets.ts'

const { values } = parseArgs({ options: { home: { type: 'string' }, page: { type: 'boolean' } } })
const home = values.home ?? join(defaultPaths().cache, 'studies')
const target = join(root, 'docs', 'studies', 'first.json')
const names = ['first-ag-news', 'first-r8', 'first-presets'] as const

if (values.page !== true) await measure()
writeFileSync(target.replace(/json$/, 'md'), firstPage(JSON.parse(readFileSync(target, 'utf8')) as FirstStudies))

async function measure(): Promise<void> {
  await ensureDataset('ag-news', home)
  await ensureDataset('r8', home)
  const studies: Results[] = []
  const times: Record<string, StudyTime> = {}
  for (const name of names) {
    await bitgauge(['study', 'run', join(root, 'resources', 'studies', `${name}.yaml`)], home)
    const results = await resultsOf(name)
    times[name] = timeOf(results)
    studies.push(thinned(results))
  }
  const first: FirstStudies = { schema: 'bitgauge/study-first/1', machine: machine(), times, studies }
  writeFileSync(target, `${JSON.stringify(first)}\n`)
}

async function resultsOf(name: string): Promise<Results> {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-first-'))
  try {
    const out = join(folder, 'out')
    await bitgauge(['export', '--study', name, '--format', 'json', '--out', out], home)
    const document = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as { results: unknown }
    return resultsSchema.parse(document.results)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What evaluating took, cell by cell; several run at once. */
function timeOf({ rows }: Results): StudyTime {
  const seconds = rows.map(({ duration_s }) => duration_s)
  return { cells: rows.length, evaluating_s: Math.round(seconds.reduce((sum, value) => sum + value, 0)) }
}

/** Without what the page does not show: confusion, distributions, times. */
function thinned(results: Results): Results {
  const rows = results.rows.map((row) => ({ ...row, confusion: [], duration_s: 0 }))
  return { ...results, rows, profiles: [], adjustments: [] }
}
