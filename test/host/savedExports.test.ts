import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { saveExported } from '../../src/host/files/exports.ts'

describe('an exported file that is saved', () => {
  const digits = '0'.repeat(32)
  let home: string
  let target: string

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'bitgauge-saved-'))
    mkdirSync(join(home, 'exports', digits, 'folder'), { recursive: true })
    mkdirSync(join(home, 'elsewhere'))
    writeFileSync(join(home, 'exports', digits, 'table.csv'), 'new')
    target = join(home, 'elsewhere', 'table.csv')
    writeFileSync(target, 'what was there')
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  it('takes the place of what was there, and leaves nothing beside it', async () => {
    await saveExported(home, `export:${digits}/table.csv`, target)
    expect(readFileSync(target, 'utf8')).toBe('new')
    expect(readdirSync(join(home, 'elsewhere'))).toEqual(['table.csv'])
  })

  it('leaves what was there whole where it cannot be copied', async () => {
    await expect(saveExported(home, `export:${digits}/folder`, target)).rejects.toThrow()
    expect(readFileSync(target, 'utf8')).toBe('what was there')
    expect(readdirSync(join(home, 'elsewhere'))).toEqual(['table.csv'])
  })
})
