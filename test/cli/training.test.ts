import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EvaluationResult } from '../../src/shared/contract/evaluation.ts'
import type { Trained } from '../../src/shared/contract/training.ts'
import { openStore } from '../../src/store/index.ts'
import { ended, run, schemaErrors, start, temporaryFolder, type Ended } from './program.ts'

const small = ['--embedding', '8', '--hidden', '12', '--batch', '32']
const disc = ['--dataset', 'voice-commands', '--family', 'discriminative', ...small]
const gen = ['--dataset', 'voice-commands', '--family', 'generative', '--label-embedding', '4', ...small]

interface Document<T> {
  ok: boolean
  data: T
  error: { code: string; message: string }
  warnings: { code: string }[]
}
type TrainData = Trained & { doneBefore: boolean }
type EvaluateData = EvaluationResult & { doneBefore: boolean }

let home: ReturnType<typeof temporaryFolder>
let other: ReturnType<typeof temporaryFolder>
beforeAll(async () => {
  home = temporaryFolder()
  other = temporaryFolder()
  for (const { path } of [home, other]) await generate(path)
  await document('train', ['train', ...disc, '--epochs', '2', '--name', 'small'])
})
afterAll(() => [home, other].forEach((folder) => folder.remove()))

async function generate(path: string): Promise<void> {
  const { code, stdout, stderr } = await run([
    ...['dataset', 'generate', 'voice-commands', '--size', '2000', '--json', '--home', path],
  ])
  expect(code, stderr).toBe(0)
  expect(schemaErrors('dataset-generate', JSON.parse(stdout))).toEqual([])
}

async function document<T>(name: string, args: string[], code = 0, path = home.path): Promise<Document<T>> {
  const result = await run([...args, '--json', '--home', path])
  expect(result.code, result.stderr + result.stdout).toBe(code)
  const parsed = JSON.parse(result.stdout) as Document<T>
  expect(schemaErrors(name, parsed)).toEqual([])
  return parsed
}

describe('bitgauge train', () => {
  it('does not train the same twice, and by --force comes to the same file', async () => {
    const args = ['train', ...disc, '--epochs', '2']
    const again = await document<TrainData>('train', args)
    const forced = await document<TrainData>('train', [...args, '--force'])
    expect(again.data).toMatchObject({ doneBefore: true, model: { name: 'small' } })
    expect(forced.data).toMatchObject({ doneBefore: false, reused: true })
    expect(forced.data.model.fingerprint).toBe(again.data.model.fingerprint)
  })

  it('tells each epoch on a line with its loss, its dev accuracy and its seconds', async () => {
    const { stderr } = await run(['train', ...gen, '--epochs', '2', '--home', home.path])
    const lines = stderr.split('\n').filter((line) => /^epoch \d of 2: loss \d+\.\d{4}, dev \d+\.\d\d %, \d/.test(line))
    expect(lines).toHaveLength(2)
  })

  it('keeps the name, the options and the curve of a model', async () => {
    const { data } = await document<Trained['model']>('model-show', ['model', 'show', 'small'])
    expect(data.training).toMatchObject({
      texts: 1400,
      steps: 88,
      options: { epochs: 2, seed: 1 },
      model: { hidden: 12 },
    })
    expect(data.training?.history).toHaveLength(2)
    expect(data.training?.dev?.accuracy).toBe(data.training?.history[data.training.bestEpoch - 1]?.dev?.accuracy)
  })

  it('trains with noise on a drawn part of the rows', async () => {
    const args = ['train', ...disc, '--epochs', '1', '--rows', '300', '--noise', 'qwerty:0.2:0.5']
    const noisy = await document<TrainData>('train', args)
    const clean = await document<TrainData>('train', args.slice(0, -2))
    expect(noisy.data.model.training).toMatchObject({ texts: 300, rows: { kind: 'stratified', rows: 300 } })
    expect(noisy.data.model.weights).not.toBe(clean.data.model.weights)
    expect(noisy.data.model.vocabulary).toBe(clean.data.model.vocabulary)
  })
})

