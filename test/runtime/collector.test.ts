import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { compileProgram, strictFlags } from '../../build/runtime/compile.ts'
import { root } from '../../build/tasks/run.ts'

const folder = 'src/runtime/collector'
const sources = [
  'test/runtime/programs/collector_check.c',
  ...readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => `${folder}/${name}`),
]
const isKernels = (name: string): boolean => /^(kernels|kernels_.*|product_.*|tiles_.*|status)\.c$/.test(name)

/** Those of the kernels' own test, so that what they share is compiled once. */
const builds = {
  'strict warnings': strictFlags,
  sanitizers: [
    ...['-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
    '-fno-sanitize=pointer-overflow,null,alignment,object-size',
  ],
}

describe('the collector of profiles', () => {
  it.each(Object.entries(builds))(
    'gives the words of its scalar twin with every set of kernels, table and group: %s',
    async (_what, flags) => {
      const program = await compileProgram(sources, { flags, library: isKernels })
      for (const seed of ['1', '2']) {
        const { stdout } = await promisify(execFile)(program, ['60', seed])
        const lines = stdout.trimEnd().split('\n')
        expect(lines.at(-1)).toBe('scalar: 60 compared, 0 different')
        for (const line of lines) expect(line).toMatch(/: 60 compared, 0 different$/)
      }
    },
    600_000,
  )
})
