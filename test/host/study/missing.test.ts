import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { resultsSchema } from '../../../src/shared/contract/results.ts'
import { openStore } from '../../../src/store/index.ts'
import { withHost } from '../bundle/archive.ts'
import { temporaryFolder } from '../harness.ts'
import { measuredHome } from './sample.ts'

const folder = temporaryFolder()
const measured = measuredHome()

it('cells that failed or were not run are named wherever a study is looked at', async () => {
  const home = measured(join(folder(), 'home'))
  const store = openStore({ home })
  const [study] = store.studies.list()
  const error = { code: 'out-of-memory', message: 'There was not enough memory.' } as const
  store.studies.finish(study!.id, [{ number: 7, error }])
  store.studies.reopenCells(study!.id, [3])
  const coordinates = store.studies.cells(study!.id).map((cell) => cell.coordinates as { cell: object })
  store.close()

  const out = join(folder(), 'out')
  const { shown, results } = await withHost(home, async ({ client }) => {
    await client.study.export({ study: 'small', formats: ['csv', 'report'], out })
    return {
      shown: await client.study.show({ study: 'small' }),
      results: resultsSchema.parse(await client.study.results({ study: 'small' })),
    }
  })
  expect(shown).toMatchObject({
    failures: [{ number: 7, coordinates: coordinates[7], error }],
    open: [{ number: 3, coordinates: coordinates[3] }],
  })
  expect(results.cells).toEqual({ total: 18, done: 16, failed: 1 })
  expect(results.rows).toHaveLength(16)
  expect(results.missing).toEqual([
    { number: 7, ...coordinates[7]!.cell, error },
    { number: 3, ...coordinates[3]!.cell, error: null },
  ])
  expect(results.recipes).toEqual([{ name: 'ours', preset: 'ours', changed: false }])

  expect(readFileSync(join(out, 'missing.csv'), 'utf8')).toMatch(/\r\n7,disc,.*,failed,out-of-memory,There was not/)
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Failed, 1 cell: There was not enough memory.')
})
