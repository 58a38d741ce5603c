import { z } from 'zod'
import { trainedOnSchema } from './trainingRules.ts'

/** What evaluates quantized models: the C runtime, on the processor alone, or the TensorFlow library. */
export const engineSchema = z.enum(['runtime', 'tensor'])
export type Engine = z.infer<typeof engineSchema>

/** How a quantized model came to its numbers; neither engine is named where nothing was evaluated. */
export const evaluatedOnSchema = trainedOnSchema.partial({ tensorflow: true }).extend({
  runtime: z
    .strictObject({
      version: z.string(),
      /** `avx512`, `scalar`, …; without effect on a result all of whose matrix products are of integers */
      kernels: z.string(),
    })
    .optional(),
})
export type EvaluatedOn = z.infer<typeof evaluatedOnSchema>
