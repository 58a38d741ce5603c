import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../build/tasks/run.ts'
import { changed, entriesOf, writeArchive } from '../host/bundle/archive.ts'
import { run, schemaErrors, temporaryFolder } from './program.ts'

/** A study of one float and two quantized cells; `test/golden/bundle.py` made it. */
const golden = join(root, 'test', 'golden', 'bundle_v1.tar.gz')

let folder: ReturnType<typeof temporaryFolder>
const inFolder = (name: string): string => join(folder.path, name)

interface Document {
  data: Record<string, unknown>
  error: { code: string; found?: string; hint?: string }
}

async function document(name: string, args: string[], home: string, expected = 0): Promise<Document> {
  const { code, stdout, stderr } = await run([...args, '--json', '--home', inFolder(home)])
  expect(`${code}: ${code === expected ? '' : stderr + stdout}`).toBe(`${expected}: `)
  const found = JSON.parse(stdout) as Document
  expect(schemaErrors(name, found)).toEqual([])
  return found
}

beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

describe('bitgauge bundle', () => {
  it('carries a study from home to home, and both export the same bytes', async () => {
    const [first, second] = [inFolder('one.tar.gz'), inFolder('two.tar.gz')]
    await document('bundle-import', ['bundle', 'import', golden], 'one')
    const made = await document('bundle-create', ['bundle', 'create', 'golden', first], 'one')
    expect(made.data).toMatchObject({ study: { name: 'golden' }, runs: 8, models: 1, file: { path: first } })
    const taken = await document('bundle-import', ['bundle', 'import', first], 'two')
    expect(taken.data).toMatchObject({
      study: { state: 'done' },
      runs: { added: 8, existing: 0 },
      models: { added: 1 },
    })
    await document('bundle-create', ['bundle', 'create', 'golden', second], 'two')
    expect(readFileSync(second).equals(readFileSync(first))).toBe(true)
    const hashes = async (home: string): Promise<unknown> => {
      const args = ['export', '--study', 'golden', '--format', 'csv,json,latex', '--out', inFolder(`${home}-out`)]
      const { data } = await document('export', args, home)
      return (data['files'] as { sha256: string }[]).map(({ sha256 }) => sha256).slice(0, -1)
    }
    expect(await hashes('two')).toEqual(await hashes('one'))
  })

  it('says in two lines what it wrote, and in one what it took in', async () => {
    const home = ['--home', inFolder('one')]
    const file = inFolder('three.tar.gz')
    const created = await run(['bundle', 'create', 'golden', file, ...home])
    expect(created.stdout).toMatch(/^.*three\.tar\.gz: 8 runs, 1 models, \d+\.\d kB\n {2}sha256 [0-9a-f]{64}\n$/)
    const imported = await run(['bundle', 'import', file, ...home])
    expect(imported.stdout).toBe('golden: done, 0 runs and 0 models added, 8 and 1 were here\n')
  })

  it.each<[string, string[], string]>([
    ['a study that is not there', ['create', 'nothing', 'FILE'], 'not-found'],
    ['a file that is there', ['create', 'golden', 'FOLDER/later'], 'file-exists'],
    ['a file that is not there', ['import', 'FOLDER/nothing'], 'not-found'],
    ['a bundle of a later version', ['import', 'FOLDER/later'], 'input-invalid'],
  ])('answers %s by its code', async (_, args, error) => {
    const list = (text: string): string => text.replace('"version": 1', '"version": 2')
    writeArchive(inFolder('later'), changed(entriesOf(golden), 'manifest.json', list))
    const given = args.map((arg) => arg.replace('FILE', inFolder('new')).replace('FOLDER', folder.path))
    const found = await document(`bundle-${args[0]}`, ['bundle', ...given], 'one', 1)
    expect(found.error.code).toBe(error)
    expect(existsSync(inFolder('new'))).toBe(false)
  })

  it.each([[['create', 'golden']], [['import', golden, '--overwrite']]])('is used wrongly with %j', async (args) => {
    const { code, stderr } = await run(['bundle', ...args, '--home', inFolder('one')])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^bitgauge: .+ See bitgauge --help\.\n$/)])
  })

  it('says of a damaged one in one line what is wrong, and stores nothing', async () => {
    const file = inFolder('damaged')
    writeFileSync(file, readFileSync(golden).subarray(0, 9000))
    const { code, stderr } = await run(['bundle', 'import', file, '--home', inFolder('empty')])
    expect([code, stderr.trim().split('\n').at(-1)]).toEqual([1, expect.stringMatching(/^bitgauge: The bundle /)])
    const { data } = await document('study-list', ['study', 'list'], 'empty')
    expect(data).toEqual({ studies: [] })
  })
})
