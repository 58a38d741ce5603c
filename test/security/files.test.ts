import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writesExports } from '../../src/host/index.ts'
import { defaultLimits, listsBelow, readsBelow, UploadFolder } from '../../src/server/index.ts'
import { ask, secretText, signIn, startTestServer, type TestServer } from '../server/harness.ts'

const digits = 'a'.repeat(32)

let home: string
let uploads: UploadFolder
let test: TestServer
let own: Record<string, string>
let upload: string

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'bitgauge-files-'))
  uploads = new UploadFolder(home, defaultLimits)
  test = await startTestServer({ home, uploads })
  own = { origin: `http://127.0.0.1:${test.port}`, cookie: await signIn(test), 'tus-resumable': '1.0.0' }
  upload = await createUpload()
  mkdirSync(join(home, 'exports', digits), { recursive: true })
  writeFileSync(join(home, 'exports', digits, 'table "1".csv'), 'a,b\n')
  writeFileSync(join(home, 'secret.txt'), secretText)
  symlinkSync(join(home, 'secret.txt'), join(home, 'exports', digits, 'link.txt'))
  symlinkSync(home, join(home, 'exports', digits, 'up'))
})

afterEach(async () => {
  await test[Symbol.asyncDispose]()
  rmSync(home, { recursive: true, force: true })
})

async function createUpload(headers: Record<string, string> = {}): Promise<string> {
  const asked = { ...own, 'content-length': '0', 'upload-length': '10', ...headers }
  const answer = await ask(test.port, { method: 'POST', path: '/uploads', headers: asked })
  return String(answer.headers.location)
}

const chunk = { 'content-type': 'application/offset+octet-stream', 'content-length': '10', 'upload-offset': '0' }
const requests = (): [method: string, path: string, headers: Record<string, string>][] => [
  ['POST', '/uploads', { 'upload-length': '10', 'content-length': '0' }],
  ['HEAD', upload, {}],
  ['PATCH', upload, chunk],
  ['DELETE', upload, {}],
]

async function statuses(change: (headers: Record<string, string>) => Record<string, string>): Promise<number[]> {
  const found: number[] = []
  for (const [method, path, headers] of requests()) {
    const body = method === 'PATCH' ? { body: '0123456789' } : {}
    found.push((await ask(test.port, { method, path, headers: change({ ...own, ...headers }), ...body })).status)
  }
  return found
}

const without = (name: string) => (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name))

