import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { violations } from './accessibility.ts'
import { describeInChromium, patience_ms } from './chromium.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { describeThePage } from './scenarios.ts'
import { serveShell } from './serveShell.ts'
import { isCounting, isInState, openAt, startPage } from './startPage.ts'
import { tempHome } from './tempHome.ts'

describeThePage(serveShell)

describeInChromium('pages of bitgauge serve side by side', () => {
  const home = tempHome()
  let open: OpenWindow
  let first: Page
  let second: Page

  beforeAll(async () => {
    open = await openWindow(home.path)
    first = open.page
    await openAt(first, '/settings/machine')
    await startPage(first).proved.getByText('agrees').first().waitFor()
    second = await open.another('/settings/machine')
    await startPage(second).jobs.getByText('No job yet').waitFor()
  })

  afterAll(async () => {
    await open?.end()
    home.remove()
  })

  it('keep the token out of the address bar', () => {
    expect(first.url()).toBe(`${open.served.origin}/#/settings/machine`)
  })

  it('show the same job as it runs, and either can cancel it', async () => {
    await startPage(first).measure.click()
    await isCounting(startPage(first).newest)
    await isCounting(startPage(second).newest)
    const id = await startPage(first).newest.getAttribute('data-job')
    expect(await startPage(second).newest.getAttribute('data-job')).toBe(id)
    await startPage(second)
      .newest.getByRole('button', { name: /^Cancel/ })
      .click()
    await isInState(startPage(first).newest, 'cancelled')
    await isInState(startPage(second).newest, 'cancelled')
  })

  it('say that the line is lost, and catch up with what they missed when it is back', async () => {
    const third = await first.context().newPage()
    const lines: WebSocketRoute[] = []
    let up = true
    await third.routeWebSocket('**/rpc', (line) => {
      if (!up) return void line.close({ code: 1011 })
      lines.push(line)
      line.connectToServer()
    })
    await third.goto(`${open.served.origin}/#/settings/machine`)
    await isInState(startPage(third).newest, 'cancelled')
    up = false
    await lines[0]?.close({ code: 1011 })
    const lost = third.getByText('The connection to the engine is lost.')
    await lost.waitFor()
    expect(await violations(third)).toEqual([])
    await startPage(first)
      .newest.getByRole('button', { name: /^Remove/ })
      .click()
    await startPage(first).jobs.getByText('No job yet').waitFor()
    expect(await startPage(third).newest.count()).toBe(1)
    // While it is refused: once it is not, the page may be connected before anybody presses anything.
    await third.getByRole('button', { name: 'Try now' }).click()
    up = true
    await startPage(third).jobs.getByText('No job yet').waitFor()
    await lost.waitFor({ state: 'detached' })
    await third.close()
  })

  it('tell a browser without a session that it needs a link', async () => {
    const stranger = await open.browser.newPage()
    stranger.setDefaultTimeout(patience_ms)
    await stranger.goto(open.served.origin)
    await stranger.getByRole('alert').first().waitFor()
    expect(await stranger.getByRole('alert').first().innerText()).toMatch(/link/)
    expect(await stranger.locator('tr[data-job]').count()).toBe(0)
    expect(await violations(stranger)).toEqual([])
    await stranger.close()
  })
})

describeInChromium('the page where the TensorFlow library was never set up', () => {
  const home = tempHome()
  const cache = mkdtempSync(join(tmpdir(), 'bitgauge-cache-'))
  let open: OpenWindow
  let page: Page

  beforeAll(async () => {
    open = await openWindow(home.path, { BITGAUGE_CACHE: cache })
    page = open.page
    await openAt(page, '/settings/machine')
  })

  afterAll(async () => {
    await open?.end()
    home.remove()
    rmSync(cache, { recursive: true, force: true })
  })

  it('says that nothing was proved and what to run', async () => {
    await startPage(page).proved.getByText('Nothing could be proved.').waitFor()
    expect(await startPage(page).proved.innerText()).toMatch(/bitgauge setup/)
    expect(await startPage(page).machine.locator('[data-check][data-status="fail"]').count()).toBeGreaterThan(0)
    expect(await violations(page)).toEqual([])
  })

  it('fails a measurement with the next step', async () => {
    await startPage(page).measure.click()
    await startPage(page)
      .jobs.or(startPage(page).times)
      .getByText(/not set up/)
      .first()
      .waitFor()
    expect(await startPage(page).jobs.or(startPage(page).times).allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringMatching(/Run bitgauge setup/)]),
    )
  })
})
