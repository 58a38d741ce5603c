import { quantizedModelRecordSchema, type QuantizedModelRecord } from '../../shared/contract/quantizedModel.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { ContentStore, type Stored } from '../content/contentStore.ts'

export const quantizedFileName = 'model.bgq'

export type StoredQuantized = Stored<QuantizedModelRecord>

/** The quantized models of a home: `<home>/quantized/<64 hexadecimal digits of the file's sha256>`. */
export class QuantizedStore extends ContentStore<QuantizedModelRecord> {
  constructor(home: string) {
    super({
      home,
      folder: 'quantized',
      schema: quantizedModelRecordSchema,
      one: 'a quantized model',
      again: nextStep('quantize'),
    })
  }
}
