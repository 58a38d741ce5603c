import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { encodeQuantizedModel } from '../../../src/core/quantization/file/encodeQuantizedModel.ts'
import { sectionKinds } from '../../../src/core/quantization/file/sectionKinds.ts'
import { decodeTokenFile } from '../../../src/core/quantization/file/tokenFile.ts'
import type { QuantizedModel } from '../../../src/core/quantization/quantizedModel.ts'
import { toVocabularyFile, vocabularyOf } from '../../../src/core/text/vocabulary.ts'
import { DatasetService } from '../../../src/host/dataset/datasetService.ts'
import { exportRuntime } from '../../../src/host/export/runtime/exportRuntime.ts'
import { anyPath, noPath } from '../../../src/host/models/allowPath.ts'
import type { DatasetRecord } from '../../../src/shared/contract/datasetRecord.ts'
import { datasetGenerateSchema } from '../../../src/shared/contract/dataset.ts'
import { defaultTokenizer } from '../../../src/shared/contract/datasetRules.ts'
import { runtimeExportSchema, type QuantizedModelRecord } from '../../../src/shared/contract/quantizedModel.ts'
import { exportedSchema } from '../../../src/shared/contract/results.ts'
import { contentFingerprint } from '../../../src/store/content/contentStore.ts'
import { DatasetStore } from '../../../src/store/datasets/index.ts'
import { QuantizedStore } from '../../../src/store/quantization/index.ts'
import { randomModel } from '../../core/quantization/randomModel.ts'
import { entriesOf, repaired } from '../../runtime/modelFiles.ts'
import { missing, temporaryFolder } from './support.ts'

const run = promisify(execFile)
const errorWith = (code: string) => expect.objectContaining({ code }) as Error
const noCompiler = missing('cc', 'gcc')

const someClasses = ['calm <img>', 'music', 'timer', 'weather']
/** The first random model of a seed with as many classes as the data. */
function modelOf(family: 'discriminative' | 'generative'): QuantizedModel {
  for (let seed = 1; ; seed += 1) {
    const model = randomModel(seed, { family, head: 'shared', widths: [4, 8], size: 30 })
    if (model.spec.classes === someClasses.length) return model
  }
}

let home: string
let stores: { datasets: DatasetStore; quantized: QuantizedStore; allowPath: typeof anyPath }
beforeEach(() => {
  home = temporaryFolder()
  stores = { datasets: new DatasetStore(home), quantized: new QuantizedStore(home), allowPath: anyPath }
})

const words = 'the a to in on please set play what is for my me at of and'.split(' ')

/** Stores a model, as `bitgauge quantize` does, made for some dataset or for none. */
async function put(
  model: QuantizedModel,
  changes: Partial<QuantizedModelRecord> = {},
  classes: readonly string[] = someClasses,
): Promise<QuantizedModelRecord> {
  const known = Array.from({ length: model.spec.words - 4 }, (_, k) => words[k] ?? `word${k}`)
  const vocabulary = { fingerprint: vocabularyOf(known).fingerprint, file: toVocabularyFile(known) }
  const bytes = encodeQuantizedModel(model, {
    classes: [...classes],
    vocabulary,
    tokenizer: defaultTokenizer,
    maxLength: 40,
    origin: {},
  })
  const fingerprint = contentFingerprint(bytes)
  const record: QuantizedModelRecord = {
    ...{ kind: 'quantized-model', version: 1, id: '01KAHE0000000000000000000A', name: 'small-w4-a8-c8' },
    ...{ created: '2026-11-21T10:00:00.000Z', fingerprint, run: '01KAHE0000000000000000000B' },
    model: { id: '01KAHE0000000000000000000C', name: 'small', fingerprint: `sha256:${'1'.repeat(64)}` },
    ...{ family: model.spec.family, recipe: model.recipe, bits: model.bits, calibration: null, adjustments: [] },
    ...{ warnings: [], dataset: null, file: 'model.bgq', bytes: bytes.length, ...changes },
  }
  return (await stores.quantized.put(bytes, record)).stored.record
}

async function generate(): Promise<DatasetRecord> {
  const input = { options: { generator: 'voice-commands', size: 400 }, name: 'commands' }
  for await (const event of new DatasetService({ home }).generate(datasetGenerateSchema.parse(input))) {
    if (event.type === 'done') return event.made.dataset
  }
  throw new Error('nothing was generated')
}

function textFile(name: string, ...lines: string[]): string {
  const path = join(home, name)
  writeFileSync(path, lines.join('\n'))
  return path
}

const lines = ['Please set the timer.', '', 'what is PLAY in a set', 'zzz', 'on on on on on on on', 'to me']
const asked = (changes: object = {}) =>
  runtimeExportSchema.parse({
    model: 'small-w4-a8-c8',
    out: 'unused',
    textFile: textFile('texts.txt', ...lines),
    ...changes,
  })
const made = (changes: object = {}, out = join(home, 'out')) => exportRuntime(asked(changes), out, stores)

/** The file with another prior of class 0, which any score shows; its checksum is wrong then. */
function withAnotherPrior(file: Uint8Array): Uint8Array {
  const prior = entriesOf(file).find(({ kind }) => kind === sectionKinds.prior)!
  const copy = file.slice()
  new DataView(copy.buffer).setFloat64(prior.offset, -3, true)
  return copy
}

