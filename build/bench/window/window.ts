import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { ensureRenderer } from '../../pages.ts'
import { serveHome } from '../../tasks/servedHome.ts'
import { record, type BenchRecord } from '../record.ts'
import { benchInteractions } from './interactions.ts'
import { chromiumFlags } from './load.ts'
import { fillHome } from './manyRuns.ts'
import { openWindow } from './openWindow.ts'

const name = 'window, 100,000 runs'
const study = 'hundred-thousand'

/** Values of filters that follow one another, each leaving another table. */
const filters = [
  'f.noise=qwerty 0.1&f.composition=one',
  'f.noise=swap 0.05&f.composition=natural&f.recipe=ours',
  'f.composition=two',
  '',
  'f.bits=W4 A4 C4,W8 A8 C8',
]

/**
 * The page of results of a home with a hundred thousand runs, in Chromium against `bitgauge serve`: from the choice of the page to a table that
 * is painted, from a filter to a table that is painted, and the page's memory. The first opening of each server finds nothing kept.
 */
export async function benchWindow(home: string, runs: number): Promise<BenchRecord[]> {
  await ensureRenderer()
  return [...(await benchManyRuns(home, runs)), ...(await benchInteractions(runs))]
}

async function benchManyRuns(home: string, runs: number): Promise<BenchRecord[]> {
  const folder = join(home, 'many-runs')
  if (!existsSync(join(folder, 'bitgauge.sqlite'))) {
    mkdirSync(folder, { recursive: true })
    fillHome(folder)
  }
  const opened: number[] = []
  const filtered: number[] = []
  const heaps: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const measured = await openOnce(folder)
    opened.push(measured.open)
    filtered.push(...measured.filters)
    heaps.push(measured.heap)
  }
  const shared = { case: name, contender: 'chromium' }
  return [
    record({ ...shared, metric: 'Results opens', unit: 'ms', samples: opened }),
    record({ ...shared, metric: 'a filter', unit: 'ms', samples: filtered }),
    record({ ...shared, metric: 'JavaScript heap of the page', unit: 'bytes', samples: heaps }),
  ]
}

/** Runs in the page: milliseconds from a change of address to the frame after the table that it asks for. */
const untilPainted = `async (address) => {
  const seen = () => document.querySelector('.filters')?.textContent ?? ''
  const before = seen()
  const start = performance.now()
  location.hash = address
  for (;;) {
    await new Promise((done) => requestAnimationFrame(done))
    if (document.querySelector('[role=gridcell]') !== null && seen() !== '' && seen() !== before) break
    if (performance.now() - start > 60000) throw new Error('no table')
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  return performance.now() - start
}`

async function openOnce(home: string): Promise<{ open: number; filters: number[]; heap: number }> {
  const served = await serveHome(home)
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags })
  try {
    const page = await openWindow(browser)
    await page.goto(served.url)
    await page.waitForSelector('nav')
    await page.waitForTimeout(2000)
    const open = await timed(page, `#/results/${study}`)
    await page.waitForTimeout(1000)
    const times: number[] = []
    for (const filter of filters) {
      times.push(await timed(page, `#/results/${study}?${filter}`))
      await page.waitForTimeout(300)
    }
    const heap = await page.evaluate<number>('performance.memory.usedJSHeapSize')
    return { open, filters: times, heap }
  } finally {
    await browser.close()
    await served.stop()
  }
}

function timed(page: Page, address: string): Promise<number> {
  return page.evaluate<number>(`(${untilPainted})(${JSON.stringify(address)})`)
}
