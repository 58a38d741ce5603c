import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { calibrateDataSchema, compareDataSchema } from '../../src/cli/schemas.ts'
import type { CalibrationList, CalibrationShown } from '../../src/shared/contract/calibration.ts'
import type { EvaluationResult } from '../../src/shared/contract/evaluation.ts'
import type { Quantized, RecipeShown } from '../../src/shared/contract/quantizedModel.ts'
import type { RunEntry, RunList, RunShown } from '../../src/shared/contract/run.ts'
import { openStore } from '../../src/store/index.ts'
import { run, schemaErrors, temporaryFolder } from './program.ts'

interface Document<T> {
  ok: boolean
  data: T
  error: { code: string; message: string; hint?: string }
  warnings: { code: string }[]
}
type Calibrated = z.infer<typeof calibrateDataSchema>
type Compared = z.infer<typeof compareDataSchema>
type Evaluated = EvaluationResult & { doneBefore: boolean }

let home: ReturnType<typeof temporaryFolder>
beforeAll(async () => {
  home = temporaryFolder()
  const easy = ['--difficulty', '0.2', '--out-of-vocabulary', '0']
  await document('dataset-generate', ['dataset', 'generate', 'voice-commands', '--size', '1000', ...easy])
  const model = ['--family', 'discriminative', '--embedding', '8', '--hidden', '12', '--batch', '16', '--lr', '0.01']
  await document('train', ['train', '--dataset', 'voice-commands', ...model, '--epochs', '3', '--name', 'small'])
})
afterAll(() => home.remove())

async function document<T>(name: string, args: string[], code = 0): Promise<Document<T>> {
  const result = await run([...args, '--json', '--home', home.path])
  expect(result.code, result.stderr + result.stdout).toBe(code)
  const parsed = JSON.parse(result.stdout) as Document<T>
  expect(schemaErrors(name, parsed)).toEqual([])
  return parsed
}

const dev = ['--split', 'dev', '--size', '64', '--bins', '1024']

describe('bitgauge calibrate', () => {
  it('draws sets, profiles models on them, and takes a set back by what it printed', async () => {
    const args = ['calibrate', '--dataset', 'voice-commands', '--size', '32', '--draws', '2', '--model', 'small']
    const { data } = await document<Calibrated>('calibrate', args)
    expect(data.sets.map(({ manifest }) => [manifest.size, manifest.draw])).toEqual([
      [32, 0],
      [32, 1],
    ])
    expect(data.profiles.map(({ set }) => set.id)).toEqual(data.sets.map(({ id }) => id))
    const file = join(home.path, 'manifest.json')
    writeFileSync(file, JSON.stringify(data.sets[0]!.manifest))
    expect((await document<Calibrated>('calibrate', ['calibrate', '--from', file])).data.sets).toEqual([data.sets[0]])
  })

  it('keeps a set under a name: listed, shown, renamed, removed, and taken back by what was shown', async () => {
    const drawn = ['calibrate', '--dataset', 'voice-commands', '--size', '24', '--draws', '3', '--name', 'even-24']
    const { data } = await document<Calibrated>('calibrate', drawn)
    const { data: listed } = await document<CalibrationList>('calibrate-list', ['calibrate', 'list'])
    expect(listed.sets.filter(({ name }) => name === 'even-24')).toHaveLength(3)
    const shown = await document<CalibrationShown>('calibrate-show', ['calibrate', 'show', 'even-24'])
    expect(shown.data).toEqual({ kind: 'draws', name: 'even-24', sets: data.sets })
    const file = join(home.path, 'even-24.json')
    writeFileSync(file, JSON.stringify(shown))
    await document('calibrate-rename', ['calibrate', 'rename', 'even-24', 'alike-24'])
    const { error } = await document('calibrate-show', ['calibrate', 'show', 'even-24'], 1)
    expect(error).toMatchObject({ code: 'not-found', hint: expect.stringContaining('calibrate list') })
    await document('calibrate-remove', ['calibrate', 'remove', 'alike-24'])
    const taken = await document<Calibrated>('calibrate', ['calibrate', '--from', file, '--name', 'even-24'])
    expect(taken.data.sets.map(({ manifest }) => manifest)).toEqual(data.sets.map(({ manifest }) => manifest))
    const { stdout } = await run(['calibrate', 'list', '--home', home.path])
    expect(stdout).toMatch(/^even-24 +voice-commands +balanced +24 +3 +1 /m)
  })
})