describe('a training that was interrupted', () => {
  const args = ['train', ...disc, '--epochs', '30', '--checkpoint', '0.05', '--seed', '5']

  it('comes to the weights of one that was not: after Ctrl-C, then after kill -9 of compute', async () => {
    const whole = await document<TrainData>('train', args, 0, other.path)
    const stopped = await interrupted(args, 1, (child) => child.kill('SIGINT'))
    expect(stopped.code, stopped.stderr).toBe(130)
    const from = 2 + Math.floor(Math.random() * 20)
    const killed = await interrupted(args, from, (child) => process.kill(computeOf(child.pid!), 'SIGKILL'))
    expect({ code: killed.code, error: codeOf(killed) }).toEqual({ code: 1, error: 'compute-crashed' })
    const resumed = await run([...args, '--json', '--home', home.path])
    expect(resumed.stderr).toMatch(/^epoch 1 of 30: .*earlier$/m)
    const { data } = JSON.parse(resumed.stdout) as Document<TrainData>
    expect(data.model.weights).toBe(whole.data.model.weights)
    expect(data.model.fingerprint).toBe(whole.data.model.fingerprint)
    expect(readdirSync(join(home.path, 'work'))).toEqual([])
  })

  it('begins anew with a warning where its checkpoint is spoiled', async () => {
    const own = [...args, '--weight-decay', '0.001']
    const whole = await document<TrainData>('train', own, 0, other.path)
    await interrupted(own, 3, (child) => process.kill(computeOf(child.pid!), 'SIGKILL'))
    const [key = ''] = readdirSync(join(home.path, 'work'))
    writeFileSync(join(home.path, 'work', key, 'checkpoint.safetensors'), 'spoiled')
    const again = await document<TrainData>('train', own)
    expect(again.warnings.map(({ code }) => code)).toEqual(['checkpoint-set-aside'])
    expect(again.data.model.weights).toBe(whole.data.model.weights)
  })
})

/** Runs the command until it has told the end of an epoch, and some milliseconds more; then does something to it. */
async function interrupted(args: string[], epoch: number, act: (child: ChildProcess) => void): Promise<Ended> {
  const child = start([...args, '--json', '--home', home.path])
  const end = ended(child)
  let told = ''
  await new Promise<void>((resolve) => {
    child.stderr?.on('data', (text: Buffer) => {
      told += text.toString()
      if (told.includes(`epoch ${epoch} of`)) resolve()
    })
    child.on('close', () => resolve())
  })
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
  act(child)
  return end
}

/** The compute process among a program's descendants, by `/proc`. */
function computeOf(pid: number): number {
  for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number)) {
    if (readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('compute')) return child
    const below = computeOf(child)
    if (below > 0) return below
  }
  return 0
}

function codeOf({ stdout }: Ended): string {
  return (JSON.parse(stdout) as Document<unknown>).error.code
}

describe('bitgauge evaluate', () => {
  it('gives figures that agree with what is kept of each text, and writes down that the test split was opened', async () => {
    const { data } = await document<EvaluateData>('evaluate', ['evaluate', 'small'])
    const store = openStore({ home: home.path, readonly: true })
    try {
      const predicted = store.runs.array(data.id, 'predicted').data
      const labels = store.runs.array(data.id, 'labels').data
      const right = [...predicted].filter((found, text) => found === labels[text]).length
      expect(data).toMatchObject({
        split: 'test',
        n: 400,
        right,
        accuracy: right / 400,
        interval: { method: 'wilson' },
      })
      expect(store.runs.array(data.id, 'log-posteriors').shape).toEqual([400, data.classNames.length])
      const openings = store.testOpenings.list({ limit: 10 })
      expect(openings.map(({ runKey, dataset }) => ({ runKey, dataset }))).toEqual([
        { runKey: data.key, dataset: data.dataset.fingerprint },
      ])
    } finally {
      store.close()
    }
  })

  it('does not evaluate the same twice, and opens no test split for another one', async () => {
    const first = await document<EvaluateData>('evaluate', ['evaluate', 'small', '--split', 'dev', '--seed', '3'])
    const again = await document<EvaluateData>('evaluate', ['evaluate', 'small', '--split', 'dev', '--seed', '4'])
    expect(again.data).toMatchObject({ doneBefore: true, id: first.data.id, seed: 0 })
  })

  it('takes noise and shift into the texts, by their seed', async () => {
    const at = (...more: string[]) =>
      document<EvaluateData>('evaluate', ['evaluate', 'small', '--split', 'dev', ...more]).then(({ data }) => data)
    const [clean, noisy, lost] = [
      await at(),
      await at('--noise', 'qwerty:0.3'),
      await at('--shift', 'out-of-vocabulary:1'),
    ]
    expect(clean.unknownShare).toBeLessThan(noisy.unknownShare)
    expect(lost.unknownShare).toBe(1)
    expect((await at('--noise', 'qwerty:0.3', '--seed', '2')).id).not.toBe(noisy.id)
  })
})

