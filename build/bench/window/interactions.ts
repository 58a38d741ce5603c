import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { defaultPaths } from '../../../src/host/paths.ts'
import { prepareHomes } from '../../docs/screenshots/homes.ts'
import { serveHome } from '../../tasks/servedHome.ts'
import { record, type BenchRecord } from '../record.ts'
import { chromiumFlags } from './load.ts'
import { openWindow } from './openWindow.ts'
import { startStudy } from './startStudy.ts'

const many = 200

/**
 * Chromium's own event timing (from the event to the frame that shows its effect, in steps of 8 ms) of 200 keys and clicks over all pages, while a study
 * runs in the same host and both cores are its; `runs` times, each in a fresh window. Frames are drawn by the processor here, as on a machine without
 * graphics.
 */
export async function benchInteractions(runs: number): Promise<BenchRecord[]> {
  const { small } = await prepareHomes(join(defaultPaths().cache, 'screenshots'), (line) => console.error(line))
  const all: number[][] = []
  for (let run = 0; run < runs; run += 1) all.push(await interactOnce(small))
  const shared = { case: 'window, a study running', contender: 'chromium', unit: 'ms' } as const
  const ends = all.map((durations) => percentile(durations, 0.95))
  return [
    record({ ...shared, metric: 'event timing, 95th percentile', samples: ends }),
    record({ ...shared, metric: 'event timing, every interaction', samples: all.flat() }),
  ]
}

async function interactOnce(small: string): Promise<number[]> {
  const home = mkdtempSync(join(tmpdir(), 'bitgauge-bench-'))
  cpSync(small, home, { recursive: true })
  const served = await serveHome(home)
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags })
  try {
    const page = await openWindow(browser)
    await page.goto(served.url)
    await page.getByText('Engine connected').waitFor()
    await startStudy(page, 150)
    await page.evaluate(observe)
    await interact(page)
    return await page.evaluate<number[]>('window.interactions()')
  } finally {
    await browser.close()
    await served.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Runs in the page. An interaction that took less than the observer tells of counts as the least that it can tell, 8 ms. */
const observe = `(() => {
  const longest = new Map()
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries())
      if (interactionId > 0) longest.set(interactionId, Math.max(duration, longest.get(interactionId) ?? 0))
  }).observe({ type: 'event', durationThreshold: 16, buffered: false })
  window.interactions = () => {
    const seen = [...longest.values()]
    return [...seen, ...Array(Math.max(0, ${many} - seen.length)).fill(8)]
  }
})()`

/** What people do: go from page to page, walk through tables, open and close, search. */
async function interact(page: Page): Promise<void> {
  const pages = ['d', 'm', 'c', 's', 'r', 'e'].map((letter) => ['g', letter])
  const walks = ['Tab', 'Tab', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'End', 'Home']
  const find = ['Control+k', 'r', 'e', 's', 'Escape']
  let count = 0
  for (let round = 0; count < many; round += 1) {
    for (const key of [...pages[round % pages.length]!, ...walks, ...(round % 3 === 0 ? find : [])]) {
      if (count++ === many) return
      await page.keyboard.press(key)
      await page.waitForTimeout(60)
    }
    await page.waitForTimeout(300)
  }
}

function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!
}
