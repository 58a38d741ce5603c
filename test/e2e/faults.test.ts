import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInChromium, patience_ms } from './chromium.ts'
import { madeTexts } from './journey/texts.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { computePidsBelow } from './processes.ts'
import { openAt } from './startPage.ts'

const bin = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url))

/** More cells than are measured while things break, each of little work: nothing here waits for the end, and nothing races it. */
const study = `bitgauge: study/1
name: many
seed: 1
dataset: { id: reports }
models: { disc: { family: discriminative, embedding: 8, hidden: 8, train: { epochs: 1, batch: 64 } } }
calibration: { size: 16, draws: 1000, compositions: { balanced: balanced, natural: natural, pumps: { pump: 1 }, doors: { door: 1 } } }
grid: { bits: [8, 4, 3] }
`
const cells = 12_001

describeInChromium('a study in the window while things break', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-faults-'))
  const home = join(folder, 'home')
  let open: OpenWindow
  let first: Page
  /** of the study, in the window */
  let address: string

  beforeAll(async () => {
    const file = join(folder, 'reports.csv')
    writeFileSync(file, madeTexts(1000))
    execFileSync(process.execPath, [bin, 'dataset', 'import', file, '--name', 'reports', '--home', home, '--json'])
    open = await openWindow(home)
    first = open.page
    await openAt(first, '/studies/new')
    await first.getByRole('textbox', { name: 'Study in YAML' }).click()
    await first.keyboard.press('Control+a')
    await first.keyboard.insertText(study)
    await first
      .getByText(`${cells.toLocaleString('en')} cells`)
      .first()
      .waitFor()
    await first.getByRole('button', { name: /^Start study/ }).click()
    await inState(first, 'running')
    address = new URL(first.url()).hash.slice(1)
  })

  afterAll(async () => {
    await open?.end()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is counted cell by cell, and goes on while its page is loaded again', async () => {
    await grows(first, 2)
    const before = await done(first)
    await first.reload()
    await inState(first, 'running')
    await grows(first, before)
  })

  it('says that compute processes were killed, tries their cells again and goes on', async () => {
    const pids = await computing()
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await first
      .getByText(/compute process(es)? ended unexpectedly\. Their|Its cells are tried again in a new one/)
      .waitFor()
    await grows(first, await done(first))
    expect(await computing()).not.toEqual(expect.arrayContaining(pids))
    expect(await state(first)).toBe('running')
    expect(await first.getByText(/[1-9]\d* failed/).count()).toBe(0)
  })

  it('says that its line was cut, and shows what it missed when the line is back', async () => {
    const lines: WebSocketRoute[] = []
    let up = true
    const other = await another(async (page) => {
      await page.routeWebSocket('**/rpc', (line) => {
        if (!up) return void line.close({ code: 1011 })
        lines.push(line)
        line.connectToServer()
      })
    })
    await grows(other, 0)
    up = false
    await lines.at(-1)?.close({ code: 1011 })
    await other.getByText('The connection to the engine is lost.').waitFor()
    const old = await standing(other)
    await grows(first, old + 2)
    expect(await done(other)).toBe(old)
    // While it is refused: once it is not, the page may be connected before anybody presses anything.
    await other.getByRole('button', { name: 'Try now' }).click()
    up = true
    await grows(other, old + 2)
    await other.close()
  })

  it('shows the same in two tabs, and is paused and taken up by either', async () => {
    const second = await another()
    await first.getByRole('button', { name: 'Pause' }).click()
    await inState(first, 'paused')
    await inState(second, 'paused')
    await expect.poll(async () => (await done(first)) - (await done(second))).toBe(0)
    const before = await done(first)
    await second.getByRole('button', { name: 'Resume', exact: true }).click()
    await inState(first, 'running')
    await grows(first, before)
    await second.close()
  })

  const noSession = 'This page has no session, or its session has ended.'

  it('keeps what is finished when the host is killed, and goes on under a new one by one click', async () => {
    const second = await another()
    const before = await done(first)
    const orphans = await computing()
    await open.served.kill()
    await first.getByText('The connection to the engine is lost.').waitFor()
    await expect.poll(() => orphans.filter(isThere)).toEqual([])
    const kept = finished()
    expect(kept).toBeGreaterThanOrEqual(before)
    await open.serveAgain()
    // Sessions end with the program: both pages say so, and what to do; so does a part that was being read for the first time.
    for (const page of [first, second]) {
      await page.getByRole('alert').getByText(noSession).first().waitFor()
      await page
        .getByText(/open the new link/)
        .first()
        .waitFor()
    }
    expect((await first.context().request.get(`${open.served.origin}/session`)).status()).toBe(401)
    await first.evaluate(`location.hash = ${JSON.stringify(new URL(open.served.url).hash)}`)
    for (const page of [first, second]) {
      await page.getByText('Engine connected').waitFor()
      await expect.poll(() => page.getByText(noSession).count()).toBe(0)
    }
    expect(new URL(first.url()).hash).toBe(`#${address}`)
    await inState(second, 'paused')
    expect(await done(second)).toBe(kept)
    await second.getByRole('button', { name: 'Resume', exact: true }).click()
    await grows(second, kept)
    await second.close()
  })

  async function another(prepare?: (page: Page) => Promise<void>): Promise<Page> {
    const page = await open.another(address, prepare)
    await page.locator('[data-study-state]').waitFor()
    return page
  }

  /** The compute processes, as soon as there are some. */
  async function computing(): Promise<number[]> {
    await expect.poll(() => computePidsBelow(open.served.pid).length).toBeGreaterThan(0)
    return computePidsBelow(open.served.pid)
  }

  /** Finished cells, as the command line finds them in the home. */
  function finished(): number {
    const given = ['study', 'show', 'many', '--json', '--home', home]
    const { data } = JSON.parse(execFileSync(process.execPath, [bin, ...given], { encoding: 'utf8' })) as {
      data: { cells: { done: number } }
    }
    return data.cells.done
  }
})

/** Finished cells, as the page says it. */
async function done(page: Page): Promise<number> {
  const words = (await page.getByRole('progressbar', { name: /^Cells of/ }).getAttribute('aria-valuetext')) ?? ''
  return Number(/^([\d,]+) of/.exec(words)?.[1]?.replaceAll(',', '') ?? 0)
}

async function grows(page: Page, beyond: number): Promise<void> {
  await expect.poll(() => done(page), { timeout: patience_ms }).toBeGreaterThan(beyond)
}

/** What a page says that hears nothing any more: the last count that it was told is drawn a moment after it came. */
async function standing(page: Page): Promise<number> {
  let last = -1
  await expect
    .poll(
      async () => {
        const before = last
        last = await done(page)
        return last === before
      },
      { timeout: patience_ms, interval: 1000 },
    )
    .toBe(true)
  return last
}

async function inState(page: Page, wanted: string): Promise<void> {
  await page.locator(`[data-study-state="${wanted}"]`).waitFor()
}

function state(page: Page): Promise<string | null> {
  return page.locator('[data-study-state]').getAttribute('data-study-state')
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
