import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { locateLibrary } from '../../build/setup/locate.ts'
import { libraryDirectory } from '../../build/setup/recipe.ts'
import { setupLibrary } from '../../build/setup/setupLibrary.ts'
import { verifyLibrary } from '../../build/setup/verify.ts'
import { makeSampleLibrary, type SampleLibrary } from './support/sampleLibrary.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

const folder = mkdtempSync(join(tmpdir(), 'bitgauge-setup-sample-'))
let sample: SampleLibrary
let cache: string
let directory: string

beforeAll(async () => {
  sample = makeSampleLibrary(folder)
  await setupLibrary(sample.recipe, { cache: join(folder, 'cache'), offlineWheels: [sample.wheel] })
})
beforeEach(() => {
  cache = temporaryFolder()
  execFileSync('cp', ['-a', join(folder, 'cache', 'tensorflow'), cache])
  directory = libraryDirectory(cache, sample.recipe)
})
afterAll(() => rmSync(folder, { recursive: true }))

const library = () => join(directory, 'deps', 'lib', 'libtensorflow_cc.so.2')
const locate = () => locateLibrary(cache, sample.recipe)
const setupAgain = () => setupLibrary(sample.recipe, { cache, offlineWheels: [sample.wheel] })

describe('a library that changed after set-up', () => {
  it('is seen at a start when a size changed, and made anew by set-up', async () => {
    appendFileSync(library(), 'x')
    expect(locate()).toMatchObject({ state: 'damaged', problem: expect.stringContaining('libtensorflow_cc.so.2 has') })
    expect((await verifyLibrary(directory)).ok).toBe(false)
    expect((await setupAgain()).state).toBe('installed')
    expect(locate().state).toBe('ready')
  })

  it('is seen at a start when a file is gone', () => {
    rmSync(library())
    expect(locate()).toMatchObject({ state: 'damaged', problem: expect.stringContaining('is missing') })
  })

  it('is seen by the full check when one byte was changed and size and time were kept', async () => {
    const { atime, mtime } = statSync(library())
    const content = readFileSync(library())
    content.writeUInt8((content.readUInt8(5000) + 1) % 256, 5000)
    writeFileSync(library(), content)
    utimesSync(library(), atime, mtime)
    expect(locate().state).toBe('ready')
    expect(await verifyLibrary(directory)).toEqual({
      ok: false,
      problems: ['The content of deps/lib/libtensorflow_cc.so.2 is not what set-up left.'],
    })
  })

  it('is taken as it is when only its times changed, as by a copy', async () => {
    utimesSync(library(), 1e9, 1e9)
    expect(locate().state).toBe('damaged')
    const report = await setupLibrary(sample.recipe, { cache, environment: { PATH: '/nowhere' } })
    expect(report).toMatchObject({ state: 'already-there' })
    expect(locate().state).toBe('ready')
    expect(await verifyLibrary(directory)).toEqual({ ok: true, problems: [] })
  })

  it.each([
    ['cut off', '{"schema": "bitgauge/tensorflow-library/1", "files"'],
    ['of another shape', '{"schema": "bitgauge/tensorflow-library/1", "files": []}'],
  ])('is damaged when its manifest is %s', async (_what, text) => {
    writeFileSync(join(directory, 'manifest.json'), text)
    expect(locate().state).toBe('damaged')
    expect((await verifyLibrary(directory)).ok).toBe(false)
    expect((await setupAgain()).state).toBe('installed')
  })

  it('is not loaded from a folder that others may write to', () => {
    chmodSync(directory, 0o777)
    expect(locate()).toMatchObject({ state: 'damaged', problem: expect.stringContaining('Other users') })
  })

  it('is another library for another recipe', () => {
    const other = { ...sample.recipe, addon: { ...sample.recipe.addon, version: '2.0.0' } }
    expect(locateLibrary(cache, other)).toMatchObject({ state: 'missing', bytes: 0 })
  })
})
