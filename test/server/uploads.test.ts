import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Upload } from 'tus-js-client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultLimits, readsBelow, UploadFolder } from '../../src/server/index.ts'
import { uploadName } from '../../src/server/uploads/uploadName.ts'
import { ask, signIn, startTestServer, until, type Answer, type TestServer } from './harness.ts'

const limits = { ...defaultLimits, uploadChunk_bytes: 4096, upload_bytes: 10_000, uploads_bytes: 15_000, uploads: 3 }
const content = randomBytes(9000)

let home: string
let uploads: UploadFolder
let test: TestServer
let own: Record<string, string>

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'bitgauge-uploads-'))
  uploads = new UploadFolder(home, limits)
  test = await startTestServer({ home, uploads, limits })
  own = { origin: `http://127.0.0.1:${test.port}`, cookie: await signIn(test), 'tus-resumable': '1.0.0' }
})

afterEach(async () => {
  await test[Symbol.asyncDispose]()
  rmSync(home, { recursive: true, force: true })
})

function create(size: number, name = 'notes.csv', headers: Record<string, string> = {}): Promise<Answer> {
  const metadata = `filename ${Buffer.from(name).toString('base64')}`
  return ask(test.port, {
    method: 'POST',
    path: '/uploads',
    headers: { ...own, 'content-length': '0', 'upload-length': String(size), 'upload-metadata': metadata, ...headers },
  })
}

async function created(size: number, name?: string): Promise<string> {
  const answer = await create(size, name)
  expect(answer.status).toBe(201)
  return String(answer.headers.location)
}

function patch(path: string, offset: number, bytes: Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(test.port, {
    method: 'PATCH',
    path,
    headers: {
      ...own,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
      'content-length': String(bytes.length),
      ...headers,
    },
    body: bytes as unknown as string,
  })
}

const offsetOf = async (path: string): Promise<number> =>
  Number((await ask(test.port, { method: 'HEAD', path, headers: own })).headers['upload-offset'])
const called = (path: string): string => `upload:${path.split('/').at(-1)}`
const allowed = (path: string): Promise<string> => readsBelow([], uploads)(called(path))

/** Bytes of an upload that are in its file. */
function writtenAt(path: string): number {
  const folder = join(uploads.folder, path.split('/').at(-1)!)
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size)
  return Math.max(0, ...sizes)
}

/** Sends the beginning of a chunk and cuts the connection when the server has written some of it: a reset drops what was not read. */
function cutPatch(path: string, bytes: Buffer, sent: number): Promise<void> {
  const head = [
    `PATCH ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${test.port}`,
    ...Object.entries(own).map(([name, value]) => `${name}: ${value}`),
    'Upload-Offset: 0',
    'Content-Type: application/offset+octet-stream',
    `Content-Length: ${bytes.length}`,
  ]
  return new Promise((resolve) => {
    const socket = connect(test.port, '127.0.0.1', () => {
      socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes.subarray(0, sent)]))
      void until(() => writtenAt(path) > 0).then(() => socket.resetAndDestroy())
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve())
  })
}

describe('an upload', () => {
  it('arrives in chunks under its own name, by an independent client of the protocol', async () => {
    await new Promise<void>((resolve, reject) => {
      new Upload(content, {
        endpoint: `http://127.0.0.1:${test.port}/uploads`,
        chunkSize: 4096,
        headers: { origin: String(own['origin']), cookie: String(own['cookie']) },
        metadata: { filename: 'Nachrichten 2026.csv.gz', other: 'is left out' },
        onSuccess: () => resolve(),
        onError: reject,
      }).start()
    })
    const digits = readdirSync(uploads.folder)[0]?.slice(0, 32)
    const path = await readsBelow([], uploads)(`upload:${digits}`)
    expect(path).toBe(join(uploads.folder, String(digits), 'Nachrichten 2026.csv.gz'))
    expect(readFileSync(path).equals(content)).toBe(true)
  })

  it('goes on after a cut where it was cut', async () => {
    const path = await created(4000)
    await cutPatch(path, content.subarray(0, 4000), 1500)
    await expect.poll(() => offsetOf(path)).toBeGreaterThan(0)
    await expect(allowed(path)).rejects.toMatchObject({ code: 'conflict' })
    const kept = await offsetOf(path)
    expect((await patch(path, kept, content.subarray(kept, 4000))).status).toBe(204)
    expect(readFileSync(await allowed(path)).equals(content.subarray(0, 4000))).toBe(true)
  })

  it('is gone, its folder too, once it was used', async () => {
    const path = await created(100)
    await patch(path, 0, content.subarray(0, 100))
    expect((await ask(test.port, { method: 'DELETE', path, headers: own })).status).toBe(204)
    await expect(allowed(path)).rejects.toMatchObject({ code: 'not-found' })
    expect(readdirSync(uploads.folder)).toEqual([])
  })

  it('is gone when nobody came back for it, and one that is young stays', async () => {
    const old = await created(100)
    const young = await created(100)
    const day = new Date(Date.now() - limits.upload_ms - 1000)
    const digits = called(old).slice('upload:'.length)
    for (const name of [digits, `${digits}.json`, join(digits, 'notes.csv')]) {
      utimesSync(join(uploads.folder, name), day, day)
    }
    await uploads.sweep()
    expect(readdirSync(uploads.folder).every((name) => young.includes(name.slice(0, 32)))).toBe(true)
    expect(await offsetOf(young)).toBe(0)
  })

  it('has a folder that nobody else may look into', () => {
    expect(readdirSync(home)).toEqual(['uploads'])
    mkdirSync(join(home, 'other'))
    writeFileSync(join(home, 'uploads', 'stray.txt'), 'not ours')
    return expect(uploads.sweep()).resolves.toBeUndefined()
  })
})

