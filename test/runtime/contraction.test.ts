import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exactFlags } from '../../build/runtime/compile.ts'
import { exactFlags as exactAddonFlags } from '../../build/setup/runtime/runtimeRecipe.ts'
import { root } from '../../build/tasks/run.ts'
import { golden, goldenModel } from '../core/quantization/goldenVectors.ts'
import { compareRun, emptyEngineComparison, referenceOf } from './support/compareEngine.ts'
import { runTraced, traceProgram } from './support/traceProgram.ts'

const pairs = golden.models.map(({ model, texts }) => ({
  model: goldenModel(model),
  texts: texts.map(({ tokens }) => tokens),
}))

async function differences(program: string): Promise<number> {
  const total = emptyEngineComparison()
  const found = await runTraced(program, pairs, [{ kernels: 'scalar', batch: 1, traced: true }])
  found.forEach((runs, k) => runs.forEach((run) => compareRun(total, referenceOf(pairs[k]!), run)))
  return total.different
}

/** arm64 and riscv64 fuse by nature, x64 where it is told that it may and the machine can. */
const fusing = process.arch === 'x64' ? ['-mfma'] : []
const cpuinfo = process.platform === 'linux' ? readFileSync('/proc/cpuinfo', 'utf8') : ''
const cannot = process.arch === 'x64' && !/\bfma\b/.test(cpuinfo) ? ' (skipped: no fused multiply-add here)' : ''

/** Compiles the whole library first, beside other suites that do the same. */
const timeout = 300_000

describe('a product and a sum that a compiler makes one operation', { timeout }, () => {
  it.each([
    ['the builds of tests and boards', exactFlags.join(' ')],
    ['the addon', exactAddonFlags.join(' ')],
    ...['src/runtime/Makefile', 'src/runtime/README.md', 'src/runtime/example/Makefile'].map(
      (file): [string, string] => [file, readFileSync(join(root, file), 'utf8')],
    ),
  ])('are forbidden by %s', (_, flags) => {
    expect(flags).toContain('-ffp-contract=off')
  })

  it('are not there in the numbers of the golden models', async () => {
    expect(await differences(await traceProgram())).toBe(0)
  })

  it.skipIf(cannot !== '')(`would change some of these${cannot}`, async () => {
    const flags = [...fusing, '-ffp-contract=fast']
    expect(await differences(await traceProgram({ compiler: ['clang'], flags }))).toBeGreaterThan(50)
  })
})
