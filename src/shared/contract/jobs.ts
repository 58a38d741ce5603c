import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { errorRecordSchema } from '../errorRecord.ts'
import { idSchema, momentSchema, secondsSchema, warningSchema } from '../units.ts'
import { call } from './base.ts'
import { boardQuestionSchema } from './boardCalls.ts'
import { liveProfileSchema } from './liveProfile.ts'

/** Kinds of work that run in the compute process; each has its parameters and result in `jobKinds.ts`. */
export const jobKindSchema = z.enum([
  'self-test',
  'runtime-test',
  'throughput',
  'training',
  'evaluation',
  'profile',
  'quantized-evaluation',
])
export type JobKind = z.infer<typeof jobKindSchema>

/** Kinds of work that the host does itself, with as many tasks of the compute processes as it takes. */
export const hostedKindSchema = z.enum([
  'dataset',
  'model',
  'calibration',
  'quantization',
  'study',
  'bundle',
  'board-profile',
])
export type HostedKind = z.infer<typeof hostedKindSchema>

/** `interrupted`: the program that owned the job ended before it did. */
export const jobStateSchema = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted'])
export type JobState = z.infer<typeof jobStateSchema>
export const endStates: readonly JobState[] = ['done', 'failed', 'cancelled', 'interrupted']

/** How well a job that learns is doing; all but `epochs` as of its last step. */
export const metricsSchema = z.strictObject({
  /** the epoch under way, from 1 */
  epoch: z.int().min(1).optional(),
  /** nats, of the last step */
  loss: z.number().optional(),
  /** of the last epoch's end */
  accuracy: z.number().optional(),
  devAccuracy: z.number().optional(),
  /** the epochs that have ended, so that a watcher who came late has the whole curve; the newest 500 */
  epochs: z
    .array(
      z.strictObject({
        epoch: z.int().min(1),
        loss: z.number(),
        accuracy: z.number().nullable(),
        devAccuracy: z.number().nullable(),
        /** null for an epoch of an earlier attempt */
        duration_s: secondsSchema.nullable(),
      }),
    )
    .optional(),
})
export type Metrics = z.infer<typeof metricsSchema>

/** How far a job is; `total` is null where it is not known beforehand. */
export const progressSchema = z.strictObject({
  phase: z.string(),
  done: z.number().min(0),
  total: z.number().min(0).nullable(),
  unit: z.string(),
  /** seconds until the end, as far as they can be judged */
  left_s: secondsSchema.optional(),
  metrics: metricsSchema.optional(),
  /** of a job of kind `board-profile` */
  profile: liveProfileSchema.optional(),
})
export type Progress = z.infer<typeof progressSchema>

export const jobSchema = z.strictObject({
  id: idSchema,
  kind: z.union([jobKindSchema, hostedKindSchema]),
  title: z.string(),
  state: jobStateSchema,
  params: z.unknown(),
  progress: progressSchema.nullable(),
  result: z.unknown(),
  error: errorRecordSchema.nullable(),
  warnings: z.array(warningSchema),
  created: momentSchema,
  started: momentSchema.nullable(),
  ended: momentSchema.nullable(),
})
export type Job = z.infer<typeof jobSchema>

/** The parts of the store that a {@link hostEventSchema} of type `changed` names; the contract's parts have the same names. */
export const storePartSchema = z.enum([
  'dataset',
  'model',
  'calibration',
  'quantization',
  'run',
  'study',
  'exports',
  'board',
  'profile',
])
export type StorePart = z.infer<typeof storePartSchema>

/**
 * What the host tells. The first event of a watch is a `snapshot` of the newest jobs, unless the watcher resumes from an event
 * that the host still remembers; then it gets only what it missed.
 */
export const hostEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('snapshot'),
    jobs: z.array(jobSchema),
    compute: z.enum(['idle', 'running', 'crashed']),
    /** what servers wait to be answered; left out: nothing */
    questions: z.array(boardQuestionSchema).optional(),
  }),
  z.strictObject({ type: z.literal('job'), job: jobSchema }),
  z.strictObject({ type: z.literal('job-removed'), id: idSchema }),
  /** what was asked of these parts may be answered otherwise now, whoever changed them */
  z.strictObject({ type: z.literal('changed'), parts: z.array(storePartSchema).min(1) }),
  /** a server asks before it lets a board's user in: `board.answer` */
  z.strictObject({ type: z.literal('question'), question: boardQuestionSchema }),
  /** it was answered, or the server has hung up */
  z.strictObject({ type: z.literal('question-settled'), id: idSchema }),
  z.strictObject({ type: z.literal('compute'), state: z.enum(['idle', 'running', 'crashed']) }),
])
export type HostEvent = z.infer<typeof hostEventSchema>
export type ComputeState = Extract<HostEvent, { type: 'compute' }>['state']

export const jobsContract = {
  /** Newest first. */
  list: call
    .input(
      z.strictObject({
        limit: z.int().min(1).max(1000).default(100),
        state: jobStateSchema.optional(),
      }),
    )
    .output(z.array(jobSchema)),
  get: call.input(z.strictObject({ id: idSchema })).output(jobSchema),
  /** Asks a queued or running job to stop; gives the job as it is after the request. Errors: `not-found`, `conflict` (has ended). */
  cancel: call.input(z.strictObject({ id: idSchema })).output(jobSchema),
  /** Removes an ended job from the list. Errors: `not-found`, `conflict` (has not ended). */
  remove: call.input(z.strictObject({ id: idSchema })).output(z.strictObject({ id: idSchema })),
}

export const eventsContract = {
  watch: call.input(z.strictObject({})).output(eventIterator(hostEventSchema)),
}
