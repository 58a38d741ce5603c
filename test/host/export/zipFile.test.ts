import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { zipFile } from '../../../src/host/export/zipFile.ts'
import { missing } from './support.ts'

const noUnzip = missing('unzip', 'unzip')
const entries = [
  { name: 'study/a table.csv', bytes: Buffer.from('a,b\r\n1,2\r\n'.repeat(100)) },
  { name: 'study/größe.tex', bytes: Buffer.from('x') },
  { name: 'study/nothing', bytes: Buffer.alloc(0) },
]

it('the same files are the same bytes', () => {
  expect(zipFile(entries).equals(zipFile(entries))).toBe(true)
})

it.skipIf(noUnzip !== null)(
  `another program finds every file whole in an archive of ours (${noUnzip ?? 'unzip'})`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'bitgauge-zip-'))
    try {
      const path = join(folder, 'all.zip')
      writeFileSync(path, zipFile(entries))
      expect(execFileSync('unzip', ['-tqq', path]).toString()).toBe('')
      execFileSync('unzip', ['-qq', path, '-d', folder], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
      for (const { name, bytes } of entries) expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
