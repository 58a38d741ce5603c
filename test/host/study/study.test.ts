import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expandStudy } from '../../../src/core/study/expandStudy.ts'
import { readStudyOrThrow } from '../../../src/core/study/readStudy.ts'
import { resultsSchema } from '../../../src/shared/contract/results.ts'
import { studyEndedSchema } from '../../../src/shared/contract/study.ts'
import { openStore } from '../../../src/store/index.ts'
import { hosts, jobIs, temporaryFolder, until } from '../harness.ts'
import { asked, comparable, measuredHome, smallStudy, stateOf, toEnd } from './sample.ts'

const home = temporaryFolder()
const open = hosts()
const measured = measuredHome()

const computedBy = async (host: Awaited<ReturnType<typeof open>>, input = asked()) =>
  studyEndedSchema.parse((await toEnd(host, input)).result).computed

describe('a study', () => {
  it('measures every cell, gives them in its order, answers its questions, and computes nothing a second time', async () => {
    const host = await open(home())
    expect(await computedBy(host)).toEqual({ cells: 18, trainings: 1 })
    const results = resultsSchema.parse(await host.client.study.results({ study: 'small' }))
    const cells = expandStudy(readStudyOrThrow(smallStudy, 'small.yaml').study)
    expect(
      results.rows.map(({ recipe, bits, composition, draw, noise }) => ({ recipe, bits, composition, draw, noise })),
    ).toEqual(
      cells.map(({ cell: { recipe, bits, composition, draw, noise } }) => ({ recipe, bits, composition, draw, noise })),
    )
    const quantized = results.rows.filter(({ recipe }) => recipe !== null)
    expect(quantized.every(({ agreement, difference }) => agreement !== null && difference !== null)).toBe(true)
    expect(results.answers.map(({ missing, contrasts }) => [missing, contrasts.length])).toEqual([[0, 4]])
    expect(results.adjustments.map(({ bits, composition }) => [bits, composition])).toEqual([
      ['W8 A8 C8', 'balanced'],
      ['W8 A8 C8', 'one'],
      ['W4 A4 C4', 'balanced'],
      ['W4 A4 C4', 'one'],
    ])
    expect(results.profiles.map(({ composition, texts }) => [composition, texts])).toEqual([
      ['balanced', 'own'],
      ['one', 'own'],
    ])
    const again = await toEnd(host)
    expect(studyEndedSchema.parse(again.result).computed).toEqual({ cells: 0, trainings: 0 })
    expect(await host.client.study.results({ study: 'small' })).toEqual(results)
  })

  it('computes what a changed file adds and nothing else, also under another name', async () => {
    const host = await open(measured(home()))
    expect(await computedBy(host, asked(smallStudy.replace('[8, 4]', '[8, 4, 6]')))).toEqual({ cells: 8, trainings: 0 })
    expect(await computedBy(host, asked(smallStudy.replace('name: small', 'name: other')))).toEqual({
      cells: 0,
      trainings: 0,
    })
    expect(await stateOf(host, 'other')).toMatchObject({ state: 'done', cells: { total: 18, done: 18 } })
  })

  it('measures again what --force asks for, to the same numbers', async () => {
    const host = await open(measured(home()))
    const before = await comparable(host)
    expect(await computedBy(host, asked(smallStudy, { force: true }))).toEqual({ cells: 18, trainings: 0 })
    expect(await comparable(host)).toEqual(before)
  })

  it('says what it would do, and that it is done', async () => {
    const host = await open(home())
    expect(await host.client.study.plan(asked())).toMatchObject({
      cells: { total: 18, float: 2, quantized: 16, done: 0 },
      trainings: { total: 1, done: 0 },
      estimate: { basis: expect.stringContaining('a guess') },
    })
    const done = await open(measured(join(home(), 'done')))
    expect(await done.client.study.plan(asked())).toMatchObject({
      cells: { done: 18 },
      trainings: { done: 1 },
      estimate: { training_s: 0, cells_s: 0, basis: expect.stringContaining('newest') },
    })
  })

  it('goes on beside cells that fail, says which, and finishes them when the file is mended', async () => {
    const host = await open(home())
    const broken = smallStudy
      .replace('size: 16', 'size: 60')
      .replace('one: {pump: 1}', 'one: {pump: 1, valve: 0.001}')
      .replace('size: 400', 'size: 200')
    const job = await toEnd(host, asked(broken))
    expect(job).toMatchObject({ state: 'failed', error: { message: expect.stringMatching(/^8 of 18 cells/) } })
    const shown = await host.client.study.show({ study: 'small' })
    expect(shown).toMatchObject({ state: 'failed', cells: { done: 10, failed: 8 } })
    expect(shown.failures.every(({ coordinates }) => coordinates.cell.composition === 'one')).toBe(true)
    const results = await host.client.study.results({ study: 'small' })
    expect(results.rows).toHaveLength(10)
    expect(results.warnings[0]).toMatchObject({ code: 'cells-failed' })
    expect(results.answers[0]).toMatchObject({ verdict: 'waiting', missing: 8 })
    expect((await toEnd(host, asked(broken.replace('size: 60', 'size: 16')))).state).toBe('done')
  })

  it('is refused with the place in its file where it does not fit its dataset', async () => {
    const host = await open(home())
    const job = await toEnd(host, asked(smallStudy.replace('{pump: 1}', '{pumb: 1}')))
    expect(job.error).toMatchObject({
      code: 'input-invalid',
      where: { line: 7, column: 82 },
      hint: 'The nearest is pump.',
    })
    await expect(host.client.study.run(asked(smallStudy.replace('bits: [', 'bitts: [')))).rejects.toMatchObject({
      code: 'input-invalid',
      where: { file: 'small.yaml', line: 9, column: 3 },
    })
    await expect(host.client.study.show({ study: 'smal' })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'The nearest is small.',
    })
  })
})

