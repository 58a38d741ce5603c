import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { strictFlags } from '../../build/runtime/compile.ts'
import { root } from '../../build/tasks/run.ts'
import { expectedHeader, isIntegerExact } from '../../src/core/export/runtimeFiles.ts'
import { scoredText } from '../../src/core/profile/resultChecksum.ts'
import { evaluateText, prepareModel } from '../../src/core/quantization/evaluateText.ts'
import { integerWidths, randomModel, randomTokens } from '../core/quantization/randomModel.ts'
import { filesOf, keptFolder } from './boardProgram.ts'
import { modelFile } from './modelFiles.ts'

const run = promisify(execFile)
const runtime = join(root, 'src', 'runtime')
const sources = (): string[] => readdirSync(runtime, { recursive: true, encoding: 'utf8' }).sort()

/** One build for all: it takes the longest. */
const out = keptFolder()
const made = { stdout: '' }
beforeAll(async () => {
  const before = sources()
  Object.assign(made, await run('make', ['-j2', '-C', runtime, `O=${out}`, 'CC=cc', 'CFLAGS=-O1 -DANYTHING=1']))
  expect(sources()).toEqual(before)
}, 300_000)

describe('make', () => {
  it('builds program and library outside the tree, with the compiler and flags that it is given', async () => {
    expect(made.stdout).toMatch(/^cc +-O1 -DANYTHING=1 -std=c99 -ffp-contract=off /m)
    expect((await run(join(out, 'bitgauge-run'), ['--version'])).stdout).toMatch(/^bitgauge-run /)
    expect(existsSync(join(out, 'libbitgauge.a'))).toBe(true)
  })

  it('has nothing to do a second time', async () => {
    const { stdout } = await run('make', ['-C', runtime, `O=${out}`, 'bitgauge-run'])
    expect(stdout).not.toMatch(/cc/)
  })
})

describe('the example of the README', () => {
  it('compiles and says what the reference says', async () => {
    const example = /```c\n([\s\S]*?)```/.exec(readFileSync(join(runtime, 'README.md'), 'utf8'))![1]!
    const source = join(out, 'classify.c')
    writeFileSync(source, example.replace('{17, 4, 250}', '{4, 1, 5}'))
    const flags = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-I', join(runtime, 'include')]
    await run('cc', [...flags, '-o', join(out, 'classify'), source, join(out, 'libbitgauge.a'), '-lm'])
    const model = randomModel(4, { family: 'discriminative', widths: integerWidths })
    const file = join(out, 'model.bgq')
    writeFileSync(file, modelFile(model))
    const { predicted } = evaluateText(prepareModel(model), [4, 1, 5])
    expect((await run(join(out, 'classify'), [file])).stdout).toMatch(
      new RegExp(`^class ${predicted}, by the kernels \\w+\n$`),
    )
    writeFileSync(file, 'no model')
    await expect(run(join(out, 'classify'), [file])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/./),
    })
  })
})

describe('the example program of an export', () => {
  const compiled = async (name: string, header: string): Promise<string> => {
    const folder = join(out, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'expected.h'), header)
    const flags = ['-std=c99', ...strictFlags, '-I', join(runtime, 'include'), '-I', join(runtime, 'src'), '-I', folder]
    const sources = [join(runtime, 'example', 'main.c'), join(out, 'libbitgauge.a')]
    await run('cc', [...flags, '-o', join(folder, 'main'), ...sources, '-lm'])
    return join(folder, 'main')
  }

  it('compares the classes of a model with float products, and no more', async () => {
    const model = randomModel(9, { family: 'discriminative', widths: ['float'] })
    expect([isIntegerExact(model), isIntegerExact(randomModel(9, { widths: [8] }))]).toEqual([false, true])
    const texts = Array.from({ length: 20 }, (_, k) => randomTokens(k, model, k))
    const prepared = prepareModel(model)
    const scored = texts.map((text) => scoredText(evaluateText(prepared, text)))
    const record = { fingerprint: `sha256:${'0'.repeat(64)}` }
    const header = (of: typeof scored): string => expectedHeader({ record, texts: of, exact: false, version: '0.1.0' })
    const [, modelPath = '', , tokensPath = ''] = filesOf(model, texts)
    const right = await compiled('right', header(scored))
    expect((await run(right, [modelPath, tokensPath])).stdout).toBe('20 of 20 as expected\n')
    // The lowest class: what is found lies far above it.
    const others = scored.map((one) => ({ ...one, predicted: lowest(one.scores) }))
    const wrong = await compiled('wrong', header(others.with(3, scored[3]!)))
    await expect(run(wrong, [modelPath, tokensPath])).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^text 0 differs: class \d+ where \d+ is expected\n[\s\S]*\n1 of 20 as expected\n$/,
      ),
    })
  })
})

function lowest(scores: ArrayLike<number>): number {
  return Array.from(scores).reduce((least, score, y) => (score < scores[least]! ? y : least), 0)
}
