import { spawn } from 'node:child_process'
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { deviceEnvironment, computeThreads } from '../../src/host/compute/device.ts'
import { DatasetService } from '../../src/host/dataset/datasetService.ts'
import { fileInside } from '../../src/host/models/homeFile.ts'
import { parseVocabulary } from '../../src/host/models/parseVocabulary.ts'
import type { Host } from '../../src/host/index.ts'
import { datasetGenerateSchema } from '../../src/shared/contract/dataset.ts'
import type { Job } from '../../src/shared/contract/jobs.ts'
import { trainedSchema, trainSchema } from '../../src/shared/contract/training.ts'
import { hosts, jobIs, temporaryFolder, until } from './harness.ts'

const home = temporaryFolder()
const open = hosts()

beforeEach(async () => {
  const input = datasetGenerateSchema.parse({ options: { generator: 'maintenance-log', size: 1000 } })
  for await (const event of new DatasetService({ home: home() }).generate(input)) void event
})

function asked(options: object = {}, more: object = {}) {
  const model = { family: 'discriminative' as const, embedding: 8, hidden: 8 }
  return trainSchema.parse({
    ...{ dataset: 'maintenance-log', model, options: { epochs: 40, batch: 16, ...options }, checkpoint_s: 0.05 },
    ...more,
  })
}

async function startJob({ client }: Host, input = asked()): Promise<Job> {
  const started = await client.training.start(input)
  if (started.state === 'done-before') throw new Error('done before')
  return started.job
}

async function toEnd(host: Host, input = asked()): Promise<Job> {
  const events = await host.client.events.watch({})
  const job = await startJob(host, input)
  await until(events, jobIs(job.id, 'done', 'failed', 'cancelled'))
  return host.client.jobs.get({ id: job.id })
}

/** Starts a training, cancels it within its steps and waits until its checkpoint is there. */
async function cancelled(host: Host, input = asked()): Promise<void> {
  const events = await host.client.events.watch({})
  const job = await startJob(host, input)
  await until(events, (event) => event.type === 'job' && (event.job.progress?.metrics?.epochs?.length ?? 0) > 1)
  await host.client.jobs.cancel({ id: job.id })
  await until(events, jobIs(job.id, 'cancelled'))
}

describe('a training', () => {
  it('tells its loss and the curve of its epochs while it runs', async () => {
    const host = await open(home())
    const events = await host.client.events.watch({})
    const { id } = await startJob(host)
    const seen = await until(events, jobIs(id, 'done'))
    const told = seen.flatMap((event) => (event.type === 'job' && event.job.id === id ? [event.job.progress] : []))
    const curve = told.at(-1)?.metrics?.epochs ?? []
    expect(curve.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    expect(curve[39]!.loss).toBeLessThan(curve[0]!.loss)
    expect(told.some((progress) => progress?.metrics?.loss !== undefined)).toBe(true)
  })

  it('that is under way is not started twice', async () => {
    const host = await open(home())
    const events = await host.client.events.watch({})
    const first = await startJob(host)
    expect((await startJob(host)).id).toBe(first.id)
    await until(events, jobIs(first.id, 'done'))
    expect(await host.client.training.start(asked())).toMatchObject({ state: 'done-before' })
  })

  it('sets a checkpoint of another training aside, with a warning', async () => {
    const host = await open(home())
    const work = (): string[] => readdirSync(join(home(), 'work')).sort()
    await cancelled(host, asked({ seed: 1 }))
    const [one = ''] = work()
    await cancelled(host, asked({ seed: 2 }))
    const other = work().find((key) => key !== one) ?? ''
    const file = (key: string): string => join(home(), 'work', key, 'checkpoint.safetensors')
    copyFileSync(file(other), file(one))
    const job = await toEnd(host, asked({ seed: 1 }))
    expect(job.warnings.map(({ code }) => code)).toEqual(['checkpoint-set-aside'])
    expect(trainedSchema.parse(job.result).model.training?.history[0]?.epoch).toBe(1)
  })

  it('is refused while another living program has it', async () => {
    const host = await open(home())
    await cancelled(host)
    const [key = ''] = readdirSync(join(home(), 'work'))
    const sleeper = spawn('sleep', ['60'])
    const owner = { instance: '', pid: sleeper.pid, start: null }
    writeFileSync(join(home(), 'work', key, 'owner.json'), JSON.stringify(owner))
    try {
      await expect(host.client.training.start(asked())).rejects.toMatchObject({ code: 'conflict' })
    } finally {
      sleeper.kill('SIGKILL')
    }
    await new Promise((resolve) => sleeper.once('exit', resolve))
    expect((await toEnd(host)).state).toBe('done')
  })

  it('of a dataset whose manifest leads out of its folder is refused', () => {
    expect(() => fileInside('/home/data', '../../etc/passwd')).toThrow(
      expect.objectContaining({ code: 'store-damaged' }),
    )
    expect(fileInside('/home/data', 'train.tokens')).toBe(join('/home/data', 'train.tokens'))
  })
})

describe('a host that was told of no paths', () => {
  it('opens no file of the machine for a caller', async () => {
    const { client } = await open(home())
    const forbidden = { code: 'forbidden' }
    await expect(client.model.import({ file: '/etc/passwd' })).rejects.toMatchObject(forbidden)
    await expect(client.model.export({ model: 'x', file: join(home(), 'x') })).rejects.toMatchObject(forbidden)
    const events = await client.dataset.import({ train: ['/etc/passwd'] })
    await expect(events.next()).rejects.toMatchObject(forbidden)
  })
})

describe('the device of a training', () => {
  it('is the processor, or a graphics device that is there', () => {
    expect(deviceEnvironment('cpu', join(home(), 'empty'))).toEqual({})
    expect(() => deviceEnvironment('gpu:0', join(home(), 'empty'))).toThrow(
      expect.objectContaining({ code: 'device-unavailable' }),
    )
  })

  it('has as many threads as it was told, else one a core', () => {
    expect(computeThreads({ BITGAUGE_THREADS: '3' })).toBe(3)
    expect(computeThreads({ BITGAUGE_THREADS: 'many' })).toBeGreaterThan(0)
  })
})

describe('a vocabulary from elsewhere', () => {
  const parse = (text: string) => parseVocabulary(new TextEncoder().encode(text))

  it("is read a word a line, PyTorch's special words or Keras' among them", () => {
    expect(parse('<pad>\n<unk>\nthe\npump\n')).toEqual({
      rows: ['<pad>', '<unk>', 'the', 'pump'],
      special: { pad: '<pad>', unknown: '<unk>' },
    })
    expect(parse('\n[UNK]\nthe\n').special).toEqual({ pad: '', unknown: '[UNK]' })
  })

  it.each(['the\npump\n', '<unk>\n\nthe\n', '{"words": 3}'])('is refused where it cannot be used: %j', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })
})
