import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { locateLibrary } from '../../build/setup/locate.ts'
import { setupLibrary } from '../../build/setup/setupLibrary.ts'
import { tensorflowEntries } from './support/leftovers.ts'
import { makeWheel } from './support/makeWheel.ts'
import { makeSampleLibrary, pinOf, recipeOf, type SampleLibrary } from './support/sampleLibrary.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

const folder = mkdtempSync(join(tmpdir(), 'bitgauge-setup-sample-'))
let sample: SampleLibrary

beforeAll(() => {
  sample = makeSampleLibrary(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const library = (name: string) => ({ name: `sample/${name}`, content: Buffer.from('library') })
const parts = [
  library('libtensorflow_cc.so.2'),
  library('libtensorflow_framework.so.2'),
  library('data/padding.bin'),
  library('include/sample.h'),
]

describe('a wheel that is pinned but not as it should be', () => {
  it.each<[string, (file: string) => void, RegExp]>([
    ['is cut off', (file) => truncateSync(copySample(file), 100_000), /central directory/i],
    ['is no archive', (file) => writeFileSync(file, 'not a wheel'), /central directory|zip/i],
    ['has an entry that climbs out', (file) => makeWheel(file, [...parts, library('../../out')]), /relative path/],
    ['has an absolute entry', (file) => makeWheel(file, [...parts, { ...library(''), name: '/tmp/out' }]), /absolute/],
    ['lacks a library', (file) => makeWheel(file, parts.slice(1)), /libtensorflow_cc/],
    ['holds a link', (file) => makeWheel(file, [{ ...library('data/link'), link: true }, ...parts]), /is a link/],
    ['holds an entry twice', (file) => makeWheel(file, [library('data/padding.bin'), ...parts]), /EEXIST/],
    [
      'unpacks to more than it should',
      (file) => makeWheel(file, [{ name: 'sample/data/bomb', content: Buffer.alloc(50_000_000) }, ...parts]),
      /more than/,
    ],
    ['has damaged content', (file) => damage(copySample(file)), /.+/],
    ['has a wrong checksum', (file) => falsifyChecksum(file), /checksum/],
  ])('that %s is wheel-invalid and nothing of it stays', async (_what, make, found) => {
    const [cache, wheels] = [temporaryFolder(), temporaryFolder()]
    const file = join(wheels, sample.pin.file)
    make(file)
    const recipe = recipeOf(pinOf(file), sample.recipe.addon.folder)
    await expect(setupLibrary(recipe, { cache, offlineWheels: [file] })).rejects.toMatchObject({
      code: 'wheel-invalid',
      found: expect.stringMatching(found),
    })
    expect(locateLibrary(cache, recipe).state).toBe('missing')
    expect(tensorflowEntries(cache)).toEqual([])
  })
})

describe('a wheel given with --offline', () => {
  it('that is damaged is a hash-mismatch which names both sums', async () => {
    const [cache, wheels] = [temporaryFolder(), temporaryFolder()]
    const file = damage(copySample(join(wheels, sample.pin.file)))
    await expect(setupLibrary(sample.recipe, { cache, offlineWheels: [file] })).rejects.toMatchObject({
      code: 'hash-mismatch',
      expected: expect.stringContaining(sample.pin.sha256),
      found: expect.stringContaining(pinOf(file).sha256),
    })
  })

  it('that is not there is not-found', async () => {
    const options = { cache: temporaryFolder(), offlineWheels: ['/nowhere/sample.whl'] }
    await expect(setupLibrary(sample.recipe, options)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('may have any name, and all that are needed must be given', async () => {
    const [cache, wheels] = [temporaryFolder(), temporaryFolder()]
    const second = join(wheels, 'second.whl')
    makeWheel(second, parts)
    const pins = [sample.pin, { ...pinOf(second), file: 'other-1.0-py3-none-any.whl' }]
    const recipe = { ...sample.recipe, pin: { ...sample.recipe.pin, wheels: pins } }
    await expect(setupLibrary(recipe, { cache, offlineWheels: [second] })).rejects.toMatchObject({
      code: 'input-invalid',
      expected: '2 files',
      found: expect.stringContaining(sample.pin.file),
    })
  })
})

function copySample(file: string): string {
  writeFileSync(file, readFileSync(sample.wheel))
  return file
}

/** Changes some bytes in the middle, which lie in the compressed padding. */
function damage(file: string): string {
  const content = readFileSync(file)
  content.fill(0xff, 1_500_000, 1_500_064)
  writeFileSync(file, content)
  return file
}

/** Changes the checksum of the first entry in the central directory alone: the content is right, its record is not. */
function falsifyChecksum(file: string): void {
  makeWheel(file, parts)
  const content = readFileSync(file)
  const record = content.indexOf(Buffer.from('PK\x01\x02'))
  content.writeUInt32LE(0xdeadbeef, record + 16)
  writeFileSync(file, content)
}