describe('a study that runs', () => {
  it('is paused by another program, refused to it while it runs, and goes on to the same results', async () => {
    const [host, other] = [await open(home()), await open(home())]
    const events = await host.client.events.watch({})
    const { job } = await host.client.study.run(asked())
    await until(events, (event) => event.type === 'job' && event.job.progress?.phase === 'cells')
    await expect(other.client.study.resume({ study: 'small' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(other.client.study.remove({ study: 'small' })).rejects.toMatchObject({ code: 'conflict' })
    await other.client.study.pause({ study: 'small' })
    await until(events, jobIs(job.id, 'cancelled'))
    const paused = await stateOf(host)
    expect(paused.state).toBe('paused')
    expect(paused.cells.failed).toBe(0)
    const otherEvents = await other.client.events.watch({})
    const resumed = await other.client.study.resume({ study: 'small' })
    await until(otherEvents, jobIs(resumed.job.id, 'done'))
    expect(await stateOf(host)).toMatchObject({ state: 'done', cells: { done: 18 } })
  })

  it('keeps what is finished when it is cancelled, and its runs when it is removed', async () => {
    const host = await open(home())
    const events = await host.client.events.watch({})
    const { job } = await host.client.study.run(asked())
    await until(
      events,
      (event) => event.type === 'job' && event.job.progress?.phase === 'cells' && event.job.progress.done > 0,
    )
    await host.client.study.cancel({ study: 'small' })
    await until(events, jobIs(job.id, 'cancelled'))
    const { state, cells } = await stateOf(host)
    expect(state).toBe('cancelled')
    expect(cells.done).toBeGreaterThan(0)
    await expect(host.client.study.cancel({ study: 'small' })).rejects.toMatchObject({ code: 'conflict' })
    await host.client.study.remove({ study: 'small' })
    expect(await host.client.study.list({})).toEqual([])
    const { cells: left } = studyEndedSchema.parse((await toEnd(host)).result).computed
    expect(left).toBeLessThan(18)
  })

  it('is paused where its program was closed under it', async () => {
    const host = await open(home())
    const events = await host.client.events.watch({})
    await host.client.study.run(asked())
    await until(events, (event) => event.type === 'job' && event.job.progress?.phase === 'cells')
    await host.close()
    const store = openStore({ home: home() })
    expect(store.studies.list()).toMatchObject([{ state: 'paused' }])
    store.close()
  })
})
