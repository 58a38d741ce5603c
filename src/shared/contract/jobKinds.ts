import { z } from 'zod'
import { evaluatedFilesSchema, evaluationParamsSchema } from './evaluation.ts'
import type { JobKind } from './jobs.ts'
import {
  profiledFileSchema,
  profileParamsSchema,
  quantizedEvaluationParamsSchema,
  quantizedEvaluationSchema,
} from './quantization.ts'
import { runtimeTestSchema, selfTestSchema, throughputParamsSchema, throughputSchema } from './system.ts'
import { trainedFileSchema, trainingParamsSchema } from './training.ts'

/** Parameters and result of every kind of job, parsed on both sides of the compute process's boundary. */
export const jobKinds = {
  'self-test': { params: z.strictObject({}), result: selfTestSchema },
  'runtime-test': { params: z.strictObject({}), result: runtimeTestSchema },
  throughput: { params: throughputParamsSchema, result: throughputSchema },
  training: { params: trainingParamsSchema, result: trainedFileSchema },
  evaluation: { params: evaluationParamsSchema, result: evaluatedFilesSchema },
  profile: { params: profileParamsSchema, result: profiledFileSchema },
  'quantized-evaluation': { params: quantizedEvaluationParamsSchema, result: quantizedEvaluationSchema },
} as const satisfies Record<JobKind, { params: z.ZodType; result: z.ZodType }>

export type JobParams<K extends JobKind> = z.output<(typeof jobKinds)[K]['params']>
export type JobResult<K extends JobKind> = z.output<(typeof jobKinds)[K]['result']>
