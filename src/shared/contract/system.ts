import { z } from 'zod'
import { nextStepSchema } from '../errorRecord.ts'
import { bytesSchema, secondsSchema } from '../units.ts'
import { call } from './base.ts'
import { jobSchema } from './jobs.ts'
import { storeCheckSchema } from './store.ts'

/** One thing that was tried on this machine, and what came of it. */
export const checkSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string(),
  status: z.enum(['pass', 'warn', 'fail', 'skipped']),
  found: z.string(),
  expected: z.string().optional(),
  hint: z.string().optional(),
  next: nextStepSchema.optional(),
  duration_s: secondsSchema.optional(),
})
export type Check = z.infer<typeof checkSchema>

export const machineSchema = z.strictObject({
  os: z.string(),
  arch: z.string(),
  cpu: z.string(),
  logicalCores: z.int().min(1),
  /** SIMD extensions of the CPU, by the names the operating system gives them: `avx2`, `avx512_vnni`, `asimddp`, … */
  features: z.array(z.string()),
  memory_bytes: bytesSchema,
  node: z.string(),
})

export const toolSchema = z.strictObject({
  name: z.enum(['python', 'pip', 'make', 'c++']),
  version: z.string().nullable(),
  path: z.string().nullable(),
})

export const deviceSchema = z.strictObject({ name: z.string(), kind: z.enum(['cpu', 'gpu']) })

export const tensorflowVariantSchema = z.enum(['cpu', 'cuda'])
export type TensorflowVariant = z.infer<typeof tensorflowVariantSchema>

export const tensorflowSchema = z.strictObject({
  state: z.enum(['ready', 'missing', 'damaged']),
  variant: tensorflowVariantSchema,
  version: z.string(),
  directory: z.string(),
  bytes: bytesSchema,
})

/** An operation of the TensorFlow library that was run here and compared with a value worked out without it. */
export const kernelCheckSchema = z.strictObject({
  /** `MatMul`, `MatMul gradient`, `BlockLSTMV2`, `BlockLSTMV2 gradient`, `MatMul exact integers` */
  op: z.string(),
  device: z.string(),
  ok: z.boolean(),
  /** largest absolute difference to the expected value; null where it was not finite */
  max_error: z.number().min(0).nullable(),
  tolerance: z.number().min(0),
  /** what the expected value is: `hand calculation`, `finite differences`, … */
  oracle: z.string(),
  duration_s: secondsSchema,
})
export type KernelCheck = z.infer<typeof kernelCheckSchema>

export const selfTestSchema = z.strictObject({
  tensorflow: z.string(),
  devices: z.array(deviceSchema),
  kernels: z.array(kernelCheckSchema),
  load_s: secondsSchema,
})
export type SelfTest = z.infer<typeof selfTestSchema>

/** Small quantized models that were evaluated by the runtime with one set of kernels and compared with the reference, number by number. */
export const runtimeCheckSchema = z.strictObject({
  kernels: z.string(),
  ok: z.boolean(),
  /** numbers compared */
  values: z.int().min(0),
  /** numbers that were others, bit for bit */
  different: z.int().min(0),
  duration_s: secondsSchema,
})
export type RuntimeCheck = z.infer<typeof runtimeCheckSchema>

export const runtimeTestSchema = z.strictObject({
  version: z.string(),
  /** those that evaluate here: what BITGAUGE_KERNELS names, else the fastest */
  chosen: z.string(),
  /** one of each set of kernels that this machine can run */
  checks: z.array(runtimeCheckSchema).min(1),
})
export type RuntimeTest = z.infer<typeof runtimeTestSchema>

export const runtimeSchema = z.strictObject({
  state: z.enum(['ready', 'missing', 'damaged']),
  version: z.string(),
  directory: z.string(),
  bytes: bytesSchema,
  /** what built it; null where nothing did */
  compiler: z.string().nullable(),
  /** null where nothing was tried */
  test: runtimeTestSchema.nullable(),
})

export const doctorReportSchema = z.strictObject({
  version: z.string(),
  healthy: z.boolean(),
  machine: machineSchema,
  tools: z.array(toolSchema),
  tensorflow: tensorflowSchema,
  selfTest: selfTestSchema.nullable(),
  /** what evaluates quantized models on the processor */
  runtime: runtimeSchema,
  store: storeCheckSchema.nullable(),
  checks: z.array(checkSchema),
})
export type DoctorReport = z.infer<typeof doctorReportSchema>

/** Times of one operation at one size, every sample kept. */
export const throughputCaseSchema = z.strictObject({
  op: z.enum(['MatMul', 'BlockLSTMV2', 'BlockLSTMV2 gradient']),
  hidden: z.int().min(1),
  batch: z.int().min(1),
  steps: z.int().min(1),
  samples_s: z.array(secondsSchema).min(1),
  median_s: secondsSchema,
})
export type ThroughputCase = z.infer<typeof throughputCaseSchema>

export const throughputParamsSchema = z.strictObject({
  hidden: z.array(z.int().min(1).max(4096)).min(1).max(16).default([64, 100, 200]),
  batch: z.int().min(1).max(4096).default(64),
  steps: z.int().min(1).max(1024).default(64),
  repeats: z.int().min(3).max(1000).default(20),
})
export type ThroughputParams = z.infer<typeof throughputParamsSchema>

export const throughputSchema = z.strictObject({ device: z.string(), cases: z.array(throughputCaseSchema) })
export type Throughput = z.infer<typeof throughputSchema>

/** What this copy of Bitgauge is, and where it keeps things. Paths are of the machine that the engine runs on. */
export const aboutSchema = z.strictObject({
  version: z.string(),
  node: z.string(),
  licence: z.string(),
  /** the store, its backups and the logs */
  home: z.string(),
  /** what can be made again */
  cache: z.string(),
  logs: z.string(),
})
export type About = z.infer<typeof aboutSchema>

export const systemContract = {
  about: call.input(z.strictObject({})).output(aboutSchema),
  /** The licences of Bitgauge and of what it is made with, as text. Errors: `not-found` (this copy came without). */
  licences: call.input(z.strictObject({})).output(z.strictObject({ own: z.string(), others: z.string() })),
  /**
   * What this machine has, proved by running it, or kept from an earlier proof of the same library: `again` and `full` prove it anew. Takes about a second
   * once the library is there; never downloads.
   */
  doctor: call
    .input(
      z.strictObject({
        cuda: z.boolean().default(false),
        store: z.boolean().default(true),
        full: z.boolean().default(false),
        again: z.boolean().default(false),
      }),
    )
    .output(doctorReportSchema),
  /** Starts a job of kind `throughput`: how long the LSTM's operations take on this machine. */
  measure: call.input(throughputParamsSchema).output(jobSchema),
}
