import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageHandler } from '../../src/main/pageHandler.ts'
import { isPageAddress } from '../../src/main/pageAddress.ts'

const parent = mkdtempSync(join(tmpdir(), 'bitgauge-pages-'))
const folder = join(parent, 'pages')
const handle = pageHandler(folder)

beforeAll(() => {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<p>page</p>')
  writeFileSync(join(folder, 'assets', 'a.js'), 'export {}')
  writeFileSync(join(folder, 'notes.txt'), 'not part of a page')
  writeFileSync(join(parent, 'secret.html'), 'secret')
  symlinkSync(join(parent, 'secret.html'), join(folder, 'linked.html'))
})

afterAll(() => rmSync(parent, { recursive: true, force: true }))

describe('pageHandler', () => {
  it('gives a file of the page with its type and a policy without anything inline', async () => {
    const response = await handle(new Request('app://bitgauge/index.html'))
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('<p>page</p>')
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = response.headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/)
    expect(policy).not.toMatch(/unsafe|data:|\*/)
  })

  it('gives the type of a script', async () => {
    const response = await handle(new Request('app://bitgauge/assets/a.js'))
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })

  it.each([
    ['a path that leads out', 'app://bitgauge/..%2fsecret.html'],
    ['a path that leads out, encoded twice', 'app://bitgauge/..%252fsecret.html'],
    ['a link that leads out', 'app://bitgauge/linked.html'],
    ['a kind of file that no page is made of', 'app://bitgauge/notes.txt'],
    ['what is not there', 'app://bitgauge/nothing.html'],
    ['a folder', 'app://bitgauge/assets'],
    ['a path that cannot be decoded', 'app://bitgauge/%zz.html'],
    ['a path with a zero byte', 'app://bitgauge/index.html%00.js'],
    ['another host', 'app://elsewhere/index.html'],
    ['another scheme', 'https://bitgauge/index.html'],
  ])('refuses %s', async (_what, address) => {
    const response = await handle(new Request(address))
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('')
  })

  it('refuses to be written to', async () => {
    expect((await handle(new Request('app://bitgauge/index.html', { method: 'POST' }))).status).toBe(405)
  })
})

describe('isPageAddress', () => {
  it.each([
    ['app://bitgauge/index.html#/jobs', true],
    ['app://bitgauge.example/index.html', false],
    ['app://user@bitgauge/', true],
    ['https://bitgauge/index.html', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['nonsense', false],
  ])('%s: %s', (address, expected) => {
    expect(isPageAddress(address)).toBe(expected)
  })
})
