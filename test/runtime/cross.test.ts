import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { boardProgramsSchema, crossBuild } from '../../build/runtime/cross/crossBuild.ts'
import { setupZig, zigPath, zigWheel } from '../../build/runtime/cross/setupZig.ts'
import { elfMachine, targets } from '../../build/runtime/cross/targets.ts'
import type { WheelPin } from '../../build/setup/libraryPin.ts'
import { defaultPaths } from '../../src/host/paths.ts'
import { makeWheel } from '../setup/support/makeWheel.ts'
import { servePackageIndex, type PackageIndex } from '../setup/support/packageIndex.ts'
import { padding } from '../setup/support/sampleLibrary.ts'
import { temporaryFolder } from '../setup/support/temporaryFolder.ts'
import { ended } from './boardProgram.ts'
import { boards, emulated, lacks } from './support/boards.ts'

const folder = mkdtempSync(join(tmpdir(), 'bitgauge-cross-'))
const wheelName = 'sample_zig-1.0-py3-none-manylinux_2_17_x86_64.whl'
let pin: WheelPin
let index: PackageIndex

beforeAll(async () => {
  const wheel = join(folder, wheelName)
  const info = 'sample_zig-1.0.dist-info'
  makeWheel(wheel, [
    { name: 'ziglang/zig', content: Buffer.from('#!/bin/sh\necho 1.0\n'), program: true },
    { name: 'ziglang/lib/std/std.zig', content: Buffer.from('// std\n') },
    { name: 'ziglang/lib/libcxx/vector', content: padding() },
    { name: `${info}/METADATA`, content: Buffer.from('Metadata-Version: 2.1\nName: sample-zig\nVersion: 1.0\n') },
    { name: `${info}/WHEEL`, content: Buffer.from('Wheel-Version: 1.0\nTag: py3-none-manylinux_2_17_x86_64\n') },
    { name: `${info}/RECORD`, content: Buffer.from('') },
  ])
  const content = readFileSync(wheel)
  pin = {
    package: 'sample-zig',
    version: '1.0',
    file: wheelName,
    bytes: content.length,
    sha256: sha256(content),
    unpackedBytes: 1000,
    take: [
      { from: 'ziglang/zig', to: 'zig' },
      { from: 'ziglang/lib/std/', to: 'lib/std/', buildOnly: true },
    ],
  }
  index = await servePackageIndex('sample-zig', wheel)
})
beforeEach(() => {
  index.behaviour = 'whole'
  index.downloads = 0
})
afterAll(async () => {
  await index.close()
  rmSync(folder, { recursive: true })
})

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe('the compiler of board programs', () => {
  const zigEntries = (cache: string): string[] => readdirSync(join(cache, 'zig'))

  it("comes out of its wheel by the user's pip, once, with what is needed of it", async () => {
    const options = { cache: temporaryFolder(), environment: index.environment, wheel: pin }
    const zig = await setupZig(options)
    expect((await promisify(execFile)(zig)).stdout).toBe('1.0\n')
    expect(readdirSync(join(zig, '..', 'lib'))).toEqual(['std'])
    expect(await setupZig(options)).toBe(zig)
    expect(index.downloads).toBe(1)
    expect(zigEntries(options.cache)).toHaveLength(1)
  })

  it('comes out of a wheel that is given, without a Python', async () => {
    const environment = { ...index.environment, PATH: temporaryFolder() }
    const offline = join(folder, wheelName)
    const zig = await setupZig({ cache: temporaryFolder(), environment, wheel: pin, offline })
    expect(statSync(zig).mode & 0o111).not.toBe(0)
    expect(index.downloads).toBe(0)
  })

  it('is not there, whole or in part, after a download of other bytes, and can be asked for again', async () => {
    const options = { cache: temporaryFolder(), environment: index.environment, wheel: pin }
    const other = { ...pin, sha256: '0'.repeat(64) }
    index.behaviour = 'slow' // so that the size that the file had reached can be seen
    await expect(setupZig({ ...options, wheel: other })).rejects.toMatchObject({ code: 'hash-mismatch' })
    expect(zigEntries(options.cache)).toEqual([])
    index.behaviour = 'whole'
    expect(existsSync(await setupZig(options))).toBe(true)
  })

  it('says what is missing where there is no Python, or a wheel that is not there', async () => {
    const environment = { ...index.environment, PATH: temporaryFolder() }
    const options = { cache: temporaryFolder(), environment, wheel: pin }
    await expect(setupZig(options)).rejects.toMatchObject({
      code: 'python-missing',
      hint: expect.stringMatching(/apt install python3.*--offline/),
    })
    await expect(setupZig({ ...options, offline: join(folder, 'none.whl') })).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(zigEntries(options.cache)).toEqual([])
  })

  it('is refused on a platform that has no wheel', () => {
    expect(() => zigWheel('win32-x64')).toThrowError(expect.objectContaining({ code: 'platform-unsupported' }))
  })
})