describe('bitgauge quantize', () => {
  it('writes a file whose name is its content, and does not write it twice', async () => {
    const args = ['quantize', 'small', '--bits', 'weights=4,cell=16', '--size', '64']
    const { data } = await document<Quantized>('quantize', args)
    expect(data.model).toMatchObject({
      name: 'small-w4-a8-c16',
      bits: { label: 'W4 A8 C16' },
      model: { name: 'small' },
    })
    const hex = data.model.fingerprint.slice('sha256:'.length)
    expect(readFileSync(join(home.path, 'quantized', hex, 'model.bgq'))).toHaveLength(data.model.bytes)
    expect((await document<Quantized & { doneBefore: boolean }>('quantize', args)).data.doneBefore).toBe(true)
    const forced = await document<Quantized>('quantize', [...args, '--force'])
    expect(forced.data).toMatchObject({ reused: true, model: { fingerprint: data.model.fingerprint } })
  })

  it('gives what evaluate finds by its name, the same as by its bits', async () => {
    const stored = await document<Evaluated>('evaluate', ['evaluate', 'small-w4-a8-c16', '--split', 'dev'])
    const asked = await document<Evaluated>('evaluate', [
      'evaluate',
      'small',
      '--bits',
      'weights=4,cell=16',
      '--split',
      'dev',
      '--size',
      '64',
    ])
    expect(asked.data).toMatchObject({ id: stored.data.id, doneBefore: true })
  })
})

describe('bitgauge evaluate', () => {
  it('says how a quantized model stands to the float one, and with --check whether that means anything', async () => {
    const eight = await document<Evaluated>('evaluate', ['evaluate', 'small', '--bits', '8', ...dev, '--check'])
    expect(eight.data.quantization!.float!.agreement).toBeGreaterThan(0.97)
    const lost = ['--noise', 'qwerty:0.000000001', '--check']
    const { data, warnings } = await document<Evaluated>(
      'evaluate',
      ['evaluate', 'small', '--bits', '8', ...dev, ...lost],
      3,
    )
    expect(warnings.map(({ code }) => code)).toEqual(['noise-without-effect'])
    expect(data.accuracy).toBe(eight.data.accuracy)
  })

  it('prints the widths that a model really has, and its difference in points', async () => {
    const { stdout } = await run([
      'evaluate',
      'small',
      '--bits',
      '8',
      '--recipe',
      'tflite-micro-like',
      ...dev,
      '--home',
      home.path,
    ])
    expect(stdout).toMatch(
      /gates16 .*C16, recipe tflite-micro-like, \d+\.\d kB, calibrated on 64 texts, balanced, draw 0/,
    )
    expect(stdout).toMatch(
      /-?\d\.\d\d points against float \d+\.\d\d % \(-?\d+\.\d\d to -?\d+\.\d\d at 95 %\), same class in/,
    )
  })
})

describe('bitgauge compare', () => {
  it('tests two evaluations text by text, and fails on a condition that holds', async () => {
    const at = async (bits: string): Promise<string> =>
      (await document<Evaluated>('evaluate', ['evaluate', 'small', '--bits', bits, ...dev])).data.id
    const [two, eight] = [await at('2'), await at('8')]
    const { data } = await document<Compared>(
      'compare',
      ['compare', two, '--against', eight, '--fail-if', 'difference < -0.01'],
      3,
    )
    const store = openStore({ home: home.path, readonly: true })
    const array = (id: string, name: string): number[] => [...store.runs.array(id, name).data]
    const [labels, first, second] = [array(two, 'labels'), array(two, 'predicted'), array(eight, 'predicted')]
    store.close()
    const count = (fits: (text: number) => boolean): number => labels.filter((_, text) => fits(text)).length
    const firstOnly = count((text) => first[text] === labels[text] && second[text] !== labels[text])
    const secondOnly = count((text) => first[text] !== labels[text] && second[text] === labels[text])
    expect(data.pairs[0]).toMatchObject({
      table: { firstOnly, secondOnly },
      agreement: count((text) => first[text] === second[text]) / labels.length,
    })
    expect(data.contrasts[0]!.difference).toBeCloseTo((firstOnly - secondOnly) / labels.length, 12)
    expect(data).toMatchObject({ verdict: 'held', conditions: [{ condition: 'difference < -0.01', met: true }] })
    expect(data.sentence).toMatch(/^W2 A2 C2 instead of W8 A8 C8 lowers accuracy by /)
    await document<RunEntry>('run-tag', ['run', 'tag', two, '--tags', 'two,paper'])
    const tagged = await document<Compared>('compare', [
      'compare',
      'two',
      '--against',
      eight,
      '--fail-if',
      'high > 0.5',
    ])
    expect(tagged.data.contrasts).toEqual(data.contrasts)
  })
})

