import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ulid } from 'ulid'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { studyExportSchema } from '../../src/shared/contract/study.ts'
import { root } from '../../build/tasks/run.ts'
import { openStore } from '../../src/store/index.ts'
import { sampleProfile } from '../store/support/samples.ts'
import { missing } from './export/support.ts'
import { hosts, temporaryFolder } from './harness.ts'
import { measuredHome } from './study/sample.ts'

const home = temporaryFolder()
const open = hosts()
const measured = measuredHome()

const shown = {
  formats: ['csv', 'latex', 'png'],
  tables: [{ rows: ['composition'], columns: ['bits'], value: 'difference', only: { draw: ['0'] } }],
  charts: [{ kind: 'bits-by-composition' }],
} satisfies Pick<z.input<typeof studyExportSchema>, 'formats' | 'tables' | 'charts'>
const seen = { kind: 'study' as const, study: 'small', ...shown }

const bin = join(root, 'src', 'cli', 'bin.mjs')
const noUnzip = missing('unzip', 'unzip')

/** Two profiles of one model on a board: the newer one counts. */
function putProfiles(folder: string): void {
  const store = openStore({ home: folder, program: 'bitgauge test' })
  const interval = { low: 0.8, high: 0.95, level: 0.95, method: 'wilson' }
  const accuracy = { n: 100, right: 90, value: 0.9, interval }
  const [older, newer] = [sampleProfile(), sampleProfile({ id: ulid(), created: new Date().toISOString(), accuracy })]
  for (const profile of [older, newer])
    store.profiles.put(profile, { samples: Uint32Array.of(1, 2), windows: Uint16Array.of(0, 1) })
  store.close()
}

describe('exports of a home', () => {
  it('are previewed as the bytes that are written then, and those of the command line', async () => {
    const { client } = await open(measured(home()))
    const preview = await client.exports.preview(seen)
    const made = await client.exports.make(seen)
    const out = join(home(), 'out')
    const { study, ...request } = { study: 'small', tables: shown.tables, charts: shown.charts }
    writeFileSync(join(home(), 'request.json'), JSON.stringify(request))
    const args = ['export', '--study', study, '--format', 'csv,latex,png', '--request', join(home(), 'request.json')]
    const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args, '--out', out, '--home', home()])
    expect(stdout).toContain('difference-composition-by-bits.tex')
    const names = preview.files.map(({ name }) => name)
    expect(names).toContain('difference-composition-by-bits.tex')
    expect(names).toContain('bits-by-composition.png')
    expect(made.files.map(({ name }) => name)).toEqual([...names, 'export.json'].map((name) => `small/${name}`))
    for (const { name, bytes } of preview.files) {
      const file = made.files.find((one) => one.name === `small/${name}`)!
      const content = readFileSync(file.path)
      expect([file.bytes, file.sha256]).toEqual([bytes, createHash('sha256').update(content).digest('hex')])
      const { content: told } = await client.exports.read({ key: preview.key, name })
      const seenBytes =
        told.kind === 'text'
          ? Buffer.from(told.text)
          : told.kind === 'picture'
            ? Buffer.from(told.base64, 'base64')
            : null
      expect(seenBytes?.equals(content)).toBe(true)
      expect(readFileSync(join(out, name)).equals(content)).toBe(true)
    }
  })

  it('of boards are what is seen of their newest profiles, the same as the command line writes', async () => {
    putProfiles(home())
    const { client } = await open(home())
    const request = {
      ...{ kind: 'profiles' as const, boards: ['pi5-bench'], formats: ['csv' as const, 'svg' as const] },
      charts: [{ against: 'size' as const, enlarged: false }],
    }
    const preview = await client.exports.preview(request)
    const made = await client.exports.make(request)
    expect(preview.files.map(({ name }) => name)).toEqual(['profiles.csv', 'accuracy-against-size-full-scale.svg'])
    expect(made.subject).toMatchObject({ kind: 'profiles', name: 'pi5-bench' })
    const out = join(home(), 'out')
    const args = ['export', '--board', 'pi5-bench', '--format', 'csv,svg', '--against', 'size', '--full-scale']
    await promisify(execFile)(process.execPath, [bin, ...args, '--out', out, '--home', home()])
    for (const { name } of preview.files) {
      const { path } = made.files.find((one) => one.name === `pi5-bench/${name}`)!
      expect(readFileSync(path).equals(readFileSync(join(out, name)))).toBe(true)
    }
    expect(readFileSync(join(out, 'profiles.csv'), 'utf8').match(/^01[0-9A-Z]{24},/gm)).toHaveLength(1)
    expect((await client.exports.list({})).exports[0]?.id).toBe(made.id)
    await expect(client.exports.preview({ ...request, boards: ['local'] })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it.skipIf(noUnzip !== null)(`are one zip too, whose files are the same (${noUnzip ?? 'unzip'})`, async () => {
    const { client } = await open(measured(home()))
    const { archive, files } = await client.exports.make(seen)
    expect(archive).toMatchObject({ name: 'small.zip', format: 'zip' })
    const folder = join(home(), 'unpacked')
    mkdirSync(folder)
    execFileSync('unzip', ['-qq', archive!.path, '-d', folder])
    for (const { name, path } of files) expect(readFileSync(join(folder, name)).equals(readFileSync(path))).toBe(true)
  })

  it('are listed with what made them, newest first, until they are removed', async () => {
    const at = measured(home())
    const { client } = await open(at)
    const first = await client.exports.make(seen)
    const second = await client.exports.make({ kind: 'bundle', study: 'small' })
    expect(second).toMatchObject({ archive: null, subject: { kind: 'study', name: 'small' } })
    expect(second.files.map(({ name, format }) => [name, format])).toEqual([
      ['small.bitgauge.tar.gz', 'bitgauge-bundle/1'],
    ])
    expect((await client.exports.list({})).exports).toEqual([second, first])
    expect(first.request).toMatchObject({ ...seen, tables: [{ only: { draw: ['0'] }, best: 'column' }] })
    await client.exports.remove({ export: first.id })
    expect((await client.exports.list({})).exports).toEqual([second])
    await expect(client.exports.remove({ export: first.id })).rejects.toMatchObject({ code: 'not-found' })
    writeFileSync(join(at, 'exports', second.id, 'made.json'), '{}')
    expect(await client.exports.list({})).toEqual({ exports: [], damaged: [expect.stringContaining(second.id)] })
    expect(readdirSync(join(at, 'exports'))).toEqual([second.id])
  })

  it('leave nothing where they cannot be made', async () => {
    const at = measured(home())
    const { client } = await open(at)
    const wrong = { ...seen, tables: [{ rows: ['model' as const], columns: ['model' as const] }] }
    await expect(client.exports.make(wrong)).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(client.exports.preview(wrong)).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(client.exports.make({ ...seen, study: 'smal' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(client.exports.make({ kind: 'runtime', model: 'none' })).rejects.toMatchObject({ code: 'not-found' })
    expect(readdirSync(join(at, 'exports')).filter((name) => !name.startsWith('staging-'))).toEqual([])
    const usual = await client.exports.preview({ kind: 'study', study: 'small', formats: ['markdown'] })
    expect(usual.files.map(({ name }) => name)).toContain('accuracy-model-composition-by-bits.md')
    expect(
      await client.exports.preview({ kind: 'study', study: 'small', formats: ['markdown'], tables: [] }),
    ).not.toEqual(usual)
    await expect(client.exports.read({ key: '0'.repeat(64), name: 'x' })).rejects.toMatchObject({ code: 'not-found' })
  })
})
