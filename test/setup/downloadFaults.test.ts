import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { locateLibrary } from '../../build/setup/locate.ts'
import { setupLibrary } from '../../build/setup/setupLibrary.ts'
import { tensorflowEntries } from './support/leftovers.ts'
import { servePackageIndex, type Behaviour, type PackageIndex } from './support/packageIndex.ts'
import { makeSampleLibrary, type SampleLibrary } from './support/sampleLibrary.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

const folder = mkdtempSync(join(tmpdir(), 'bitgauge-setup-sample-'))
let sample: SampleLibrary
let index: PackageIndex

beforeAll(async () => {
  sample = makeSampleLibrary(folder)
  index = await servePackageIndex('bitgauge-sample', sample.wheel)
})
beforeEach(() => {
  index.behaviour = 'whole'
  index.onHalf = () => {}
})
afterAll(async () => {
  await index.close()
  rmSync(folder, { recursive: true })
})

describe('a download that fails', () => {
  it.each<[Behaviour, string, string]>([
    ['cut', 'is cut half way', 'download-failed'],
    ['wrong', 'has other bytes than the pinned', 'hash-mismatch'],
    ['refuse', 'is refused by the server', 'download-failed'],
  ])('(%s) that %s is %s, leaves nothing, and can be repeated', async (behaviour, _what, code) => {
    const cache = temporaryFolder()
    const options = { cache, environment: index.environment }
    index.behaviour = behaviour
    await expect(setupLibrary(sample.recipe, options)).rejects.toMatchObject({ code })
    expect(locateLibrary(cache, sample.recipe).state).toBe('missing')
    expect(tensorflowEntries(cache).filter((name) => name !== 'downloads')).toEqual([])
    index.behaviour = 'whole'
    expect((await setupLibrary(sample.recipe, options)).state).toBe('installed')
  })

  it('names the file and what pip said where the index cannot be reached', async () => {
    const environment = { ...index.environment, PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_RETRIES: '1' }
    await expect(setupLibrary(sample.recipe, { cache: temporaryFolder(), environment })).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining(sample.pin.file),
      found: expect.stringMatching(/connection|refused/i),
      hint: expect.stringContaining('--offline'),
    })
  })

  it('that hangs ends at once when it is cancelled, with pip, and leaves nothing', async () => {
    const cache = temporaryFolder()
    const controller = new AbortController()
    index.behaviour = 'half'
    index.onHalf = () => controller.abort()
    const options = { cache, environment: index.environment, signal: controller.signal }
    await expect(setupLibrary(sample.recipe, options)).rejects.toMatchObject({ code: 'cancelled' })
    expect(tensorflowEntries(cache)).toEqual(['downloads'])
    expect(readdirSync(join(cache, 'tensorflow', 'downloads'))).toEqual([])
    expect(runningWith(cache)).toEqual([])
  })
})

/** Command lines of processes that name this folder. */
function runningWith(path: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => commandLine(name))
    .filter((line) => line.includes(path))
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
