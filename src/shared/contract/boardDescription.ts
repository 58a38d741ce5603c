import { z } from 'zod'
import { bytesSchema, momentSchema } from '../units.ts'

const textSchema = z.string().min(1).max(256)
const hertzSchema = z.number().gt(0)

/** A sensor of the board by the file that tells it. */
export const boardSensorSchema = z.strictObject({
  /** `energy`: a counter, microjoules; `power`: a gauge, microwatts; `temperature`: thousandths of a degree Celsius */
  kind: z.enum(['energy', 'power', 'temperature']),
  /** `package-0`, `ina226`, `cpu-thermal`, … */
  name: textSchema,
  path: z.string().min(1).max(4096),
  /** where an energy counter begins again at 0, microjoules */
  wraps_at: z.number().gt(0).nullable(),
})
export type BoardSensor = z.infer<typeof boardSensorSchema>

/** What a board is: what its system says, null where it does not. */
export const boardDescriptionSchema = z.strictObject({
  described: momentSchema,
  hostName: textSchema.nullable(),
  /** as `uname -m` says: `aarch64`, `armv7l`, `riscv64`, `x86_64` */
  machine: textSchema,
  system: textSchema,
  kernel: textSchema,
  /** `Debian GNU/Linux 12 (bookworm)` */
  distribution: textSchema.nullable(),
  libc: textSchema.nullable(),
  cpu: z.strictObject({
    model: textSchema.nullable(),
    cores: z.int().min(1),
    /** `neon`, `asimddp`, `avx2`, … that matter to the kernels, sorted */
    features: z.array(textSchema).max(256),
    /** cores of one kind together, in the order of their numbers */
    clusters: z.array(
      z.strictObject({
        cores: z.array(z.int().min(0)).min(1),
        model: textSchema.nullable(),
        governor: textSchema.nullable(),
        clock_hz: hertzSchema.nullable(),
        lowest_hz: hertzSchema.nullable(),
        highest_hz: hertzSchema.nullable(),
      }),
    ),
  }),
  memory_bytes: bytesSchema.nullable(),
  free_bytes: bytesSchema.nullable(),
  /** `gcc 12.2.0`; null where the board has none */
  compiler: z.strictObject({ path: z.string().min(1).max(4096), name: textSchema }).nullable(),
  temperature_c: z.number().nullable(),
  /** load of the last minute, in processes */
  load: z.number().min(0).nullable(),
  sensors: z.array(boardSensorSchema).max(64),
  /** runs on an imitated processor: no time that it tells is a board's */
  emulated: z.boolean(),
})
export type BoardDescription = z.infer<typeof boardDescriptionSchema>
