import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, pageText, rawExchange, secretText, startTestServer, type TestServer } from '../server/harness.ts'

let test: TestServer
beforeAll(async () => {
  test = await startTestServer()
})
afterAll(() => test[Symbol.asyncDispose]())

describe('the page', () => {
  it('is served at the root, never from a cache', async () => {
    const answer = await ask(test.port)
    expect([answer.status, answer.body]).toEqual([200, pageText])
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('has assets that may be kept for ever, since their names change with them', async () => {
    const answer = await ask(test.port, { path: '/assets/index-a1B2c3D4.js' })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^(text|application)\/javascript/)
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  it('stays the build that was there when the server started', async () => {
    const file = join(test.folder, 'pages', 'assets', 'index-a1B2c3D4.js')
    await writeFile(file, 'export const changed = 1\n')
    await writeFile(join(test.folder, 'pages', 'assets', 'new-a1B2c3D4.js'), 'export {}\n')
    expect((await ask(test.port, { path: '/assets/index-a1B2c3D4.js' })).body).toBe('export {}\n')
    expect((await ask(test.port, { path: '/assets/new-a1B2c3D4.js' })).status).toBe(404)
  })

  it('answers HEAD without a body', async () => {
    const answer = await ask(test.port, { method: 'HEAD' })
    expect([answer.status, answer.body]).toEqual([200, ''])
  })

  it('comes under a policy that allows nothing inline and nothing from elsewhere', async () => {
    const { headers } = await ask(test.port)
    expect(String(headers['content-security-policy']).split(';').sort()).toEqual(
      [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        `connect-src 'self' ws://127.0.0.1:${test.port}`,
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].sort(),
    )
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-frame-options': 'DENY',
    })
    expect(headers['permissions-policy']).toContain('camera=()')
    expect(headers).not.toHaveProperty('server')
    expect(headers).not.toHaveProperty('x-powered-by')
    expect(headers).not.toHaveProperty('strict-transport-security')
  })

  it.each(['/nothing', '/session', '/%zz'])('sends the safe headers with its refusal of %s too', async (path) => {
    const { headers, status } = await ask(test.port, { path })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
  })
})

describe('a path', () => {
  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/./../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2E%2E%2Fsecret.txt',
    '/..%2fsecret.txt',
    '/%252e%252e%252fsecret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '/%5c..%5csecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/%c0%ae%c0%ae/secret.txt',
    '/index.html%00.js',
    '/..%00/secret.txt',
    '//secret.txt',
    '///etc/passwd',
    '/%2fetc/passwd',
    '/file:///etc/passwd',
    '/C:/Windows/win.ini',
    '/.hidden',
    '/assets/.hidden',
    '/%2ehidden',
    '/up/secret.txt',
    '/up/pages/.hidden',
    '/assets/link.txt',
    '/assets',
    '/assets/',
    '/index.html/',
    '/index.html/x',
    `/${'a/'.repeat(2000)}x`,
    `/${'a'.repeat(3000)}`,
  ])('%s leads to nothing', async (path) => {
    const answer = await ask(test.port, { path })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(['not-found', 'forbidden', 'input-invalid']).toContain(answer.code)
    expect(answer.body).not.toContain(secretText)
    expect(answer.body).not.toContain(test.folder)
  })
})

describe('a method', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])('%s is not served', async (method) => {
    for (const path of ['/', '/session', '/assets/index-a1B2c3D4.js', '/nothing']) {
      const answer = await ask(test.port, { method, path, headers: { cookie: 'echo=me', origin: test.server.origin } })
      expect([answer.status, answer.code]).toEqual([405, 'input-invalid'])
      expect(answer.headers.allow).toBe('GET, HEAD, POST')
      expect(answer.body).not.toContain('echo')
    }
  })

  it('CONNECT makes no tunnel', async () => {
    const answer = await rawExchange(
      test.port,
      `CONNECT 127.0.0.1:${test.port} HTTP/1.1\r\nHost: 127.0.0.1:${test.port}\r\n\r\n`,
    )
    expect(answer).not.toContain('200')
  })

  it('POST is served for the session alone', async () => {
    const answer = await ask(test.port, {
      method: 'POST',
      path: '/index.html',
      headers: { origin: test.server.origin },
    })
    expect([answer.status, answer.code]).toEqual([404, 'not-found'])
  })
})
