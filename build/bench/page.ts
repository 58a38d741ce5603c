import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { ensureRenderer } from '../pages.ts'
import { root } from '../tasks/run.ts'
import { record, type BenchRecord } from './record.ts'

/** First contentful paint of the page through `serve`, in a fresh browser profile each time, and what the page weighs. */
export async function benchPage(runs: number): Promise<BenchRecord[]> {
  const pages = await ensureRenderer()
  const samples: number[] = []
  for (let i = 0; i < runs; i += 1) samples.push(await firstPaint())
  return [
    record({
      case: 'page through serve',
      contender: 'chromium',
      metric: 'first contentful paint',
      unit: 'ms',
      samples,
    }),
    record({
      case: 'page through serve',
      contender: 'bitgauge',
      metric: 'scripts and styles, gzip',
      unit: 'bytes',
      samples: [compressedBytes(pages)],
    }),
  ]
}

/** Runs in the page: the moment of the first contentful paint, milliseconds after navigation began. */
const paintScript = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName('first-contentful-paint')) resolve(entry.startTime)
  }).observe({ type: 'paint', buffered: true })
})`

async function firstPaint(): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'bitgauge-bench-'))
  const server = spawn(process.execPath, [join(root, 'src/cli/bin.mjs'), 'serve', '--home', home], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(await printedUrl(server))
    return await page.evaluate<number>(paintScript)
  } finally {
    await browser.close()
    await ended(server)
    rmSync(home, { recursive: true, force: true })
  }
}

async function printedUrl(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error('serve has no standard output')
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /https?:\/\/\S+#token=\S+/.exec(line)?.[0]
    if (url !== undefined) return url
  }
  throw new Error('serve ended without printing its address')
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.once('close', () => resolve())
    server.kill('SIGTERM')
  })
}

function compressedBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => /\.(js|css|html)$/.test(file) && statSync(file).isFile())
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0)
}