/** Every file below a folder, with slashes. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()

describe('an exported runtime', () => {
  it('is the model, its texts, what the reference says of them, and sources, all of it listed', async () => {
    const record = await put(modelOf('discriminative'))
    const exported = exportedSchema.parse(await made())
    const out = join(home, 'out')
    const names = exported.files.map(({ path }) => relative(out, path))
    expect([...names].sort()).toEqual(filesOf(out))
    expect(names).toEqual(
      expect.arrayContaining([
        ...['README.md', 'Makefile', 'main.c', 'expected.h', 'model.bgq', 'texts.bgt', 'export.json'],
        ...['runtime/LICENSE', 'runtime/README.md', 'runtime/include/bitgauge.h', 'runtime/src/token_file.c'],
        'runtime/program/main.c',
      ]),
    )
    expect(contentFingerprint(readFileSync(join(out, 'model.bgq')))).toBe(record.fingerprint)
    const { tokens, labels, offsets } = decodeTokenFile(readFileSync(join(out, 'texts.bgt')))
    expect([offsets.length - 1, labels]).toEqual([5, null])
    // "please set the timer .": ids from 4 on in the order of the vocabulary, 1 for what it lacks.
    expect([...tokens.subarray(0, 5)]).toEqual([9, 10, 4, 1, 1])
    const readme = readFileSync(join(out, 'README.md'), 'utf8')
    expect(readme).toContain('calm &lt;img&gt;, music, timer, weather')
    expect(readme).toContain('5 of 5 as expected')
    const again = await made({}, join(home, 'again'))
    expect(again.files.map(({ sha256 }) => sha256)).toEqual(exported.files.map(({ sha256 }) => sha256))
  })

  it('takes texts from the dev split, with their classes, all over it', async () => {
    const { name, fingerprint, classes } = await generate()
    await put(modelOf('discriminative'), { dataset: { name, fingerprint } }, classes)
    await made({ textFile: undefined, texts: 12 })
    const { offsets, labels } = decodeTokenFile(readFileSync(join(home, 'out', 'texts.bgt')))
    expect([offsets.length - 1, labels!.classes]).toEqual([12, 4])
    expect(new Set(labels!.ofTexts).size).toBeGreaterThan(1)
    expect(readFileSync(join(home, 'out', 'README.md'), 'utf8')).toContain('dev split of commands')
  })

  it('replaces what it wrote, and nothing else', async () => {
    await put(modelOf('discriminative'))
    await made()
    await expect(made()).rejects.toThrowError(errorWith('file-exists'))
    await made({ overwrite: true })
    writeFileSync(join(home, 'out', 'runtime', 'src', 'mine.c'), '')
    await expect(made({ overwrite: true })).rejects.toMatchObject({
      hint: expect.stringContaining('(runtime/src/mine.c)'),
    })
  })

  it.each<[string, string, () => Promise<unknown>]>([
    ['a model that is not there', 'not-found', () => made({ model: 'smal' })],
    ['no texts', 'input-invalid', () => put(modelOf('discriminative')).then(() => made({ textFile: undefined }))],
    [
      'an empty file',
      'input-invalid',
      () => put(modelOf('discriminative')).then(() => made({ textFile: textFile('empty.txt', ' ') })),
    ],
    [
      'a file that is not there',
      'not-found',
      () => put(modelOf('discriminative')).then(() => made({ textFile: '/none' })),
    ],
    [
      'a path that the host does not open',
      'forbidden',
      () => put(modelOf('discriminative')).then(() => ((stores.allowPath = noPath), made())),
    ],
  ])('is refused for %s, and leaves nothing', async (_, code, act) => {
    await expect(act()).rejects.toThrowError(errorWith(code))
    expect(readdirSync(home)).not.toContain('out')
  })

  it('never opens a test split', () => {
    expect(runtimeExportSchema.safeParse({ model: 'a', out: 'b', split: 'test' }).success).toBe(false)
  })
})

describe.skipIf(noCompiler !== null)(
  `an exported runtime on this machine${noCompiler === null ? '' : `: ${noCompiler}`}`,
  () => {
    const main = (out: string) =>
      run(join(out, 'main'), [], { cwd: out }).then(
        ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
        ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
      )

    it('compiles by the line of its README, finds what is expected, and sees a bit that changed', async () => {
      const out = join(home, 'out')
      await put(modelOf('generative'))
      await made()
      const line = /^ {4}(cc .*)$/m.exec(readFileSync(join(out, 'README.md'), 'utf8'))![1]!
      await run('sh', ['-c', line.replace('-O2', '-O1')], { cwd: out })
      expect(await main(out)).toEqual({ code: 0, stdout: '5 of 5 as expected\n', stderr: '' })

      const model = new Uint8Array(readFileSync(join(out, 'model.bgq')))
      writeFileSync(join(out, 'model.bgq'), withAnotherPrior(model))
      expect(await main(out)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^model\.bgq: .*checksum/) })
      writeFileSync(join(out, 'model.bgq'), repaired(withAnotherPrior(model)))
      expect(await main(out)).toMatchObject({ code: 1, stdout: expect.stringMatching(/text 0 differs: .*\n/) })
    }, 120_000)

    it('is compiled the same way by its Makefile', async () => {
      const out = join(home, 'out')
      await put(modelOf('discriminative'))
      await made()
      const { stdout } = await run('make', ['-n', 'check', 'CC=cc'], { cwd: out })
      expect(stdout).toContain('cc -O2 -std=c99 -ffp-contract=off -Iruntime/include -Iruntime/src -I. -o main main.c ')
      expect(stdout).toMatch(/runtime\/src\/\*\.c -lm\n\.\/main\n$/)
    })
  },
)
