import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInChromium } from '../e2e/chromium.ts'
import { jobEvent, startTestServer, tokenOf, until, type TestServer } from '../server/harness.ts'

let pages: string
let test: TestServer
let evil: Server
let evilOrigin: string
let browser: Browser
let ours: Page
let theirs: Page

/** A small page of ours that does what the transport does, and a line that the policy must stop. */
const script = `
  const token = location.hash.slice('#token='.length)
  history.replaceState(null, '', location.pathname)
  document.addEventListener('securitypolicyviolation', (event) => { document.body.dataset.violation = event.violatedDirective })
  const answer = await fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) })
  document.body.dataset.exchange = String(answer.status)
  const socket = new WebSocket('ws://' + location.host + '/rpc')
  socket.onopen = () => socket.send(JSON.stringify({ i: '1', p: { u: '/events/watch', b: { json: {} } } }))
  socket.onmessage = (event) => { document.body.dataset.heard = event.data }
  document.body.style.color = 'rgb(1, 2, 3)'
`
const html = `<!doctype html><meta charset="utf-8"><script type="module" src="/assets/own-12345678.js"></script><body><script>document.body.dataset.inline = 'ran'</script>`

beforeAll(async () => {
  pages = await mkdtemp(join(tmpdir(), 'bitgauge-page-'))
  await mkdir(join(pages, 'assets'))
  await writeFile(join(pages, 'index.html'), html)
  await writeFile(join(pages, 'assets', 'own-12345678.js'), script)
  test = await startTestServer({ pages })
  evil = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><body>evil</body>'),
  )
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
  // The same address on another port: browsers count it as the same site and send our SameSite=Strict cookie along.
  evilOrigin = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`
  browser = await chromium.launch({
    executablePath: process.env['BITGAUGE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP evil.example 127.0.0.1'],
  })
  const context = await browser.newContext()
  ours = await context.newPage()
  await ours.goto(test.server.url)
  await shows('data-heard')
  theirs = await context.newPage()
  await theirs.goto(evilOrigin)
})
afterAll(async () => {
  await browser.close()
  await new Promise((resolve) => evil.close(resolve))
  await test[Symbol.asyncDispose]()
  await rm(pages, { recursive: true, force: true })
})

/** Waits for an attribute; the page's policy forbids waiting by a function, which Playwright evaluates. */
const shows = (attribute: string) => ours.locator(`body[${attribute}]`).waitFor({ state: 'attached' })
const data = (page: Page, name: string) => page.evaluate<string | undefined>(`document.body.dataset.${name}`)

describeInChromium('our own page in Chromium', () => {
  it('exchanges its token, drops it from the address bar and hears events over the socket', async () => {
    expect(await data(ours, 'exchange')).toBe('204')
    expect(ours.url()).toBe(`${test.server.origin}/`)
    test.events.publish(jobEvent('told to the page'))
    await shows('data-heard*="told to the page"')
  })

  it('runs nothing inline and may set styles from its script', async () => {
    expect(await data(ours, 'inline')).toBeUndefined()
    expect(await ours.evaluate<string>('getComputedStyle(document.body).color')).toBe('rgb(1, 2, 3)')
  })

  it('cannot send anything elsewhere', async () => {
    const sent = await ours.evaluate<string>(`fetch(${JSON.stringify(evilOrigin)}).then(() => 'sent', () => 'stopped')`)
    expect([sent, await data(ours, 'violation')]).toEqual(['stopped', 'connect-src'])
    await ours.evaluate(`new Image().src = ${JSON.stringify(`${evilOrigin}/leak`)}`)
    await shows('data-violation="img-src"')
  })

  it('keeps its cookie from scripts', async () => {
    expect(await ours.evaluate<string>('document.cookie')).toBe('')
  })
})

describeInChromium('a page of another port in the same Chromium, which sends our cookie along', () => {
  it('cannot open a socket', async () => {
    const made = await theirs.evaluate<string>(`new Promise((resolve) => {
      const socket = new WebSocket('ws://127.0.0.1:${test.port}/rpc')
      socket.onopen = () => resolve('opened')
      socket.onerror = () => resolve('refused')
    })`)
    expect(made).toBe('refused')
    await until(() => test.logged().includes('upgrade refused'))
  })

  it('cannot read an answer or the page', async () => {
    for (const path of ['/', '/session', '/assets/own-12345678.js']) {
      const read = await theirs.evaluate<string>(
        `fetch('${test.server.origin}${path}', { credentials: 'include' }).then((answer) => answer.text(), () => 'refused')`,
      )
      expect(read).toBe('refused')
    }
  })

  it('cannot use up a token or end a session by sending blindly', async () => {
    const token = tokenOf(test.server.newLink())
    await theirs.evaluate(`Promise.all([
      fetch('${test.server.origin}/session', { method: 'POST', mode: 'no-cors', credentials: 'include', body: ${JSON.stringify(JSON.stringify({ token }))} }),
      fetch('${test.server.origin}/session/end', { method: 'POST', mode: 'no-cors', credentials: 'include' }),
    ]).catch(() => {})`)
    expect(await ours.evaluate<number>(`fetch('/session').then((answer) => answer.status)`)).toBe(204)
    const redeemed = await ours.evaluate<number>(
      `fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify({ token }))} }).then((answer) => answer.status)`,
    )
    expect(redeemed).toBe(204)
  })

  it('cannot frame the page or run its scripts', async () => {
    const framed = await theirs.evaluate<string>(`new Promise((resolve) => {
      const frame = document.createElement('iframe')
      frame.onload = () => { try { resolve(frame.contentDocument === null ? 'hidden' : 'read') } catch { resolve('hidden') } }
      frame.src = '${test.server.origin}/'
      document.body.append(frame)
    })`)
    expect(framed).toBe('hidden')
    expect(theirs.frames().some((frame) => frame.url() === `${test.server.origin}/`)).toBe(false)
    const ran = await theirs.evaluate<string>(`new Promise((resolve) => {
      const script = document.createElement('script')
      script.onload = () => resolve('ran')
      script.onerror = () => resolve('refused')
      script.src = '${test.server.origin}/assets/own-12345678.js'
      document.body.append(script)
    })`)
    expect(ran).toBe('refused')
  })

  it('cannot come by a name of its own that leads to this machine', async () => {
    const rebound = await browser.newPage()
    const answer = await rebound.goto(`http://evil.example:${test.port}/`)
    expect(answer?.status()).toBe(403)
    const status = await rebound.evaluate<string>(
      `fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"token":"x"}' }).then((answer) => String(answer.status), () => 'stopped')`,
    )
    expect(['403', 'stopped']).toContain(status)
    await rebound.close()
  })
})
