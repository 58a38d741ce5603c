import { eventIterator, type ContractRouterClient } from '@orpc/contract'
import { z } from 'zod'
import { errorRecordSchema } from '../errorRecord.ts'
import { idSchema, warningSchema } from '../units.ts'
import { call } from './base.ts'
import { jobKindSchema, progressSchema } from './jobs.ts'

/** What a job tells while it runs. The last event is `result` or `failed`; a stream that ends without one is a crash. */
export const computeEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('progress'), progress: progressSchema }),
  z.strictObject({ type: z.literal('warning'), warning: warningSchema }),
  z.strictObject({ type: z.literal('result'), result: z.unknown() }),
  z.strictObject({ type: z.literal('failed'), error: errorRecordSchema }),
])
export type ComputeEvent = z.infer<typeof computeEventSchema>

/** Its priority: below the interface and everything else that a person waits for; 19 would be the lowest. */
export const computePriority = 10
/** The same of its session, where it has one of its own: a third of what a session gets in which somebody waits. */
export const sessionPriority = 5

/** The contract of the compute process, spoken over its parent port. One job at a time a process. */
export const computeContract = {
  /** Answers when the process is up; the library is loaded by the first job that needs it. */
  hello: call.input(z.strictObject({})).output(z.strictObject({ pid: z.int(), node: z.string() })),
  /** Runs one job; closing the stream cancels it. */
  run: call
    .input(z.strictObject({ id: idSchema, kind: jobKindSchema, params: z.unknown() }))
    .output(eventIterator(computeEventSchema)),
  /** Asks the job to stop at its next step; its stream then ends with `failed` and the code `cancelled`. Nothing where no such job runs. */
  cancel: call.input(z.strictObject({ id: idSchema })).output(z.strictObject({})),
}
export type ComputeClient = ContractRouterClient<typeof computeContract>