describe('an upload is refused', () => {
  const codeAndStatus = ({ status, code }: Answer): unknown[] => [status, code]

  it('where it is larger than one may be, or than all may be together', async () => {
    expect(codeAndStatus(await create(10_001))).toEqual([413, 'too-large'])
    await created(9000)
    expect(codeAndStatus(await create(9000))).toEqual([413, 'too-large'])
    expect((await create(6000)).status).toBe(201)
  })

  it('where too many wait', async () => {
    const asked = await Promise.all(Array.from({ length: 6 }, () => create(10)))
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(3)
    expect(asked.filter(({ code }) => code === 'rate-limited')).toHaveLength(3)
  })

  it('where its size is not said, or said twice', async () => {
    const { 'tus-resumable': version, ...headers } = own
    const bare = { ...headers, 'tus-resumable': String(version) }
    expect((await ask(test.port, { method: 'POST', path: '/uploads', headers: bare })).code).toBe('input-invalid')
    expect((await create(10, 'a', { 'upload-defer-length': '1' })).code).toBe('input-invalid')
    expect((await create(10, 'a', { 'upload-concat': 'partial' })).code).toBe('input-invalid')
    expect((await create(10, 'a', { 'upload-length': '-1' })).code).toBe('input-invalid')
    expect((await create(10, 'a', { 'upload-length': '1e9' })).code).toBe('input-invalid')
  })

  it('where a chunk is too large, goes past the end, or begins elsewhere', async () => {
    const path = await created(5000)
    expect(codeAndStatus(await patch(path, 0, content.subarray(0, 4097)))).toEqual([413, 'too-large'])
    expect(codeAndStatus(await patch(path, 10, content.subarray(0, 10)))).toEqual([409, 'conflict'])
    const short = await created(10)
    expect((await patch(short, 0, content.subarray(0, 11))).status).toBe(413)
    expect(await offsetOf(short)).toBe(0)
  })

  it('where a chunk is called something else', async () => {
    const path = await created(100)
    expect((await patch(path, 0, content.subarray(0, 10), { 'content-type': 'text/plain' })).status).toBe(415)
  })
})

describe('the name of an upload', () => {
  it.each([
    ['notes.csv', 'notes.csv'],
    ['Übersicht (2).tsv.gz', 'Übersicht (2).tsv.gz'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['/etc/shadow', 'shadow'],
    ['.bashrc', 'bashrc'],
    ['..', 'file'],
    ['', 'file'],
    ['-rf', 'rf'],
    ['a\u0000b\nc\u202ed.csv', 'a_b_c_d.csv'],
    ['<img src=x>.csv', '_img src=x_.csv'],
    ['con|rm *?.csv', 'con_rm __.csv'],
    ['   ', 'file'],
  ])('%j is kept as %j', (claimed, kept) => {
    expect(uploadName(claimed)).toBe(kept)
  })

  it('keeps its ending when it is cut', () => {
    const name = uploadName(`${'ä'.repeat(300)}.jsonl.gz`)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(150)
    expect(name).toMatch(/^ä+\.jsonl\.gz$/)
  })
})

it('waits for nothing when the server stops in the middle of an upload', async () => {
  const path = await created(4000)
  void cutPatch(path, content.subarray(0, 4000), 100)
  await until(() => readdirSync(uploads.folder).length > 0)
  await test.server.close()
})
