import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeQuantizedModel } from '../../src/core/quantization/file/encodeQuantizedModel.ts'
import { toVocabularyFile, vocabularyOf } from '../../src/core/text/vocabulary.ts'
import { defaultTokenizer } from '../../src/shared/contract/datasetRules.ts'
import type { Exported } from '../../src/shared/contract/results.ts'
import { contentFingerprint } from '../../src/store/content/contentStore.ts'
import { QuantizedStore } from '../../src/store/quantization/index.ts'
import { randomModel } from '../core/quantization/randomModel.ts'
import { run, schemaErrors, temporaryFolder } from './program.ts'

let home: ReturnType<typeof temporaryFolder>
beforeAll(async () => {
  home = temporaryFolder()
  const model = randomModel(3, { family: 'discriminative', widths: [8] })
  const { spec, recipe, bits } = model
  const words = Array.from({ length: spec.words - 4 }, (_, k) => `word${k}`)
  const classes = Array.from({ length: spec.classes }, (_, y) => `class ${y}`)
  const vocabulary = { fingerprint: vocabularyOf(words).fingerprint, file: toVocabularyFile(words) }
  const file = encodeQuantizedModel(model, {
    classes,
    vocabulary,
    tokenizer: defaultTokenizer,
    maxLength: 40,
    origin: {},
  })
  await new QuantizedStore(home.path).put(file, {
    ...{ kind: 'quantized-model', version: 1, id: '01KAHE0000000000000000000A', name: 'small-w8' },
    ...{
      created: '2026-11-21T10:00:00.000Z',
      fingerprint: contentFingerprint(file),
      run: '01KAHE0000000000000000000B',
    },
    model: { id: '01KAHE0000000000000000000C', name: 'small', fingerprint: `sha256:${'1'.repeat(64)}` },
    ...{ family: spec.family, recipe, bits, calibration: null, adjustments: [], warnings: [], dataset: null },
    ...{ file: 'model.bgq', bytes: file.length },
  })
})
afterAll(() => home.remove())

const out = (name: string): string => join(home.path, name)

describe('bitgauge export --format runtime', () => {
  it('writes a program, in a document that has its schema, and says how it is tried', async () => {
    const texts = out('texts.txt')
    writeFileSync(texts, 'word1 word2\nword3\n')
    const args = ['export', '--model', 'small-w8', '--format', 'runtime', '--texts-from', texts, '--home', home.path]
    const json = await run([...args, '--out', out('one'), '--json'])
    const document = JSON.parse(json.stdout) as { data: Exported }
    expect(schemaErrors('export', document)).toEqual([])
    expect(document.data.files.every(({ path }) => existsSync(path))).toBe(true)
    const shown = await run([...args, '--out', out('two')])
    expect(shown.stdout).toMatch(/model\.bgq {2}\d+ bytes\n[\s\S]* files of C source; in .*two, make check compiles/)
    expect(shown.stdout.trim().split('\n')).toHaveLength(5)
  })

  it.each<[string, string[], RegExp]>([
    ['a runtime of a study', ['--study', 'x', '--format', 'runtime'], /of a study, or of a quantized model/],
    ['tables of a model', ['--model', 'x', '--format', 'csv'], /of a study, or of a quantized model/],
    ['both at once', ['--model', 'x', '--format', 'runtime,csv'], /of a study, or of a quantized model/],
    ['neither', ['--format', 'csv'], /of a study, or of a quantized model/],
    ['a pivot of a model', ['--model', 'x', '--format', 'runtime', '--rows', 'model'], /--rows has no meaning/],
    ['texts of a study', ['--study', 'x', '--format', 'csv', '--texts', '3'], /--texts has no meaning/],
    ['a test split', ['--model', 'x', '--format', 'runtime', '--split', 'test'], /train, dev/],
    [
      'two sources of texts',
      ['--model', 'x', '--format', 'runtime', '--dataset', 'a', '--texts-from', 'b'],
      /from a dataset or from a file, not from both/,
    ],
  ])('refuses %s with exit code 2', async (_, args, message) => {
    const { code, stderr } = await run(['export', ...args, '--out', out('none'), '--home', home.path])
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
    expect(existsSync(out('none'))).toBe(false)
  })
})
