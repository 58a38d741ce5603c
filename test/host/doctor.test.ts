import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { storeCheck } from '../../src/host/doctor/checks.ts'
import { doctorReportSchema, type Check } from '../../src/shared/contract/system.ts'
import { readyRuntime } from '../compute/readyRuntime.ts'
import { hosts, temporaryFolder } from './harness.ts'

const home = temporaryFolder()
const open = hosts()
const byId = (checks: Check[], id: string): Check | undefined => checks.find((check) => check.id === id)

beforeAll(async () => {
  await readyRuntime()
})

describe('doctor', () => {
  it('proves the library, the machine and the store', async () => {
    const { client } = await open(home())
    const report = doctorReportSchema.parse(await client.system.doctor({}))
    expect(report.checks.filter((check) => check.status === 'fail')).toEqual([])
    expect(report.healthy).toBe(true)
    expect(report.tensorflow).toMatchObject({ state: 'ready', variant: 'cpu', version: '2.21.0' })
    expect(report.selfTest?.kernels).toHaveLength(5)
    expect(report.runtime).toMatchObject({ state: 'ready', compiler: expect.stringMatching(/\d/) })
    expect(byId(report.checks, `runtime-${report.runtime.test!.chosen}`)).toMatchObject({
      status: 'pass',
      found: '225 numbers exact',
    })
    expect(report.store).toMatchObject({ ok: true, problems: [] })
    expect(byId(report.checks, 'kernel-matmul-exact-integers-cpu')).toMatchObject({ status: 'pass', found: 'exact' })
  })

  it('keeps what it proved of a library, and proves it anew where it is asked to', async () => {
    const { client } = await open(home())
    const loads = async (ask = {}): Promise<number | undefined> => (await client.system.doctor(ask)).selfTest?.load_s
    const first = await loads()
    expect(await loads()).toBe(first)
    expect(await loads({ again: true })).not.toBe(first)
  })

  it('leaves the store out where it is asked to', async () => {
    const { client } = await open(home())
    const report = await client.system.doctor({ store: false })
    expect(report.store).toBeNull()
    expect(byId(report.checks, 'store')).toBeUndefined()
  })

  it('is not healthy where the library is missing, says the next step, and downloads nothing', async () => {
    const { client } = await open(home(), { cache: join(home(), 'empty') })
    const report = await client.system.doctor({})
    expect(report).toMatchObject({ healthy: false, selfTest: null, tensorflow: { state: 'missing' } })
    expect(byId(report.checks, 'tensorflow-library')).toMatchObject({ status: 'fail', hint: 'Run `bitgauge setup`.' })
    expect(byId(report.checks, 'tensorflow-load')).toMatchObject({ status: 'skipped' })
    expect(report.runtime).toMatchObject({ state: 'missing', test: null })
    expect(byId(report.checks, 'runtime')).toMatchObject({
      status: 'fail',
      hint: expect.stringContaining('bitgauge setup'),
    })
  })

  it('is not healthy where CUDA is asked for and the library for it is missing', async () => {
    const { client } = await open(home())
    const report = await client.system.doctor({ cuda: true })
    expect(report.tensorflow.variant).toBe('cuda')
    if (report.tensorflow.state === 'missing') {
      expect(byId(report.checks, 'tensorflow-library')).toMatchObject({
        status: 'fail',
        hint: 'Run `bitgauge setup --cuda`.',
      })
    }
  })

  it('is cancelled by its caller', async () => {
    const { client } = await open(home())
    const stop = new AbortController()
    const report = client.system.doctor({}, { signal: stop.signal })
    setTimeout(() => stop.abort(), 100)
    await expect(report).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('storeCheck', () => {
  it('names the problems of a store that is not whole', () => {
    const check = storeCheck({
      path: '/s',
      schemaVersion: 1,
      bytes: 1,
      ok: false,
      problems: ['Row 3 is broken.'],
      jobs: 0,
      runs: 0,
    })
    expect(check).toMatchObject({ status: 'fail', found: 'Row 3 is broken.' })
  })
})
