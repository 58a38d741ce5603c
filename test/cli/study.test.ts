import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ended, run, schemaErrors, start, temporaryFolder } from './program.ts'

const study = `bitgauge: study/1
name: small
dataset: {generate: {generator: voice-commands, size: 400, difficulty: 0, seed: 3}}
models:
  disc: {family: discriminative, embedding: 8, hidden: 8, train: {epochs: 3, batch: 16}}
calibration: {size: 16, draws: 1, compositions: {balanced: balanced, one: {lights: 1}}}
grid: {bits: [8, 4]}
questions: [{name: holds, compare: bits, against: float, only: {composition: [balanced]}, unit: text, test: tost, smallest: 0.05}]
`

interface Document {
  ok: boolean
  data: Record<string, unknown>
  error: { code: string; message: string; hint?: string; where?: object }
  warnings: { code: string }[]
}

let folder: ReturnType<typeof temporaryFolder>
const inFolder = (name: string): string => join(folder.path, name)

async function document(name: string, args: string[], home = 'home', expected = 0): Promise<Document> {
  const { code, stdout, stderr } = await run([...args, '--json', '--home', inFolder(home)], { BITGAUGE_THREADS: '1' })
  expect(`${code}: ${code === expected ? '' : stderr + stdout}`).toBe(`${expected}: `)
  const found = JSON.parse(stdout) as Document
  expect(schemaErrors(name, found)).toEqual([])
  return found
}

beforeAll(() => {
  folder = temporaryFolder()
  writeFileSync(inFolder('small.yaml'), study)
})
afterAll(() => folder.remove())

describe('bitgauge study', () => {
  it('says what it would do, does it, and says how it stands', async () => {
    const file = inFolder('small.yaml')
    expect((await document('study-run', ['study', 'run', file, '--dry-run'])).data).toMatchObject({
      cells: { total: 5, float: 1, quantized: 4, done: 0 },
      trainings: { total: 1, done: 0 },
    })
    const first = await document('study-run', ['study', 'run', file, '--workers', '1'])
    expect(first.data).toMatchObject({ study: { state: 'done' }, computed: { cells: 5, trainings: 1 } })
    expect(first.warnings.map(({ code }) => code)).toEqual([])
    const again = await document('study-resume', ['study', 'resume', 'small'])
    expect(again.data).toMatchObject({ computed: { cells: 0, trainings: 0 } })
    expect((await document('study-list', ['study', 'list'])).data).toMatchObject({
      studies: [{ name: 'small', cells: { done: 5 } }],
    })
    const shown = await document('study-show', ['study', 'show', 'small'])
    expect(shown.data).toMatchObject({ yaml: study, failures: [], answers: [{ missing: 0, contrasts: [{}, {}] }] })
    expect((await document('study-pause', ['study', 'pause', 'small'], 'home', 1)).error.code).toBe('conflict')
  })

  it('exports the tables that are asked for, the same bytes each time', async () => {
    const table = ['--format', 'csv,markdown', '--rows', 'composition', '--columns', 'bits', '--only', 'model=disc']
    const args = ['export', '--study', 'small', ...table, '--out', inFolder('out')]
    const { data } = await document('export', args)
    const names = (data['files'] as { path: string; sha256: string }[]).map(({ path }) => path)
    expect(names).toContain(join(inFolder('out'), 'accuracy-composition-by-bits.md'))
    expect(readFileSync(join(inFolder('out'), 'accuracy-composition-by-bits.md'), 'utf8')).toMatch(
      /\| balanced \| .* \| .* \| .* \|/,
    )
    expect((await document('export', args, 'home', 1)).error.code).toBe('file-exists')
    const again = await document('export', [...args, '--overwrite'])
    expect(again.data['files']).toEqual(data['files'])
  })

  it('carries a study to another home in a file', async () => {
    const file = inFolder('small.tar.gz')
    const made = await document('bundle-create', ['bundle', 'create', 'small', file])
    const imported = await document('bundle-import', ['bundle', 'import', file], 'other')
    expect(imported.data).toMatchObject({ study: { state: 'done' }, runs: { added: made.data['runs'] } })
    await document('study-run', ['study', 'run', inFolder('small.yaml')], 'other')
    expect((await document('study-remove', ['study', 'remove', 'small'], 'other')).data).toMatchObject({
      name: 'small',
    })
    expect((await document('study-cancel', ['study', 'cancel', 'small'], 'other', 1)).error.code).toBe('not-found')
  })

  it('is paused by Ctrl-C with everything kept', async () => {
    const child = start(['study', 'run', inFolder('small.yaml'), '--home', inFolder('stopped')], {
      BITGAUGE_THREADS: '1',
    })
    let seen = ''
    const begun = new Promise<void>((resolve) => {
      child.stderr?.on('data', (text: Buffer) => {
        seen += text.toString()
        if (/training/.test(seen)) resolve()
      })
    })
    const end = ended(child)
    await begun
    child.kill('SIGINT')
    const { code, stderr } = await end
    expect(code).toBe(130)
    expect(stderr).toContain('bitgauge study resume small')
    expect((await document('study-list', ['study', 'list'], 'stopped')).data).toMatchObject({
      studies: [{ state: 'paused' }],
    })
  })
})

