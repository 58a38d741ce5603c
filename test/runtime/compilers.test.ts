import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { strictFlags } from '../../build/runtime/compile.ts'
import { root } from '../../build/tasks/run.ts'
import { boardProgram, temporaryFolder } from './boardProgram.ts'

const runtime = join(root, 'src', 'runtime')

/** As the README has it; `flags` besides. */
const plain = (compiler: string, flags: string, output: string): string =>
  `${compiler} -std=c99 -O2 -ffp-contract=off ${flags} -Iinclude -Isrc -o ${output} src/*.c program/*.c -lm -lpthread`

const sh = (command: string): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)('sh', ['-c', command], { cwd: runtime })

const sourcesOf = (folder: string): string[] =>
  readdirSync(join(runtime, folder))
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(folder, name))

/** Compiles the whole library first, beside other suites that do the same. */
const timeout = 300_000

describe('the sources of the runtime', { timeout }, () => {
  it('have no warning with gcc, as every test of the program compiles them', async () => {
    const { stdout } = await promisify(execFile)(await boardProgram(), ['--version'])
    expect(stdout).toMatch(/^bitgauge-run \d/)
  })

  it('make the board program with clang by one plain command, without a warning', async () => {
    const output = join(temporaryFolder(), 'bitgauge-run')
    expect(await sh(plain('clang', strictFlags.join(' '), output))).toEqual({ stdout: '', stderr: '' })
    expect((await sh(`${output} --version`)).stdout).toMatch(/^bitgauge-run \d/)
  })

  it.each(['gcc', 'clang'])('for fuzzing have no warning with %s', async (compiler) => {
    const flags = `-std=c99 ${strictFlags.join(' ')} -fsyntax-only -Iinclude -Isrc`
    expect(await sh(`${compiler} ${flags} ${sourcesOf('fuzz').join(' ')}`)).toEqual({ stdout: '', stderr: '' })
  })
})
