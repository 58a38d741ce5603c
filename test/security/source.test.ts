import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ask,
  ownHeaders,
  post,
  rawExchange,
  refusal,
  signIn,
  startTestServer,
  tokenOf,
  type TestServer,
} from '../server/harness.ts'

let test: TestServer
let cookie: string
beforeEach(async () => {
  test = await startTestServer({ allowedHosts: ['lab-server', 'https://gauge.example.org', 'tunnel.example:9000'] })
  cookie = await signIn(test)
})
afterEach(() => test[Symbol.asyncDispose]())

const own = () => `127.0.0.1:${test.port}`
const token = () => tokenOf(test.server.newLink())

describe('the name that a request asks for', () => {
  it.each([
    '127.0.0.1:PORT',
    'localhost:PORT',
    'LOCALHOST:PORT',
    '[::1]:PORT',
    'lab-server:PORT',
    'gauge.example.org',
    'tunnel.example:9000',
  ])('may be %s', async (host) => {
    const answer = await ask(test.port, { headers: { host: host.replace('PORT', String(test.port)) } })
    expect(answer.status).toBe(200)
  })

  it.each([
    ['a foreign name, as after DNS rebinding', 'evil.example:PORT'],
    ['a foreign name without a port', 'evil.example'],
    ['our name with another port', '127.0.0.1:1'],
    ['our name without a port', '127.0.0.1'],
    ['our name with a final dot', 'localhost.:PORT'],
    ['our name with a user', 'localhost:PORT@evil.example'],
    ['a name below ours', 'evil.localhost:PORT'],
    ['an allowed name with another port', 'gauge.example.org:8443'],
    ['another address of this machine', '127.0.0.2:PORT'],
    ['the wildcard address', '0.0.0.0:PORT'],
  ])('may not be %s', async (_name, host) => {
    const named = host.replace('PORT', String(test.port))
    const page = await ask(test.port, { headers: { host: named } })
    expect([page.status, page.code, page.body.includes('<!doctype')]).toEqual([403, 'forbidden', false])
    const exchange = await post(test.port, '/session', { token: token() }, { host: named, origin: `http://${named}` })
    expect(exchange.status).toBe(403)
    const made = await refusal(test.port, { ...ownHeaders(test.port, cookie), host: named, origin: `http://${named}` })
    expect(made).toEqual({ status: 403, code: 'forbidden' })
  })

  it('must be there, once', async () => {
    expect(await rawExchange(test.port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /)
    expect(await rawExchange(test.port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    const twice = `GET / HTTP/1.1\r\nHost: ${own()}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`
    expect(await rawExchange(test.port, twice)).toMatch(/^HTTP\/1\.1 40[03] /)
  })

  it('is not taken from an absolute request target', async () => {
    const answer = await rawExchange(
      test.port,
      `GET http://evil.example/ HTTP/1.1\r\nHost: ${own()}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('is not taken from what a proxy claims', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': own(), forwarded: `host=${own()}` }
    expect((await ask(test.port, { headers })).status).toBe(403)
  })
})

describe('the page that a request comes from', () => {
  const foreign = [
    ['another site', 'http://evil.example'],
    ['a sandboxed frame or a file', 'null'],
    ['another port of this machine', 'http://127.0.0.1:1'],
    ['another of our names', 'http://localhost:PORT'],
    ['our name over https', 'https://127.0.0.1:PORT'],
    ['our name as the beginning of another', 'http://127.0.0.1:PORT.evil.example'],
    ['no origin at all', ''],
  ] as const

  it.each(foreign)('may not be %s on HTTP', async (_name, origin) => {
    const answer = await post(
      test.port,
      '/session',
      { token: token() },
      { origin: origin.replace('PORT', String(test.port)) },
    )
    expect([answer.status, answer.code, answer.headers['set-cookie']]).toEqual([403, 'forbidden', undefined])
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })

  it.each(foreign)('may not be %s on a web socket', async (_name, origin) => {
    const made = await refusal(test.port, { cookie, origin: origin.replace('PORT', String(test.port)) })
    expect(made).toEqual({ status: 403, code: 'forbidden' })
  })

  it('must be said by whatever changes something or opens a socket', async () => {
    const body = JSON.stringify({ token: token() })
    const answer = await ask(test.port, {
      method: 'POST',
      path: '/session',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect([answer.status, answer.code]).toEqual([403, 'forbidden'])
    expect(await refusal(test.port, { cookie })).toEqual({ status: 403, code: 'forbidden' })
  })

  it('must fit where it is said on a mere look', async () => {
    expect((await ask(test.port, { headers: { origin: 'http://evil.example' } })).status).toBe(403)
    expect((await ask(test.port, { headers: { origin: `http://${own()}` } })).status).toBe(200)
  })

  it('is believed from what the browser itself adds', async () => {
    const fetchSite = (site: string) => post(test.port, '/session', { token: token() }, { 'sec-fetch-site': site })
    expect((await fetchSite('cross-site')).status).toBe(403)
    expect((await fetchSite('same-site')).status).toBe(403)
    expect((await fetchSite('same-origin')).status).toBe(204)
    const made = await refusal(test.port, { ...ownHeaders(test.port, cookie), 'sec-fetch-site': 'cross-site' })
    expect(made).toEqual({ status: 403, code: 'forbidden' })
  })

  it('may link to the page, and use nothing else of it', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    expect((await ask(test.port, { headers: link })).status).toBe(200)
    const frame = { ...link, 'sec-fetch-dest': 'iframe' }
    expect((await ask(test.port, { headers: frame })).status).toBe(403)
    const script = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }
    expect((await ask(test.port, { path: '/assets/index-a1B2c3D4.js', headers: script })).status).toBe(403)
  })

  it('gets no leave by asking before', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
    const answer = await ask(test.port, { method: 'OPTIONS', path: '/session', headers })
    expect(answer.status).toBe(405)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('a web socket', () => {
  it('opens for our own page with a session', async () => {
    expect((await refusal(test.port, ownHeaders(test.port, cookie))).status).toBe(101)
  })

  it('opens under an allowed name, https included', async () => {
    const headers = { cookie, host: 'gauge.example.org', origin: 'https://gauge.example.org' }
    expect((await refusal(test.port, headers)).status).toBe(101)
  })

  it.each([
    ['no cookie', ''],
    ['an invented cookie', `bitgauge-PORT=${'B'.repeat(43)}`],
    ['the cookie of another server', `bitgauge-1=${'B'.repeat(43)}`],
    ['a cookie that is cut', 'bitgauge-PORT='],
  ])('is refused with %s', async (_name, wrong) => {
    const made = await refusal(test.port, ownHeaders(test.port, wrong.replace('PORT', String(test.port))))
    expect(made).toEqual({ status: 401, code: 'unauthorized' })
  })

  it.each(['/', '/rpc/', '/rpc?x=1', '//rpc', '/RPC', '/%72pc', '/session'])('is refused at %s', async (path) => {
    const made = await refusal(test.port, ownHeaders(test.port, cookie), path)
    expect(made).toEqual({ status: 404, code: 'not-found' })
  })

  it('is refused to a broken handshake, and the server goes on', async () => {
    const head = `GET /rpc HTTP/1.1\r\nHost: ${own()}\r\nOrigin: http://${own()}\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\n`
    const detour = head.replace('/rpc', '/x/../rpc')
    expect(await rawExchange(test.port, `${detour}Upgrade: websocket\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /)
    expect(await rawExchange(test.port, `${head}Upgrade: h2c\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /)
    expect(await rawExchange(test.port, `${head}Upgrade: websocket\r\nSec-WebSocket-Key: short\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400 /,
    )
    expect((await ask(test.port)).status).toBe(200)
  })
})

describe('the names to allow', () => {
  it.each([
    '*',
    '',
    'a b',
    'http://',
    'ftp://name',
    'name/path',
    'user@name',
    'name:99999',
    'name:x',
    'https://name?x',
    '-name',
    `${'a'.repeat(300)}`,
  ])('are not %j', async (name) => {
    await expect(startTestServer({ allowedHosts: [name] })).rejects.toMatchObject({ code: 'usage-invalid' })
  })

  it('are needed where other machines reach the server', async () => {
    await expect(startTestServer({ address: '0.0.0.0' })).rejects.toMatchObject({ code: 'usage-invalid' })
    await using open = await startTestServer({ address: '0.0.0.0', allowedHosts: ['lab-server'] })
    expect(open.server.origin).toBe(`http://lab-server:${open.port}`)
  })
})
