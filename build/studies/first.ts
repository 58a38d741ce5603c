/**
 * `npm run study:first -- [--study NAME …] [--home DIR] [--page]`: the studies of resources/studies/first-*.yaml through the command line,
 * into docs/studies/first/NAME.json each, and first.md. What the home has is not computed again, and a study that is left out stays as its file has
 * it; `--page` computes nothing and writes the page from the files. A `kill` loses nothing that was finished.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { resultsSchema, type Results } from '../../src/shared/contract/results.ts'
import { defaultPaths } from '../../src/host/paths.ts'
import { machine } from '../bench/record.ts'
import { firstPage, type FirstStudy, type StudyTime } from '../docs/firstPage.ts'
import { root } from '../tasks/run.ts'
import { bitgauge } from './bitgauge.ts'
import { ensureDataset } from './datasets.ts'

const { values } = parseArgs({
  options: { study: { type: 'string', multiple: true }, home: { type: 'string' }, page: { type: 'boolean' } },
})
const home = values.home ?? join(defaultPaths().cache, 'studies')
const page = join(root, 'docs', 'studies', 'first.md')
const fileOf = (name: string): string => join(root, 'docs', 'studies', 'first', `${name}.json`)
/** In the order of the page. */
const names = { 'first-ag-news': 'ag-news', 'first-r8': 'r8', 'first-presets': 'ag-news' } as const

if (values.page !== true) await measure()
writeFileSync(page, firstPage(Object.keys(names).flatMap(saved)))

/** What the file of a study has, also of an earlier form of the results. */
function saved(name: string): FirstStudy[] {
  if (!existsSync(fileOf(name))) return []
  const first = JSON.parse(readFileSync(fileOf(name), 'utf8')) as FirstStudy
  return [{ ...first, results: resultsSchema.parse(first.results) }]
}

async function measure(): Promise<void> {
  for (const [name, dataset] of Object.entries(names)) {
    if (values.study !== undefined && !values.study.includes(name)) continue
    await ensureDataset(dataset, home)
    await bitgauge(['study', 'run', join(root, 'resources', 'studies', `${name}.yaml`)], home)
    const results = await resultsOf(name)
    const first: FirstStudy = {
      schema: 'bitgauge/study-first/1',
      machine: machine(),
      time: timeOf(results),
      results: thinned(results),
    }
    writeFileSync(fileOf(name), `${JSON.stringify(first)}\n`)
  }
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
