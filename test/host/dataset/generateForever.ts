import { DatasetService } from '../../../src/host/dataset/datasetService.ts'
import { datasetGenerateSchema } from '../../../src/shared/contract/dataset.ts'

/** A process that is busy with a dataset long enough to be killed. */
const input = datasetGenerateSchema.parse({ options: { generator: 'maintenance-log', size: 500_000 } })
for await (const event of new DatasetService({ home: process.argv[2] as string }).generate(input)) void event