/** A compiler that writes the header of an ELF file for a machine, whatever it is asked. */
function headerCompiler(machine: number): string {
  const file = join(temporaryFolder(), 'compiler')
  const bytes = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...Array<number>(9).fill(0), 2, 0, machine, 0]
  const escaped = bytes.map((byte) => `\\0${byte.toString(8)}`).join('')
  const take = 'while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done'
  writeFileSync(file, `#!/bin/sh\n${take}\n[ -z "$out" ] && echo 1.0 || printf '%b' '${escaped}' > "$out"\n`)
  chmodSync(file, 0o755)
  return file
}

describe('a folder of board programs', () => {
  const [x64, arm64] = targets
  const optionsOf = (machine: number, output: string) => ({ zig: headerCompiler(machine), zigCache: folder, output })

  it('has each program under its name, and a manifest of sizes and sha256 that repeats', async () => {
    const output = join(temporaryFolder(), 'boards')
    const options = { ...optionsOf(183, output), targets: [arm64!] }
    const manifest = await crossBuild(options)
    const written = boardProgramsSchema.parse(JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')))
    expect(written).toEqual(manifest)
    const program = readFileSync(join(output, 'bitgauge-run-arm64'))
    expect(manifest.programs).toEqual([
      {
        target: 'arm64',
        triple: 'aarch64-linux-musl',
        file: 'bitgauge-run-arm64',
        bytes: program.length,
        sha256: sha256(program),
      },
    ])
    expect(manifest.flags).toContain('-ffp-contract=off')
    expect(statSync(join(output, 'bitgauge-run-arm64')).mode & 0o111).not.toBe(0)
    expect(await crossBuild(options)).toEqual(manifest)
    expect(readdirSync(output).sort()).toEqual(['bitgauge-run-arm64', 'manifest.json'])
  })

  it('has no manifest where a program is for another machine', async () => {
    const output = temporaryFolder()
    await crossBuild({ ...optionsOf(62, output), targets: [x64!] })
    const wrong = { ...optionsOf(62, output), targets: [x64!, arm64!] }
    await expect(crossBuild(wrong)).rejects.toThrowError(/machine 62, not 183/)
    expect(readdirSync(output)).not.toContain('manifest.json')
  })
})

describe("an ELF file's machine", () => {
  it('is read from its header, and from nothing else', () => {
    const own = targets.find(({ name }) => name === process.arch)
    expect(elfMachine(readFileSync(process.execPath))).toBe(own?.machine)
    expect(elfMachine(Buffer.from('#!/bin/sh\n and more than twenty bytes'))).toBeUndefined()
    expect(elfMachine(new Uint8Array(3))).toBeUndefined()
  })
})

const { cache } = defaultPaths()
const arm = boards[0]!
/** A hundred megabytes, fetched by CI, and by a person who asks for board programs. */
const wanted = process.env['CI'] === 'true' || existsSync(zigPath(cache, zigWheel()))
const why = wanted ? lacks({ ...arm, compiler: ['sh'] }) : 'no zig in the cache: npm run runtime:cross'

describe.skipIf(why !== null)(
  `the program that zig builds for arm64${why === null ? '' : ` (skipped: ${why})`}`,
  () => {
    it('is at most 400 KiB, and runs', { timeout: 600_000 }, async () => {
      const zig = await setupZig({ cache })
      const output = temporaryFolder()
      const chosen = targets.filter(({ name }) => name === 'arm64')
      const { programs } = await crossBuild({ zig, zigCache: join(cache, 'zig', 'compiled'), targets: chosen, output })
      expect(programs[0]!.bytes).toBeLessThanOrEqual(400 * 1024)
      const { program, remove } = emulated(arm, 'max', join(output, programs[0]!.file))
      const { code, stdout } = await ended(program, ['--version'])
      remove()
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^bitgauge-run \d/) })
    })
  },
)
