import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { forkLauncher, openHost, type Host } from '../../src/host/index.ts'
import { endStates, type Job } from '../../src/shared/contract/jobs.ts'
import { resolveInside } from '../../src/server/files.ts'
import { cache, memoryLog, temporaryFolder } from './harness.ts'

const folder = temporaryFolder()
const rows = (count: number): string =>
  [
    'text,label',
    ...Array.from({ length: count }, (_, row) => `report ${row} of the ${row % 2 ? 'pump' : 'door'},${row % 2}`),
  ].join('\n')

/** A host that reads what lies in the folder of the test, as the headless one reads what lies below `--data`. */
async function open(): Promise<Host> {
  const { log } = memoryLog()
  const allowPath = (path: string): Promise<string> => resolveInside([folder()], path)
  return openHost({ home: join(folder(), 'home'), cache, launcher: forkLauncher({ log }), log, allowPath })
}

async function ended(host: Host, { id }: Job): Promise<Job> {
  const now = (): Promise<Job> => host.client.jobs.get({ id })
  await expect.poll(async () => endStates.includes((await now()).state)).toBe(true)
  return now()
}

describe('what brings data in as a job', () => {
  it('imports a dataset whoever looks, and says what came of it', async () => {
    const host = await open()
    writeFileSync(join(folder(), 'reports.csv'), rows(40))
    // The caller leaves at once, as a page does that is loaded again.
    const left = new AbortController()
    const job = await host.client.dataset.startImport({ train: ['reports.csv'] }, { signal: left.signal })
    left.abort()
    expect(job).toMatchObject({ kind: 'dataset', title: 'Import of reports.csv' })
    const end = await ended(host, job)
    expect(end).toMatchObject({ state: 'done', result: { name: 'reports', reused: false, texts: 40, dropped: 0 } })
    const again = await ended(host, await host.client.dataset.startImport({ train: ['reports.csv'] }))
    expect(again).toMatchObject({ state: 'done', result: { name: 'reports', reused: true } })
    expect(again.warnings.map(({ code }) => code)).toContain('dataset-reused')
    await host.close()
  })

  it('generates one, and leaves nothing where it is cancelled', async () => {
    const host = await open()
    const options = { generator: 'voice-commands' as const, size: 200_000 }
    const job = await host.client.dataset.startGenerate({ options })
    await host.client.jobs.cancel({ id: job.id })
    expect(await ended(host, job)).toMatchObject({ state: 'cancelled', title: 'Generation of voice-commands' })
    expect((await host.client.dataset.list({})).datasets).toEqual([])
    const small = await host.client.dataset.startGenerate({ options: { ...options, size: 100 } })
    expect(await ended(host, small)).toMatchObject({ state: 'done', result: { texts: 100 } })
    await host.close()
  })

  it('refuses a path that may not be read before there is a job, and keeps what is wrong with a file with its job', async () => {
    const host = await open()
    await expect(host.client.dataset.startImport({ train: ['../secret.csv'] })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(host.client.model.startImport({ file: '/etc/passwd' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(host.client.study.startImportBundle({ file: 'none.tar.gz' })).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(await host.client.jobs.list({})).toEqual([])
    writeFileSync(join(folder(), 'odd'), 'no such thing')
    const model = await ended(host, await host.client.model.startImport({ file: 'odd', name: 'm' }))
    expect(model).toMatchObject({ kind: 'model', state: 'failed', error: { code: 'too-large' } })
    const bundle = await ended(host, await host.client.study.startImportBundle({ file: 'odd' }))
    expect(bundle).toMatchObject({ kind: 'bundle', state: 'failed', error: { code: 'input-invalid' } })
    await host.close()
  })

  it('begins nothing once its program is being closed', async () => {
    const host = await open()
    await host.close()
    const options = { generator: 'voice-commands' as const }
    await expect(host.client.dataset.startGenerate({ options })).rejects.toMatchObject({ code: 'cancelled' })
  })
})
