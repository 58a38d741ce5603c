import { createRouterClient } from '@orpc/server'
import { expect, it } from 'vitest'
import { createDatasetRouter } from '../../../src/host/dataset/datasetRouter.ts'
import { fromTransportError } from '../../../src/shared/contract/failure.ts'
import { csv, plainRows, workplace } from './support.ts'

it('the calls of the contract take a dataset from its file to its removal, and carry errors by their code', async () => {
  const { service, file } = workplace()
  const defects: unknown[] = []
  const client = createRouterClient(createDatasetRouter(service, null as never, (thrown) => defects.push(thrown)))
  const phases = new Set<string>()
  for await (const event of await client.import({ train: [file('a.csv', csv(plainRows))] })) {
    phases.add(event.type === 'progress' ? event.progress.phase : event.type)
  }
  expect([...phases]).toContain('encoding test')
  expect([...phases].at(-1)).toBe('done')
  const { datasets } = await client.list({})
  expect(datasets.map(({ name, rows }) => [name, rows])).toEqual([['a', { train: 28, dev: 4, test: 8 }]])
  expect((await client.show({ dataset: 'a' })).encodings).toHaveLength(1)
  expect(await client.remove({ dataset: 'a' })).toMatchObject({ name: 'a' })
  const broken = async (): Promise<void> => {
    for await (const event of await client.import({ train: [file('b.csv', 'label,text\n')] })) void event
  }
  const thrown = fromTransportError(await broken().catch((error: unknown) => error))
  expect(thrown).toMatchObject({ code: 'input-invalid', message: 'b.csv holds no rows.' })
  expect(defects).toEqual([])
})
