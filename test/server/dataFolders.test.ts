import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog, defaultPaths, forkLauncher, openHost, type Host } from '../../src/host/index.ts'
import { readsBelow } from '../../src/server/index.ts'

let folder: string
let host: Host

const rows = 'text,label\nthe pump leaks,fault\nall is well,fine\nthe valve leaks,fault\nnothing to report,fine\n'
const data = (...names: string[]): string => join(folder, 'data', ...names)

/** A host as `bitgauge serve --data` opens it. */
async function open(folders: string[]): Promise<Host> {
  const log = createLog({ write: () => true })
  const { cache } = defaultPaths()
  return openHost({
    home: join(folder, 'home'),
    cache,
    launcher: forkLauncher({ log }),
    log,
    allowPath: readsBelow(folders),
  })
}

async function importFrom(path: string): Promise<string> {
  const events = await host.client.dataset.import({ train: [path], encoding: { minFrequency: 1 } })
  for await (const event of events) if (event.type === 'done') return event.made.dataset.name
  return 'nothing'
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bitgauge-data-'))
  mkdirSync(data(), { recursive: true })
  writeFileSync(data('notes.csv'), rows)
  writeFileSync(join(folder, 'secret.csv'), rows)
  symlinkSync(join(folder, 'secret.csv'), data('link.csv'))
  host = await open([data()])
})

afterEach(async () => {
  await host.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a caller of serve --data', () => {
  it('imports a file below the folder', async () => {
    expect(await importFrom('notes.csv')).toBe('notes')
  })

  it.each([
    ['above it', () => '../secret.csv'],
    ['by its whole path', () => join(folder, 'secret.csv')],
    ['that a link leads out to', () => 'link.csv'],
  ])('is refused a file %s', async (_name, path) => {
    await expect(importFrom(path())).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('writes nothing there, over a file that may be imported least of all', async () => {
    const asked = { model: 'any', file: 'notes.csv', overwrite: true }
    await expect(host.client.model.export(asked)).rejects.toMatchObject({ code: 'forbidden' })
    expect(readFileSync(data('notes.csv'), 'utf8')).toBe(rows)
  })

  it('opens no file at all where no folder was named', async () => {
    await host.close()
    host = await open([])
    await expect(importFrom('notes.csv')).rejects.toMatchObject({ code: 'forbidden' })
  })
})