describe('uploads', () => {
  it('are nobody’s without a session', async () => {
    expect(await statuses(without('cookie'))).toEqual([401, 401, 401, 401])
    expect(await statuses((headers) => ({ ...headers, cookie: `bitgauge-${test.port}=${'B'.repeat(43)}` }))).toEqual([
      401, 401, 401, 401,
    ])
  })

  it('are not begun, written or taken away by another page', async () => {
    const foreign = await statuses((headers) => ({ ...headers, origin: 'http://evil.example' }))
    expect(foreign).toEqual([403, 403, 403, 403])
    expect(await statuses(without('origin'))).toEqual([403, 200, 403, 403])
    expect(await statuses((headers) => ({ ...headers, host: 'evil.example' }))).toEqual([403, 403, 403, 403])
    const site = await statuses((headers) => ({ ...headers, 'sec-fetch-site': 'cross-site' }))
    expect(site).toEqual([403, 403, 403, 403])
  })

  it('cannot be read back, and have no other method', async () => {
    for (const method of ['GET', 'PUT', 'OPTIONS', 'POST']) {
      const answer = await ask(test.port, { method, path: upload, headers: own })
      expect([method, answer.status]).toEqual([method, 405])
    }
    const headers = { ...own, 'x-http-method-override': 'DELETE' }
    expect((await ask(test.port, { method: 'HEAD', path: upload, headers })).status).toBe(200)
    expect((await ask(test.port, { method: 'HEAD', path: upload, headers: own })).status).toBe(200)
    expect((await ask(test.port, { method: 'DELETE', path: '/session', headers: own })).status).toBe(405)
  })

  it.each([
    '/uploads/..%2fsecret.txt',
    '/uploads/../secret.txt',
    `/uploads/${'b'.repeat(32)}`,
    '/uploads/x',
    '/uploads/',
  ])('do not reach %s', async (path) => {
    for (const method of ['HEAD', 'DELETE']) {
      expect([404, 405]).toContain((await ask(test.port, { method, path, headers: own })).status)
    }
  })

  it('never answer with an address made from what a proxy claims, nor with a header for other pages', async () => {
    const headers = {
      ...own,
      'upload-length': '10',
      'content-length': '0',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    }
    const answer = await ask(test.port, { method: 'POST', path: '/uploads', headers })
    expect(answer.headers.location).toMatch(/^\/uploads\/[0-9a-f]{32}$/)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('are named to calls by their digits alone', async () => {
    const allow = readsBelow([], uploads)
    for (const path of ['upload:..', `upload:${digits}/../x`, 'upload:', join(home, 'secret.txt'), '../secret.txt']) {
      await expect(allow(path)).rejects.toMatchObject({ code: 'forbidden' })
    }
    await expect(allow(`upload:${digits}`)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('leave no name of theirs in the log', async () => {
    await createUpload({ 'upload-metadata': `filename ${Buffer.from('patients.csv').toString('base64')}` })
    expect(test.logged()).not.toContain('patients')
  })
})

describe('downloads', () => {
  const get = (file: string, headers = own) =>
    ask(test.port, { path: `/download?file=${encodeURIComponent(file)}`, headers })

  it('give an exported file, by the page’s name or by the engine’s path, to be saved and not shown', async () => {
    writeFileSync(join(home, 'exports', digits, 'plain.csv'), 'c\n')
    expect((await get(`export:${digits}/plain.csv`)).body).toBe('c\n')
    const answer = await get(join(home, 'exports', digits, 'table "1".csv'))
    expect([answer.status, answer.body]).toEqual([200, 'a,b\n'])
    expect(answer.headers['content-disposition']).toBe(
      `attachment; filename="table _1_.csv"; filename*=UTF-8''table%20%221%22.csv`,
    )
    expect(answer.headers['content-type']).toBe('application/octet-stream')
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  it('need a session, and are not for other pages', async () => {
    const file = `export:${digits}/table.csv`
    expect((await get(file, {})).status).toBe(401)
    expect((await get(file, { ...own, origin: 'http://evil.example' })).status).toBe(403)
    expect((await get(file, { ...own, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it.each([
    ['a file beside the exports', () => join(home, 'secret.txt'), 403],
    ['a file above by dots', () => `export:${digits}/../../secret.txt`, 403],
    ['a whole path by dots', () => join(home, 'exports') + '/../secret.txt', 403],
    ['a link that leads out', () => `export:${digits}/link.txt`, 403],
    ['a folder that is a link', () => `export:${digits}/up/secret.txt`, 403],
    ['a folder', () => join(home, 'exports', digits), 400],
    ['the exports themselves', () => join(home, 'exports'), 403],
    ['digits that are none', () => 'export:xyz/table.csv', 403],
    ['what is not there', () => `export:${digits}/no.csv`, 404],
    ['a system file', () => '/etc/passwd', 403],
    ['a name with a null byte', () => `export:${digits}/a\u0000b`, 403],
    ['nothing', () => '', 400],
  ])('refuse %s', async (_name, file, status) => {
    const answer = await get(file())
    expect([answer.status, answer.body.includes(secretText)]).toEqual([status, false])
  })

  it('refuse more than one file', async () => {
    const path = `/download?file=export:${digits}/a.csv&file=export:${digits}/b.csv`
    expect((await ask(test.port, { path, headers: own })).status).toBe(400)
  })
})

describe('what calls of a browser may write', () => {
  it('lies below the exports, in a folder of its own', async () => {
    const allow = writesExports(home)
    expect(await allow(`export:${'b'.repeat(32)}/model.safetensors`)).toBe(
      join(home, 'exports', 'b'.repeat(32), 'model.safetensors'),
    )
  })

  it.each([
    '/tmp/x',
    'x.csv',
    '../x.csv',
    `export:${digits}/../x`,
    `export:${digits}/.hidden`,
    `export:${digits}/a/../../../x`,
    `export:${digits}/a\\b`,
    `export:${digits}/a\u0000`,
    `export:${digits}/`,
    `export:${digits.toUpperCase()}/x`,
    'export:short/x',
  ])('is not %j', async (path) => {
    await expect(writesExports(home)(path)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('what calls of a browser may list', () => {
  it('is what lies below the folders of --data, without what is hidden or leads out', async () => {
    mkdirSync(join(home, 'one', 'sub'), { recursive: true })
    mkdirSync(join(home, 'two', 'sub'), { recursive: true })
    for (const path of ['one/b.csv', 'one/.hidden', 'two/a.csv', 'one/sub/c.csv', 'two/sub/d.csv']) {
      writeFileSync(join(home, path), 'text\n')
    }
    symlinkSync(join(home, 'secret.txt'), join(home, 'one', 'link.txt'))
    symlinkSync(join(home, 'two', 'a.csv'), join(home, 'one', 'inner.csv'))
    const list = listsBelow([join(home, 'one'), join(home, 'two')])
    const top = await list('')
    expect(top.entries.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'folder sub',
      'file a.csv',
      'file b.csv',
      'file inner.csv',
    ])
    expect((await list('sub')).entries.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['sub/c.csv', 5],
      ['sub/d.csv', 5],
    ])
    for (const folder of ['..', '/etc', 'sub/../..', 'b.csv']) {
      await expect(list(folder)).rejects.toMatchObject({ code: expect.stringMatching(/forbidden|not-found/) as string })
    }
  })

  it('is nothing where no folder was named', async () => {
    expect(await listsBelow([])('')).toMatchObject({ served: false, entries: [] })
    expect(await listsBelow([])('../..')).toMatchObject({ served: false, entries: [] })
  })
})
