import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { findProgram } from '../../build/setup/findProgram.ts'
import { locateLibrary } from '../../build/setup/locate.ts'
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

describe('what is missing is named before anything is downloaded', () => {
  it.each<[string, string[], string, RegExp, RegExp]>([
    ['a C++ compiler', ['python3', 'make', 'sh'], 'compiler-missing', /C\+\+ compiler/, /apt install g\+\+ make/],
    ['make', ['python3', 'g++', 'as', 'sh'], 'compiler-missing', /make/, /apt install g\+\+ make/],
    ['Python', ['g++', 'as', 'make', 'sh'], 'python-missing', /Python 3\.8/, /python3 python3-pip/],
    ['Python and a compiler', ['sh'], 'python-missing', /Python 3\.8.*C\+\+/, /python3 python3-pip g\+\+ make/],
  ])('without %s', async (_what, programs, code, expected, hint) => {
    const cache = temporaryFolder()
    const environment = { ...index.environment, PATH: folderWith(programs) }
    await expect(setupLibrary(sample.recipe, { cache, environment })).rejects.toMatchObject({
      code,
      expected: expect.stringMatching(expected),
      hint: expect.stringMatching(hint),
    })
    expect(index.downloads).toBe(0)
    expect(locateLibrary(cache, sample.recipe).state).toBe('missing')
  })

  it('without pip, and then not asking for pip where the wheel is given', async () => {
    const cache = temporaryFolder()
    const python = pythonWithoutPip()
    const environment = { ...index.environment, BITGAUGE_PYTHON: python }
    await expect(setupLibrary(sample.recipe, { cache, environment })).rejects.toMatchObject({
      code: 'pip-missing',
      found: expect.stringContaining(python),
    })
    expect(index.downloads).toBe(0)
    const report = await setupLibrary(sample.recipe, { cache, environment, offlineWheels: [sample.wheel] })
    expect(report.state).toBe('installed')
  })

  it('with a Python that is too old', async () => {
    const python = script('echo 3.6.8')
    const environment = { ...index.environment, BITGAUGE_PYTHON: python }
    await expect(setupLibrary(sample.recipe, { cache: temporaryFolder(), environment })).rejects.toMatchObject({
      code: 'python-missing',
      found: `Python 3.6.8 at ${python}`,
    })
  })

  it('with a BITGAUGE_PYTHON that is no program', async () => {
    const environment = { ...index.environment, BITGAUGE_PYTHON: '/nowhere/python' }
    await expect(setupLibrary(sample.recipe, { cache: temporaryFolder(), environment })).rejects.toMatchObject({
      code: 'python-missing',
      found: expect.stringContaining('BITGAUGE_PYTHON'),
    })
  })

  it('with too little space on the disk', async (context) => {
    const cache = smallDisk(context, '2m')
    await expect(setupLibrary(sample.recipe, { cache, environment: index.environment })).rejects.toMatchObject({
      code: 'disk-full',
      expected: expect.stringContaining('MB of free disk space'),
      hint: expect.stringContaining('BITGAUGE_CACHE'),
    })
    expect(index.downloads).toBe(0)
  })
})

describe('a disk that fills up during set-up', () => {
  it('while pip writes is disk-full, and nothing stays', async (context) => {
    const cache = smallDisk(context, '100m')
    index.behaviour = 'slow'
    index.onHalf = () => fill(cache, 1)
    await expect(setupLibrary(sample.recipe, { cache, environment: index.environment })).rejects.toMatchObject({
      code: 'disk-full',
    })
    expect(locateLibrary(cache, sample.recipe).state).toBe('missing')
    expect(tensorflowEntries(cache)).toEqual([])
  })

  it('while it unpacks is disk-full, and nothing stays', async (context) => {
    const cache = smallDisk(context, '100m')
    const options = { cache, offlineWheels: [sample.wheel], onProgress: fillOn('unpacking', cache) }
    await expect(setupLibrary(sample.recipe, options)).rejects.toMatchObject({ code: 'disk-full' })
    expect(locateLibrary(cache, sample.recipe).state).toBe('missing')
    expect(tensorflowEntries(cache)).toEqual([])
  })
})

function folderWith(programs: readonly string[]): string {
  const bin = temporaryFolder()
  for (const name of programs) {
    // The interpreter itself, because a version manager's shim would look for more on PATH.
    const path = name === 'python3' ? pythonPath() : findProgram([name], process.env['PATH'])
    if (path === undefined) throw new Error(`${name} is not on PATH`)
    symlinkSync(path, join(bin, name))
  }
  return bin
}

function pythonPath(): string {
  return execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
}

function pythonWithoutPip(): string {
  return script(`case "$*" in *pip*) echo "No module named pip" >&2; exit 1;; esac\nexec ${pythonPath()} "$@"`)
}

function script(text: string): string {
  const file = join(temporaryFolder(), 'python')
  writeFileSync(file, `#!/bin/sh\n${text}\n`)
  chmodSync(file, 0o755)
  return file
}

/** A file system of this size; skips the test, with the reason, where we may not mount one. */
function smallDisk(context: TestContext, size: string): string {
  const disk = temporaryFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'pipe' })
  } catch (error) {
    context.skip(`no small file system could be mounted: ${(error as Error).message.split('\n')[0] ?? ''}`)
  }
  onTestFinished(() => void execFileSync('umount', [disk]))
  return disk
}

/** Takes all free space but some bytes. */
function fill(disk: string, left: number): void {
  const blocks = execFileSync('stat', ['-f', '-c', '%a %S', disk], { encoding: 'utf8' }).trim().split(' ').map(Number)
  const free = (blocks[0] ?? 0) * (blocks[1] ?? 0)
  writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, free - left)))
}

function fillOn(phase: string, disk: string) {
  let done = false
  return (progress: { phase: string }): void => {
    if (done || progress.phase !== phase) return
    done = true
    fill(disk, 4096)
  }
}
