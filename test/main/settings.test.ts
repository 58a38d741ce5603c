import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SettingsFile, withHome } from '../../src/main/settings.ts'

const log = pino({ enabled: false })
let folder: string
const file = (): string => join(folder, 'deep', 'desktop.json')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitgauge-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('what the desktop remembers', () => {
  it('is there at the next start, whole, with nothing beside it', () => {
    const place = { x: -5, y: 10, width: 900, height: 700, maximized: true }
    new SettingsFile(file(), log).change({ window: place, homes: ['/a'] })
    expect(new SettingsFile(file(), log).current).toEqual({ version: 1, homes: ['/a'], window: place })
    expect(readdirSync(join(folder, 'deep'))).toEqual(['desktop.json'])
  })

  it.each([
    '',
    '{',
    '{"version": 2}',
    '{"version":1,"homes":[1],"window":null}',
    '{"version":1,"homes":[],"window":{"x":1e99}}',
  ])('is nothing where its file holds %j', (text) => {
    new SettingsFile(file(), log).change({ homes: ['/a'] })
    writeFileSync(file(), text)
    const settings = new SettingsFile(file(), log)
    expect(settings.current).toEqual({ version: 1, homes: [], window: null })
    settings.change({ homes: ['/b'] })
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ homes: ['/b'] })
  })

  it('does not stop the program where it cannot be written', () => {
    writeFileSync(join(folder, 'deep'), 'a file where a folder should be')
    const settings = new SettingsFile(file(), log)
    settings.change({ homes: ['/a'] })
    expect(settings.current.homes).toEqual(['/a'])
  })

  it('lists homes newest first, each once, eight at most', () => {
    expect(withHome(['/a', '/b'], '/b')).toEqual(['/b', '/a'])
    expect(
      withHome(
        Array.from({ length: 8 }, (_, k) => `/${k}`),
        '/new',
      ),
    ).toHaveLength(8)
  })
})
