import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DiskBudget, fileFailure, LineFileWriter, readLines } from '../../../src/store/datasets/index.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'bitgauge-files-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function linesOf(path: string, sha256: string | null): Promise<string[]> {
  const all: string[] = []
  for await (const batch of readLines(path, { gzip: true, sha256, name: 'a.gz' })) all.push(...batch)
  return all
}

describe('LineFileWriter', () => {
  it('writes what gunzip reads, and hashes it unpacked', async () => {
    const path = join(folder(), 'a.gz')
    const writer = new LineFileWriter(path, { gzip: true, budget: new DiskBudget(folder(), 1e9) })
    const lines = Array.from({ length: 50_000 }, (_, line) => `line ${line} é€\u{1f600}`)
    for (const line of lines) await writer.write(`${line}\n`)
    const { bytes, sha256 } = await writer.close()
    const content = gunzipSync(readFileSync(path))
    expect(content.toString()).toBe(`${lines.join('\n')}\n`)
    expect(sha256).toBe(createHash('sha256').update(content).digest('hex'))
    expect(bytes).toBe(statSync(path).size)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await linesOf(path, sha256)).toEqual(lines)
  })

  it('stops at its budget and on a disk without room', async () => {
    const writer = new LineFileWriter(join(folder(), 'a'), { gzip: false, budget: new DiskBudget(folder(), 1000) })
    const filling = async (): Promise<void> => {
      for (let line = 0; line < 100_000; line += 1) await writer.write('a line of some length\n')
      await writer.close()
    }
    await expect(filling()).rejects.toMatchObject({ code: 'too-large' })
    await writer.abandon()
    await expect(new DiskBudget(folder(), 1).expect(1e18)).rejects.toMatchObject({ code: 'disk-full' })
  })

  it('never writes over a file', async () => {
    const path = join(folder(), 'a')
    writeFileSync(path, 'kept')
    const writer = new LineFileWriter(path, { gzip: false, budget: new DiskBudget(folder(), 1e9) })
    const closing = async (): Promise<void> => {
      await writer.write('x\n')
      await writer.close()
    }
    await expect(closing()).rejects.toMatchObject({ code: 'EEXIST' })
    expect(readFileSync(path, 'utf8')).toBe('kept')
  })
})

describe('readLines', () => {
  it.each<[string, Buffer]>([
    ['other content', gzipSync('b\n')],
    ['an end that is missing', gzipSync('a\n'.repeat(1000)).subarray(0, 20)],
    ['no gzip', Buffer.from('a\n')],
    ['a last line without its end', gzipSync('a')],
  ])('takes %s for damage', async (_, content) => {
    const path = join(folder(), 'a.gz')
    writeFileSync(path, content)
    const sha256 = createHash('sha256').update('a\n').digest('hex')
    await expect(linesOf(path, sha256)).rejects.toMatchObject({ code: 'store-damaged' })
  })

  it('takes a missing file for damage', async () => {
    await expect(linesOf(join(folder(), 'none'), null)).rejects.toMatchObject({ code: 'store-damaged' })
  })
})

describe('fileFailure', () => {
  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EACCES', 'permission-denied'],
    ['ENOENT', 'not-found'],
  ])('says %s as %s', (name, code) => {
    const thrown = fileFailure(Object.assign(new Error('x'), { code: name }), 'a.csv')
    expect(thrown).toMatchObject({ code, message: expect.stringMatching(/^a\.csv /) })
  })

  it('leaves a defect as it is', () => {
    const defect = new TypeError('x')
    expect(fileFailure(defect, 'a')).toBe(defect)
  })
})