describe('bitgauge model', () => {
  it.each(['pytorch', 'keras', 'bitgauge'])(
    'carries a model out and in by the layout %s, to the same figures',
    async (layout) => {
      const file = join(home.path, `small-${layout}.safetensors`)
      await document('model-export', ['model', 'export', 'small', file, '--layout', layout])
      const foreign = ['--vocabulary', `${file}.vocabulary.json`, '--dataset', 'voice-commands', '--pooling', 'mean']
      const given = layout === 'bitgauge' ? [] : foreign
      const made = await document<Trained>('model-import', ['model', 'import', file, '--layout', layout, ...given])
      const { name, weights } = made.data.model
      const there = await document<EvaluateData>('evaluate', ['evaluate', 'small', '--split', 'dev'])
      const carried = await document<EvaluateData>('evaluate', [
        ...['evaluate', name, '--split', 'dev', '--dataset', 'voice-commands'],
      ])
      expect(carried.data.nll).toBe(there.data.nll)
      expect(made.data.reused).toBe(layout === 'bitgauge')
      if (layout !== 'bitgauge') await document('model-remove', ['model', 'remove', name])
      expect(weights).toMatch(/^sha256:/)
    },
  )

  it('lists what there is', async () => {
    const { data } = await document<{ models: { name: string }[] }>('model-list', ['model', 'list'])
    expect(data.models.map(({ name }) => name)).toContain('small')
  })
})

describe('wrong input', () => {
  const train = ['train', '--dataset', 'voice-commands', '--family']
  it.each<[string, string, string[], number, string]>([
    ['a dataset that is not there', 'train', ['train', '--dataset', 'voice', '--family', 'generative'], 1, 'not-found'],
    ['an option of the other family', 'train', [...train, 'generative', '--pooling', 'mean'], 2, 'usage-invalid'],
    ['noise beyond 1', 'train', [...train, 'generative', '--noise', 'qwerty:2:1'], 2, 'usage-invalid'],
    [
      'a device that no library sees',
      'train',
      [...train, 'discriminative', '--device', 'gpu:0'],
      1,
      'device-unavailable',
    ],
    ['a device that is none', 'train', [...train, 'discriminative', '--device', 'tpu'], 2, 'usage-invalid'],
    [
      'class weights for other classes',
      'train',
      [...train, 'discriminative', '--class-weights', '1,2'],
      1,
      'input-invalid',
    ],
    ['a name that is taken', 'train', [...train, 'discriminative', '--epochs', '9', '--name', 'small'], 1, 'conflict'],
    ['a model that is not there', 'evaluate', ['evaluate', 'smal'], 1, 'not-found'],
    ['noise of no kind', 'evaluate', ['evaluate', 'small', '--noise', 'rain:0.1'], 2, 'usage-invalid'],
    ['a shift without its size', 'evaluate', ['evaluate', 'small', '--shift', 'shorten'], 2, 'usage-invalid'],
    ['a model to show that is not there', 'model-show', ['model', 'show', 'x'], 1, 'not-found'],
    ['a model to remove that is not there', 'model-remove', ['model', 'remove', 'x'], 1, 'not-found'],
    ['a file that is not there', 'model-import', ['model', 'import', '/nowhere/x.safetensors'], 1, 'not-found'],
    ['a device for a file', 'model-import', ['model', 'import', '/dev/zero'], 1, 'input-invalid'],
    ['a file that is no model', 'model-import', ['model', 'import', process.execPath], 1, 'too-large'],
    ['a folder that is not there', 'model-export', ['model', 'export', 'small', '/nowhere/x'], 1, 'not-found'],
    ['a file that is there', 'model-export', ['model', 'export', 'small', process.execPath], 1, 'file-exists'],
  ])('answers %s by its code', async (_, name, args, code, error) => {
    expect((await document(name, args, code)).error.code).toBe(error)
  })
})
