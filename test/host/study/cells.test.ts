import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expandStudy } from '../../../src/core/study/expandStudy.ts'
import { readStudyOrThrow } from '../../../src/core/study/readStudy.ts'
import { hosts, jobIs, temporaryFolder, until } from '../harness.ts'
import { asked, measuredHome, smallStudy, stateOf, toEnd } from './sample.ts'

const home = temporaryFolder()
const open = hosts()
const measured = measuredHome()

describe('the cells of a study', () => {
  it('are a map of letters in groups, and pages of figures, in the study’s order', async () => {
    const { client } = await open(measured(home()))
    const map = await client.study.map({ study: 'small' })
    expect(map.states).toBe('d'.repeat(18))
    expect(map.groups).toEqual([
      { model: 'disc', seed: 1, recipe: null, first: 0, count: 2 },
      { model: 'disc', seed: 1, recipe: 'ours', first: 2, count: 16 },
    ])
    const { rows } = await client.study.results({ study: 'small' })
    const page = await client.study.cells({ study: 'small', offset: 5, limit: 4 })
    expect(page.total).toBe(18)
    expect(page.cells.map(({ number, run }) => [number, run?.id, run?.accuracy])).toEqual(
      rows.slice(5, 9).map(({ id, accuracy }, index) => [5 + index, id, accuracy]),
    )
    const all = expandStudy(readStudyOrThrow(smallStudy, 'small.yaml').study)
    expect(page.cells.map(({ coordinates }) => coordinates)).toEqual(all.slice(5, 9))
    expect(await client.study.cells({ study: 'small', state: 'open' })).toEqual({ total: 0, cells: [] })
    expect(await client.study.answers({ study: 'small' })).toEqual({
      answers: (await client.study.results({ study: 'small' })).answers,
      warnings: (await client.study.results({ study: 'small' })).warnings,
    })
  })

  it('that are being measured are shown as running, and none is when the study has ended', async () => {
    const host = await open(home())
    const events = await host.client.events.watch({})
    const { job } = await host.client.study.run(asked())
    const seen = new Set<string>()
    await until(events, (event) => {
      if (event.type === 'job' && event.job.progress?.phase === 'cells') seen.add('cells')
      return seen.size > 0
    })
    let running = 0
    while (running === 0 && (await stateOf(host)).state === 'running') {
      running = (await host.client.study.cells({ study: 'small', state: 'running' })).total
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(running).toBeGreaterThan(0)
    await until(events, jobIs(job.id, 'done'))
    expect((await host.client.study.map({ study: 'small' })).states).toBe('d'.repeat(18))
  })
})

describe('studies of one program', () => {
  it('take turns: the second waits, and leaves the queue when it is told to', async () => {
    const host = await open(home())
    const events = await host.client.events.watch({})
    const first = await host.client.study.run(asked())
    const second = await host.client.study.run(asked(smallStudy.replace('name: small', 'name: second')))
    const third = await host.client.study.run(asked(smallStudy.replace('name: small', 'name: third')))
    await until(events, (event) => event.type === 'job' && event.job.progress?.phase === 'cells')
    expect(await host.client.jobs.get({ id: second.job.id })).toMatchObject({ state: 'queued', started: null })
    await host.client.study.cancel({ study: 'second' })
    await until(events, jobIs(second.job.id, 'cancelled'))
    expect(await stateOf(host, 'second')).toMatchObject({ state: 'cancelled', cells: { done: 0, failed: 0 } })
    expect((await host.client.jobs.get({ id: first.job.id })).state).toBe('running')
    await until(events, jobIs(third.job.id, 'done'))
    expect(await host.client.jobs.get({ id: first.job.id })).toMatchObject({ state: 'done' })
    expect(await stateOf(host, 'third')).toMatchObject({ state: 'done', cells: { done: 18 } })
  })
})

describe('a study that was removed', () => {
  it('comes back as it was, and only once', async () => {
    const host = await open(measured(join(home(), 'a')))
    const before = await host.client.study.show({ study: 'small' })
    const { id } = await host.client.study.remove({ study: 'small' })
    expect(await host.client.study.list({})).toEqual([])
    await host.client.study.restore({ study: id })
    expect(await host.client.study.show({ study: 'small' })).toEqual(before)
    await expect(host.client.study.restore({ study: id })).rejects.toMatchObject({ code: 'not-found' })
    expect((await toEnd(host)).result).toMatchObject({ computed: { cells: 0, trainings: 0 } })
  })
})