describe('bitgauge run', () => {
  it('lists, shows and removes runs', async () => {
    const { data } = await document<RunList>('run-list', ['run', 'list', '--stage', 'quantization', '--limit', '2'])
    expect(data).toMatchObject({ runs: [{ stage: 'quantization', model: 'small' }, {}], more: true })
    const { id } = data.runs[0]!
    const shown = await document<RunShown>('run-show', ['run', 'show', id])
    expect(shown.data).toMatchObject({ run: { id }, recipe: { recipe: { target: expect.any(String) } }, arrays: [] })
    await document('run-remove', ['run', 'remove', id])
    await document('run-show', ['run', 'show', id], 1)
    const table = await run(['run', 'list', '--tag', 'paper', '--home', home.path])
    expect(table.stdout).toMatch(/small at W2 A2 C2 on voice-commands, dev/)
  })
})

describe('bitgauge recipe', () => {
  it('shows what a name stands for, and quantizes by a file of it', async () => {
    const { data } = await document<RecipeShown>('recipe-show', ['recipe', 'show', 'ours', '--bits', '4'])
    const file = join(home.path, 'recipe.json')
    writeFileSync(file, JSON.stringify(data.families['discriminative']!.recipe))
    const by = async (...recipe: string[]): Promise<string> =>
      (await document<Evaluated>('evaluate', ['evaluate', 'small', '--bits', '4', ...recipe, ...dev])).data.id
    expect(await by('--recipe-file', file)).toBe(await by('--recipe', 'ours'))
    await document('recipe-list', ['recipe', 'list'])
  })
})

describe('wrong input', () => {
  it.each<[string, string, string[], number, string]>([
    ['a manifest that is none', 'calibrate', ['calibrate', '--from', process.execPath], 1, 'too-large'],
    ['no bits', 'quantize', ['quantize', 'small'], 2, 'usage-invalid'],
    ['a recipe that there is not', 'quantize', ['quantize', 'small', '--bits', '4', '--recipe', 'our'], 1, 'not-found'],
    [
      'a set that is not there',
      'quantize',
      ['quantize', 'small', '--bits', '4', '--calibration', 'abcdef01'],
      1,
      'not-found',
    ],
    ['a composition without bits', 'evaluate', ['evaluate', 'small', '--composition', 'natural'], 2, 'usage-invalid'],
    [
      'a run that is no evaluation',
      'compare',
      ['compare', '01JZXQ6V0000000000000000AB', '--against', 'x'],
      1,
      'not-found',
    ],
    [
      'a condition that is none',
      'compare',
      ['compare', 'a', '--against', 'b', '--fail-if', 'accuracy < 1'],
      2,
      'usage-invalid',
    ],
    ['a run to remove that is not there', 'run-remove', ['run', 'remove', 'x'], 1, 'not-found'],
  ])('answers %s by its code', async (_, name, args, code, error) => {
    expect((await document(name, args, code)).error.code).toBe(error)
  })

  it('names the setting of a recipe file that no recipe has', async () => {
    const file = join(home.path, 'wrong.json')
    writeFileSync(file, JSON.stringify({ preset: 'ours', weights: { granularity: 'rows' } }))
    const { error } = await document('quantize', ['quantize', 'small', '--bits', '4', '--recipe-file', file], 1)
    expect(error).toMatchObject({ code: 'input-invalid', found: 'weights.granularity' })
  })
})
