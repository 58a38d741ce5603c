import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { locateLibrary } from '../../build/setup/locate.ts'
import type { SetupReport } from '../../build/setup/setupReport.ts'
import { setupLibrary } from '../../build/setup/setupLibrary.ts'
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
beforeEach(() => {
  index.behaviour = 'whole'
  index.onHalf = () => {}
  index.downloads = 0
})
afterAll(async () => {
  await index.close()
  rmSync(folder, { recursive: true })
})

describe('a set-up that is killed', () => {
  it('half way through the download is repeated from the start, without what it left', async () => {
    const cache = temporaryFolder()
    index.behaviour = 'half'
    const halfWay = new Promise<void>((resolve) => (index.onHalf = resolve))
    const child = startSetup(cache)
    await halfWay
    await kill(child.process)
    expect(locateLibrary(cache, sample.recipe).state).toBe('missing')
    expect(tensorflowEntries(cache)).toContainEqual(expect.stringMatching(/^staging-/))
    index.behaviour = 'whole'
    ageLock(cache)
    const report = await setupLibrary(sample.recipe, { cache, environment: index.environment })
    expect(report).toMatchObject({ state: 'installed', downloaded_bytes: sample.pin.bytes })
    expect(tensorflowEntries(cache)).toEqual([basename(report.directory)])
  })

  it('while it builds is repeated with the wheel that it had', async () => {
    const cache = temporaryFolder()
    const child = startSetup(cache)
    await child.phase('building the addon')
    await kill(child.process)
    expect(locateLibrary(cache, sample.recipe).state).toBe('missing')
    expect(readdirSync(join(cache, 'tensorflow', 'downloads'))).toEqual([sample.pin.file])
    ageLock(cache)
    const report = await setupLibrary(sample.recipe, { cache, environment: index.environment })
    expect(report).toMatchObject({ state: 'installed', downloaded_bytes: 0 })
    expect(index.downloads).toBe(1)
    expect(tensorflowEntries(cache)).toEqual([basename(report.directory)])
  })
})

describe('two set-ups at once', () => {
  it('do the work once: the second waits, says so, and finds the library', async () => {
    const cache = temporaryFolder()
    index.behaviour = 'slow'
    const first = startSetup(cache)
    await first.phase('downloading')
    const second = startSetup(cache)
    await second.phase('waiting for another set-up')
    expect((await first.report).state).toBe('installed')
    expect((await second.report).state).toBe('already-there')
    expect(index.downloads).toBe(1)
  })

  it('end in setup-busy where the first does not come to its end', async () => {
    const cache = temporaryFolder()
    index.behaviour = 'half'
    const first = startSetup(cache)
    await first.phase('downloading')
    const options = { cache, environment: index.environment, wait_s: 0.5 }
    await expect(setupLibrary(sample.recipe, options)).rejects.toMatchObject({ code: 'setup-busy' })
    await kill(first.process)
  })
})

interface SetupChild {
  process: ChildProcess
  phase: (name: string) => Promise<void>
  report: Promise<SetupReport>
}

function startSetup(cache: string): SetupChild {
  const program = fileURLToPath(new URL('support/setupInChild.ts', import.meta.url))
  const given = JSON.stringify({ recipe: sample.recipe, cache, environment: index.environment })
  const child = spawn(process.execPath, [program, given], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: { phase?: string; report?: SetupReport }[] = []
  const listeners = new Set<() => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line))
    listeners.forEach((listener) => listener())
  })
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const listener = (): void => {
        const found = look()
        if (found === undefined) return
        listeners.delete(listener)
        resolve(found)
      }
      listeners.add(listener)
      child.once('close', () => reject(new Error('the process ended before that')))
      listener()
    })
  const report = until(() => lines.find((line) => line.report !== undefined)?.report)
  report.catch(() => {})
  const phase = async (name: string): Promise<void> => {
    await until(() => lines.find((line) => line.phase === name))
  }
  return { process: child, phase, report }
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGKILL')
  await closed
}

/** Makes the lock of the killed process as old as it would be ten seconds later. */
function ageLock(cache: string): void {
  const past = Date.now() / 1000 - 60
  utimesSync(join(cache, 'tensorflow', 'setup.lock'), past, past)
}