describe('a study that cannot be run', () => {
  it.each<[string, string, string[], string, number, string]>([
    ['a file that is not there', 'study-run', ['study', 'run', '/nowhere.yaml'], '', 1, 'not-found'],
    ['a folder', 'study-run', ['study', 'run', '/'], '', 1, 'input-invalid'],
    ['a device', 'study-run', ['study', 'run', '/dev/zero'], '', 1, 'input-invalid'],
    ['bytes that are no text', 'study-run', ['study', 'run', process.execPath], '', 1, 'too-large'],
    ['a misspelled key', 'study-run', ['study', 'run', 'FILE'], study.replace('grid:', 'gird:'), 1, 'input-invalid'],
    [
      'a misspelled key in a dry run',
      'study-run',
      ['study', 'run', 'FILE', '--dry-run'],
      study.replace('grid:', 'gird:'),
      1,
      'input-invalid',
    ],
    [
      'a dataset that is not there',
      'study-run',
      ['study', 'run', 'FILE'],
      study.replace(/dataset: .*/, 'dataset: {id: nothing}'),
      1,
      'not-found',
    ],
    [
      'a file of texts that is not there',
      'study-run',
      ['study', 'run', 'FILE'],
      study.replace(/dataset: .*/, 'dataset: {file: nothing.csv}'),
      1,
      'not-found',
    ],
    ['a study that is not there', 'study-show', ['study', 'show', 'smal'], '', 1, 'not-found'],
    [
      'a format that there is not',
      'export',
      ['export', '--study', 'small', '--format', 'docx', '--out', 'OUT'],
      '',
      2,
      'usage-invalid',
    ],
    [
      'rows without columns',
      'export',
      ['export', '--study', 'small', '--format', 'csv', '--rows', 'bits', '--out', 'OUT'],
      '',
      2,
      'usage-invalid',
    ],
    ['a bundle that is none', 'bundle-import', ['bundle', 'import', process.execPath], '', 1, 'input-invalid'],
  ])('answers %s by its code', async (_, name, args, text, code, error) => {
    const file = inFolder('wrong.yaml')
    const out = inFolder('refused')
    writeFileSync(file, text)
    const found = await document(
      name,
      args.map((arg) => ({ FILE: file, OUT: out })[arg] ?? arg),
      'wrong',
      code,
    )
    expect(found.error.code).toBe(error)
    expect(existsSync(out)).toBe(false)
  })

  it('says the line, the column and the nearest word on one line for a person', async () => {
    const file = inFolder('wrong.yaml')
    writeFileSync(file, study.replace('hidden: 8', 'hiden: 8'))
    const { code, stderr } = await run(['study', 'run', file, '--home', inFolder('wrong')])
    expect(code).toBe(1)
    expect(stderr.trim().split('\n').at(-1)).toBe(
      `bitgauge: ${file}:5:48: models.disc has no setting "hiden". The nearest is hidden.`,
    )
  })
})
