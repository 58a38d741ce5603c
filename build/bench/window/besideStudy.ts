import Database from 'better-sqlite3'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Page } from 'playwright-core'
import { defaultPaths } from '../../../src/host/paths.ts'
import { prepareHomes } from '../../docs/screenshots/homes.ts'
import { serveHome } from '../../tasks/servedHome.ts'
import { interleave } from '../interleave.ts'
import { record, type Measured } from '../record.ts'
import { chromiumFlags } from './load.ts'
import { openWindow } from './openWindow.ts'
import { startStudy } from './startStudy.ts'

const block_ms = 10_000
const firstCells = 40
const name = 'window, what a page costs a study'

/**
 * Time a cell of a study takes while nobody looks at it, while its own page is open, and while its results are, in turns within one study of one
 * host; and the processor that the browser takes meanwhile, in cores. Cells are small here (models of 8 units, 200 texts), so that a page has as much to
 * follow as it ever has.
 */
export async function benchBesideStudy(rounds: number): Promise<Measured> {
  const { small } = await prepareHomes(join(defaultPaths().cache, 'screenshots'), (line) => console.error(line))
  const home = mkdtempSync(join(tmpdir(), 'bitgauge-bench-'))
  cpSync(small, home, { recursive: true })
  const served = await serveHome(home)
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags })
  try {
    const page = await openWindow(browser)
    await page.goto(served.url)
    await page.getByText('Engine connected').waitFor()
    const before = doneCells(home)
    await startStudy(page, 1000)
    // Its sets are drawn first, and its first cells compile code.
    while (doneCells(home) < before + firstCells) await sleep(500)
    const address = page.url()
    const id = address.split('/').at(-1)!
    const cores = new Map<string, number[]>()
    const contenders = Object.entries({
      'no page': 'about:blank',
      'its page': address,
      'its results': address.replace(/#.*/, `#/results/${id}`),
    }).map(([contender, shown]) => ({
      contender,
      block: async () => {
        await show(page, shown)
        const took = await measureBlock(home)
        cores.set(contender, [...(cores.get(contender) ?? []), took.cores])
        return took.cell_ms
      },
    }))
    const race = { case: name, metric: 'a cell', unit: 'ms', better: 'lower', contenders, rounds } as const
    const against = [
      ['its page', 'no page'],
      ['its results', 'no page'],
    ] as const
    const { records, ratios } = await interleave({ ...race, against })
    const browsers = contenders.map(({ contender }) =>
      // The first round is not counted, as of the cells.
      record({
        case: name,
        contender,
        metric: 'cores of the browser',
        unit: 'share',
        samples: cores.get(contender)!.slice(1),
      }),
    )
    return { records: [...records, ...browsers], ratios }
  } finally {
    await browser.close()
    await served.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

async function show(page: Page, address: string): Promise<void> {
  await page.goto(address)
  if (address !== 'about:blank') await page.getByText('Engine connected').waitFor()
  await sleep(2000)
}

async function measureBlock(home: string): Promise<{ cell_ms: number; cores: number }> {
  const before = { cells: doneCells(home), browser_ms: browserTime_ms(), at_ms: performance.now() }
  await sleep(block_ms)
  const cells = doneCells(home) - before.cells
  const took_ms = performance.now() - before.at_ms
  if (cells === 0) throw new Error('the study came to its end, or to none of its cells: there is nothing to measure')
  return { cell_ms: took_ms / cells, cores: (browserTime_ms() - before.browser_ms) / took_ms }
}

function doneCells(home: string): number {
  const database = new Database(join(home, 'bitgauge.sqlite'), { readonly: true })
  try {
    return database.prepare('SELECT count(*) FROM study_cells WHERE run_id IS NOT NULL').pluck().get() as number
  } finally {
    database.close()
  }
}

/** Of a clock tick as /proc counts them; Linux has 100 a second on every machine. */
const tick_ms = 10

/** Processor time that this program's own browser has taken so far, all its processes together. */
function browserTime_ms(): number {
  const found = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap(statOf)
  const parents = new Map(found.map(({ id, parent }) => [id, parent]))
  const isOurs = (id: number): boolean => id === process.pid || (id > 1 && isOurs(parents.get(id) ?? 0))
  return (
    found.reduce((sum, { id, program, ticks }) => sum + (program === 'chromium' && isOurs(id) ? ticks : 0), 0) * tick_ms
  )
}

function statOf(id: string): { id: number; program: string; parent: number; ticks: number }[] {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
    const [, program = ''] = /\((.*)\)/s.exec(stat) ?? []
    // proc(5): after the name come state, parent, …, utime (14) and stime (15).
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    return [{ id: Number(id), program, parent: fields[1]!, ticks: fields[11]! + fields[12]! }]
  } catch {
    // It ended meanwhile.
    return []
  }
}
