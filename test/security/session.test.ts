import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ask,
  closeCode,
  openSocket,
  post,
  signIn,
  startTestServer,
  tokenOf,
  refusal,
  until,
  ownHeaders,
  type TestServer,
} from '../server/harness.ts'

let test: TestServer
beforeEach(async () => {
  test = await startTestServer()
})
afterEach(() => test[Symbol.asyncDispose]())

const status = (cookie?: string) =>
  ask(test.port, { path: '/session', headers: cookie === undefined ? {} : { cookie } })

describe('the exchange of a link for a session', () => {
  it('puts the token into the fragment, which browsers never send', () => {
    const url = new URL(test.server.url)
    expect(url.hash).toMatch(/^#token=[\w-]{43}$/)
    expect(url.search + url.pathname).toBe('/')
    expect(url.origin).toBe(test.server.origin)
  })

  it('gives a session for the token, in a cookie that scripts and other sites cannot use', async () => {
    const answer = await post(test.port, '/session', { token: tokenOf(test.server.url) })
    expect(answer.status).toBe(204)
    const [cookie = '', ...more] = answer.headers['set-cookie'] ?? []
    expect(more).toEqual([])
    const [pair = '', ...attributes] = cookie.split('; ')
    expect(pair).toMatch(new RegExp(`^bitgauge-${test.port}=[\\w-]{43}$`))
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict'])
    expect((await status(pair)).status).toBe(204)
  })

  it('marks the cookie Secure where the page came over https', async () => {
    await using proxied = await startTestServer({ allowedHosts: ['https://gauge.example.org'] })
    const headers = { host: 'gauge.example.org', origin: 'https://gauge.example.org' }
    const answer = await post(proxied.port, '/session', { token: tokenOf(proxied.server.url) }, headers)
    expect(answer.status).toBe(204)
    expect(answer.headers['set-cookie']?.[0]).toContain('; Secure')
  })

  it('refuses a token the second time', async () => {
    const token = tokenOf(test.server.url)
    expect((await post(test.port, '/session', { token })).status).toBe(204)
    const again = await post(test.port, '/session', { token })
    expect([again.status, again.code]).toEqual([401, 'unauthorized'])
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  it('lets only one of many who use the same token at once', async () => {
    const token = tokenOf(test.server.url)
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(test.port, '/session', { token })))
    expect(answers.filter((answer) => answer.status === 204)).toHaveLength(1)
  })

  it.each([
    ['a wrong one of the right length', { token: 'A'.repeat(43) }, 401],
    ['one in the query', undefined, 400],
    ['none', {}, 400],
    ['one that is no text', { token: { length: 43 } }, 400],
    ['an empty one', { token: '' }, 400],
    ['one beside another key', { token: 'A'.repeat(43), admin: true }, 400],
  ])('refuses %s', async (_name, body, expected) => {
    const path = body === undefined ? `/session?token=${tokenOf(test.server.url)}` : '/session'
    const answer = await post(test.port, path, body ?? {})
    expect([answer.status, answer.headers['set-cookie']]).toEqual([expected, undefined])
  })

  it('bounds how many tokens can be tried, for right ones too', async () => {
    for (let tries = 0; tries < 10; tries += 1) {
      expect((await post(test.port, '/session', { token: `wrong-${tries}` })).status).toBe(401)
    }
    const answer = await post(test.port, '/session', { token: tokenOf(test.server.url) })
    expect([answer.status, answer.code]).toEqual([429, 'rate-limited'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('forgets a link that was not used in time, and the oldest of too many', async () => {
    await using strict = await startTestServer({ limits: { token_ms: 1 } })
    const late = strict.server.newLink()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect((await post(strict.port, '/session', { token: tokenOf(late) })).status).toBe(401)

    await using narrow = await startTestServer({ limits: { tokens: 2 } })
    narrow.server.newLink()
    const newest = narrow.server.newLink()
    expect((await post(narrow.port, '/session', { token: tokenOf(narrow.server.url) })).status).toBe(401)
    expect((await post(narrow.port, '/session', { token: tokenOf(newest) })).status).toBe(204)
  })

  it('takes the body as JSON only, so that no form of another page can send it', async () => {
    const token = tokenOf(test.server.url)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await post(test.port, '/session', { token }, { 'content-type': type })
      expect([answer.status, answer.code]).toEqual([415, 'input-invalid'])
    }
  })
})

describe('a session', () => {
  it('is needed for everything but the page', async () => {
    expect((await status()).code).toBe('unauthorized')
    expect((await status(`bitgauge-${test.port}=${'A'.repeat(43)}`)).status).toBe(401)
    expect((await ask(test.port)).status).toBe(200)
  })

  it('ends after a time without use', async () => {
    await using brief = await startTestServer({ limits: { sessionIdle_ms: 1000 } })
    const socket = await openSocket(brief)
    expect(await closeCode(socket)).toBe(4401)
    const cookie = await signIn(brief)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const made = await refusal(brief.port, ownHeaders(brief.port, cookie))
    expect(made).toEqual({ status: 401, code: 'unauthorized' })
  })

  it('ends at its age, however busy', async () => {
    await using brief = await startTestServer({ limits: { session_ms: 1, sessionIdle_ms: 10 } })
    const cookie = await signIn(brief)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect((await ask(brief.port, { path: '/session', headers: { cookie } })).status).toBe(401)
  })

  it('closes its sockets, and no others, when it is ended', async () => {
    const cookie = await signIn(test)
    const mine = await openSocket(test, cookie)
    const other = await openSocket(test)
    const closed = closeCode(mine)
    const answer = await post(test.port, '/session/end', {}, { cookie })
    expect(answer.status).toBe(204)
    expect(await closed).toBe(4401)
    expect(other.readyState).toBe(other.OPEN)
    expect((await status(cookie)).status).toBe(401)
    expect((await post(test.port, '/session/end', {}, { cookie })).status).toBe(401)
  })

  it('gives way to newer ones where there are too many, the idlest first', async () => {
    await using narrow = await startTestServer({ limits: { sessions: 2 } })
    const first = await signIn(narrow)
    const second = await signIn(narrow)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await ask(narrow.port, { path: '/session', headers: { cookie: first } })
    const third = await signIn(narrow)
    const states = await Promise.all(
      [first, second, third].map(
        async (cookie) => (await ask(narrow.port, { path: '/session', headers: { cookie } })).status,
      ),
    )
    expect(states).toEqual([204, 401, 204])
  })

  it('is kept where another link is opened in the same browser', async () => {
    const cookie = await signIn(test)
    const answer = await post(test.port, '/session', { token: tokenOf(test.server.newLink()) }, { cookie })
    expect([answer.status, answer.headers['set-cookie']]).toEqual([204, undefined])
  })
})

describe('the log', () => {
  it('holds no token and no cookie, whatever was asked and refused', async () => {
    const tokens = [tokenOf(test.server.url), tokenOf(test.server.newLink())]
    const cookie = await signIn(test)
    const secret = cookie.split('=')[1] ?? ''
    await ask(test.port, { path: `/?token=${tokens[0]}`, headers: { cookie } })
    await ask(test.port, { path: `/nothing?token=${tokens[0]}`, headers: { cookie, host: 'evil.example' } })
    await post(test.port, '/session', { token: tokens[0] }, { origin: 'http://evil.example', cookie })
    await post(test.port, `/session?token=${tokens[1]}`, { token: tokens[1], more: 1 })
    await refusal(test.port, { origin: 'http://evil.example', cookie })
    await refusal(test.port, ownHeaders(test.port, cookie), `/rpc?token=${tokens[0]}`)
    const socket = await openSocket(test, cookie)
    socket.send(`{"token": "${tokens[0]}"`)
    await closeCode(socket)
    await until(() => test.logged().includes('socket closed'))
    expect(test.logged()).toContain('session opened')
    expect(test.logged()).toContain('upgrade refused')
    for (const text of [...tokens, secret]) expect(test.logged()).not.toContain(text)
  })
})
