import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectLocal, type BoardConnection } from '../../src/remote/index.ts'
import { boardBehaviour } from './boardBehaviour.ts'

let folder: string
let board: BoardConnection

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bitgauge-local-'))
  board = await connectLocal({ cacheFolder: join(folder, 'cache') })
})
afterAll(async () => {
  await board?.close()
  rmSync(folder, { recursive: true, force: true })
})

boardBehaviour('this machine as a board', () => board)

describe('the folder of the local board', () => {
  it('is closed to others', () => {
    expect(lstatSync(board.cacheFolder).mode & 0o777).toBe(0o700)
  })

  it('is not taken where it is a link', async () => {
    symlinkSync(tmpdir(), join(folder, 'link'))
    await expect(connectLocal({ cacheFolder: join(folder, 'link') })).rejects.toMatchObject({ code: 'conflict' })
  })

  it.runIf(process.getuid?.() === 0)('is not taken where it belongs to another user', async () => {
    const other = join(folder, 'other')
    const { mkdirSync, chownSync } = await import('node:fs')
    mkdirSync(other)
    chownSync(other, 12_345, 12_345)
    await expect(connectLocal({ cacheFolder: other })).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('leaves nothing of an upload whose sum is another', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, 'content')
    const sha256 = createHash('sha256').update('other').digest('hex')
    const path = join(board.cacheFolder, 'a', 'file')
    await expect(board.upload(file, path, { mode: 0o600, sha256 })).rejects.toMatchObject({ code: 'hash-mismatch' })
    expect(readdirSync(join(board.cacheFolder, 'a'))).toEqual([])
    expect(existsSync(path)).toBe(false)
  })

  it('gives the program nothing of our environment but what it needs', async () => {
    process.env['BITGAUGE_TEST_SECRET'] = 'hunter2'
    const { stdout } = await board.run(['env'], { maxBytes: 10_000, timeout_ms: 10_000 })
    delete process.env['BITGAUGE_TEST_SECRET']
    expect(stdout).not.toContain('hunter2')
    expect(stdout).toContain('LC_ALL=C')
  })
})
