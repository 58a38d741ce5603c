import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { ensureRenderer } from '../../pages.ts'
import { serveHome } from '../../tasks/servedHome.ts'
import { record, type BenchRecord } from '../record.ts'
import { openWindow } from './openWindow.ts'

/** What Chromium's program takes; the page is what is measured, not a screen. */
export const chromiumFlags = ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info']

/**
 * The first load on loopback, a fresh profile each time: bytes on the wire, first contentful paint, and the moment at which the page answers: it is
 * connected, a key has an effect, and the effect is painted. The bytes are all that come until the line has been idle for half a second.
 */
export async function benchLoad(runs: number): Promise<BenchRecord[]> {
  const pages = await ensureRenderer()
  const loads: Load[] = []
  for (let run = 0; run < runs; run += 1) loads.push(await loadOnce())
  const shared = { case: 'page through serve, empty home', contender: 'chromium' }
  const of = (pick: (load: Load) => number): number[] => loads.map(pick)
  return [
    record({ ...shared, metric: 'first contentful paint', unit: 'ms', samples: of((one) => one.paint) }),
    record({ ...shared, metric: 'answers a key', unit: 'ms', samples: of((one) => one.interactive) }),
    record({ ...shared, metric: 'bytes of the first load', unit: 'bytes', samples: of((one) => one.bytes) }),
    record({ ...shared, metric: 'all scripts and styles, gzip', unit: 'bytes', samples: [compressedBytes(pages)] }),
  ]
}

interface Load {
  paint: number
  interactive: number
  bytes: number
}

/** Runs in the page: its first contentful paint, milliseconds after navigation began. */
const paint = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName('first-contentful-paint')) resolve(entry.startTime)
  }).observe({ type: 'paint', buffered: true })
})`

/** Runs in the page: waits for the line to the host, asks for the list of keys, and gives the time of the frame that shows it. */
const answered = `(async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  while (!document.body.innerText.includes('Engine connected')) await frame()
  while (document.querySelector('[role=dialog]') === null) {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }))
    await frame()
  }
  await frame()
  return performance.now()
})()`

async function loadOnce(): Promise<Load> {
  const home = mkdtempSync(join(tmpdir(), 'bitgauge-bench-'))
  const served = await serveHome(home)
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags })
  try {
    const page = await openWindow(browser)
    const wire = await page.context().newCDPSession(page)
    await wire.send('Network.enable')
    let bytes = 0
    wire.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength))
    await page.goto(served.url)
    const interactive = await page.evaluate<number>(answered)
    // What the first page shows a little later, its charts, is of the first load too.
    await page.waitForLoadState('networkidle')
    return { interactive, paint: await page.evaluate<number>(paint), bytes }
  } finally {
    await browser.close()
    await served.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

function compressedBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => /\.(js|css|html)$/.test(file) && statSync(file).isFile())
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0)
}
