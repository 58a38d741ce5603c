import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { locateLibrary } from '../../build/setup/locate.ts'
import { readManifest } from '../../build/setup/manifest.ts'
import { setupLibrary } from '../../build/setup/setupLibrary.ts'
import type { Progress } from '../../src/shared/contract/jobs.ts'
import { tensorflowEntries } from './support/leftovers.ts'
import { servePackageIndex, type PackageIndex } from './support/packageIndex.ts'
import { makeSampleLibrary, type SampleLibrary } from './support/sampleLibrary.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

const folder = mkdtempSync(join(tmpdir(), 'bitgauge-setup-sample-'))
let sample: SampleLibrary
let index: PackageIndex

beforeAll(async () => {
  sample = makeSampleLibrary(folder)
  index = await servePackageIndex('bitgauge-sample', sample.wheel)
})
afterAll(async () => {
  await index.close()
  rmSync(folder, { recursive: true })
})

describe('setupLibrary', () => {
  it('downloads with pip, unpacks, builds an addon that calls the library, and does nothing the second time', async () => {
    const cache = temporaryFolder()
    const seen: Progress[] = []
    const options = { cache, environment: index.environment, onProgress: (progress: Progress) => seen.push(progress) }
    const report = await setupLibrary(sample.recipe, options)

    expect(report).toMatchObject({ state: 'installed', variant: 'cpu', downloaded_bytes: sample.pin.bytes })
    expect(tensorflowEntries(cache)).toEqual([basename(report.directory)])
    const located = locateLibrary(cache, sample.recipe)
    expect(located).toMatchObject({ state: 'ready', bytes: report.bytes })
    const addon = createRequire(import.meta.url)(located.addon) as { answer: () => number }
    expect(addon.answer()).toBe(42)

    const downloading = seen.filter((progress) => progress.phase === 'downloading')
    expect(downloading.at(-1)).toMatchObject({ done: sample.pin.bytes, total: sample.pin.bytes, unit: 'bytes' })
    const downloads = index.downloads
    expect(await setupLibrary(sample.recipe, options)).toMatchObject({ state: 'already-there', bytes: report.bytes })
    expect(index.downloads).toBe(downloads)
  })

  it('leaves a folder for its owner alone, with the files of the manifest and nothing that only the build needed', async () => {
    const cache = temporaryFolder()
    const { directory, bytes } = await setupLibrary(sample.recipe, { cache, offlineWheels: [sample.wheel] })
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    const manifest = readManifest(directory)
    if (typeof manifest === 'string') throw new Error(manifest)
    const there = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
    const listed = manifest.files.map((file) => join(directory, file.path))
    expect(there.sort()).toEqual([...listed, join(directory, 'manifest.json')].sort())
    const sums = execFileSync('sha256sum', listed, { encoding: 'utf8' }).trim().split('\n')
    expect(sums.map((line) => line.slice(0, 64))).toEqual(manifest.files.map((file) => file.sha256))
    expect(bytes).toBe(listed.reduce((sum, file) => sum + statSync(file).size, 0))
    expect(existsSync(join(sample.recipe.addon.folder, 'build'))).toBe(false)
  })

  it('needs neither pip nor a network with --offline', async () => {
    const cache = temporaryFolder()
    const environment = { ...index.environment, PIP_INDEX_URL: 'http://127.0.0.1:9/simple' }
    const report = await setupLibrary(sample.recipe, { cache, environment, offlineWheels: [sample.wheel] })
    expect(report).toMatchObject({ state: 'installed', downloaded_bytes: 0, download_s: 0 })
    expect(existsSync(sample.wheel)).toBe(true)
  })

  it('quotes the first error of the compiler and keeps its log and the wheel, so that a repetition downloads nothing', async () => {
    const cache = temporaryFolder()
    const environment = { ...index.environment, CXX: 'g++ -include missing-header.h' }
    const broken = { ...index.environment, CXX: 'g++ -Dsample_answer=3' }
    await expect(setupLibrary(sample.recipe, { cache, environment })).rejects.toMatchObject({
      code: 'compiler-missing',
      found: expect.stringContaining('missing-header.h'),
    })
    const failure = setupLibrary(sample.recipe, { cache, environment: broken })
    await expect(failure).rejects.toMatchObject({
      code: 'addon-build-failed',
      found: expect.stringMatching(/error: expected/),
      hint: expect.stringContaining(join(cache, 'logs')),
    })
    expect(tensorflowEntries(cache)).toEqual(['downloads'])
    const downloads = index.downloads
    const report = await setupLibrary(sample.recipe, { cache, environment: index.environment })
    expect(report).toMatchObject({ state: 'installed', downloaded_bytes: 0 })
    expect(index.downloads).toBe(downloads)
  })
})
