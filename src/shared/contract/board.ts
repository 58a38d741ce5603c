import { z } from 'zod'
import { bytesSchema } from '../units.ts'

const countSchema = z.int().min(0)
const someSchema = z.int().min(1)
/** What a board says of itself is cut, never trusted to be short. */
const wordSchema = z.string().max(200)
const lineSchema = z.string().max(500)

/** A name of DNS, an address, or a `Host` of the SSH configuration; never an option of a program. */
export const boardHostSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(
    /^[\p{L}\p{N}_[:][\p{L}\p{N}._:%[\]-]*$/u,
    'must be a host name, an address or a Host of the SSH configuration',
  )

export const boardUserSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\s\p{C}@:/-][^\s\p{C}@:/]*$/u, 'must be a user name')

export const boardPortSchema = z.int().min(1).max(65_535)

/** A server that the connection goes through: `ssh -J`. */
export const boardHopSchema = z.strictObject({
  host: boardHostSchema,
  user: boardUserSchema.optional(),
  port: boardPortSchema.optional(),
})
export type BoardHop = z.infer<typeof boardHopSchema>

/** files of private keys; a leading `~/` is the home folder */
const keyFilesSchema = z.array(z.string().min(1).max(4096)).max(20)

/** A server on the way, with the keys that are for it alone. */
export const boardJumpSchema = boardHopSchema.extend({ keys: keyFilesSchema.optional() })
export type BoardJump = z.infer<typeof boardJumpSchema>

export const boardAuthentications = ['key', 'agent', 'password', 'keyboard-interactive'] as const
export type BoardAuthentication = (typeof boardAuthentications)[number]

/** Where a board is and how one gets in. What is left out is taken from the SSH configuration, else as `ssh` takes it. */
export const boardTargetSchema = z.strictObject({
  ...boardHopSchema.shape,
  keys: keyFilesSchema.optional(),
  /** the ways that may be tried, in this order; left out: all for which there is something to try */
  authentication: z.array(z.enum(boardAuthentications)).min(1).max(boardAuthentications.length).optional(),
  /** servers in the order in which they are passed; `[]` overrides a ProxyJump */
  jumps: z.array(boardJumpSchema).max(4).optional(),
  /** a file in the place of `~/.ssh/config`; null: none is read */
  config: z.string().min(1).max(4096).nullable().optional(),
})
export type BoardTarget = z.infer<typeof boardTargetSchema>

export const hostKeyFingerprintSchema = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be SHA256: and 43 characters of base 64')

/** A server's public key as people compare it: the algorithm and what `ssh-keygen -l` prints. */
export const hostKeySchema = z.strictObject({
  algorithm: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[a-z0-9@.-]+$/),
  fingerprint: hostKeyFingerprintSchema,
})
export type HostKey = z.infer<typeof hostKeySchema>

/** A server that a connection meets. */
export const boardServerSchema = z.strictObject({
  /** as it was named: what its secrets go by */
  name: z.string().min(1).max(255),
  host: z.string().min(1).max(255),
  port: boardPortSchema,
  /** on the way to the board, which is no jump itself */
  jump: z.boolean(),
})
export type BoardServer = z.infer<typeof boardServerSchema>

/** A key that a server offered and that was not taken. */
export const offeredKeySchema = hostKeySchema.extend({ server: boardServerSchema })
export type OfferedKey = z.infer<typeof offeredKeySchema>

/** A key that was accepted for a server, board or jump. */
export const knownHostKeySchema = z.strictObject({ host: boardHostSchema, port: boardPortSchema, key: hostKeySchema })
export type KnownHostKey = z.infer<typeof knownHostKeySchema>

export const boardArchitectures = [
  'x86_64',
  'i386',
  'aarch64',
  'arm',
  'riscv64',
  'riscv32',
  'ppc64',
  'unknown',
] as const

/** Cores that are alike. */
export const boardClusterSchema = z.strictObject({
  /** numbers of its logical CPUs, ascending */
  cpus: z.array(countSchema).min(1).max(4096),
  /** as `/proc/cpuinfo` or the table of part numbers names it */
  model: lineSchema.nullable(),
  /** of the kernel's scheduler, the fastest 1024; null where it has none */
  capacity: countSchema.nullable(),
  min_hz: countSchema.nullable(),
  max_hz: countSchema.nullable(),
})
export type BoardCluster = z.infer<typeof boardClusterSchema>

export const boardCompilerSchema = z.strictObject({
  command: wordSchema,
  /** first line of what it says */
  version: lineSchema,
  /** what it compiles for, as it says; null where it does not */
  target: wordSchema.nullable(),
})
export type BoardCompiler = z.infer<typeof boardCompilerSchema>

export const boardPowerSensorSchema = z.strictObject({
  kind: z.enum(['hwmon', 'powercap']),
  /** of the chip and, where it has one, of the rail */
  name: wordSchema,
  /** file that is read: microwatts of hwmon, microjoules of powercap */
  path: lineSchema,
  /** milliamperes, where no file tells the power: `path` is of millivolts then, and their product the power */
  current: lineSchema.optional(),
  readable: z.boolean(),
})
export type BoardPowerSensor = z.infer<typeof boardPowerSensorSchema>

/** What a board is. Null stands for what it does not tell. Nothing here changes while the board is the same and set up alike. */
export const boardFactsSchema = z.strictObject({
  /** `uname -m` */
  machine: wordSchema,
  /** of the programs that run there: a 64-bit kernel may carry a 32-bit userland */
  arch: z.enum(boardArchitectures),
  userland_bits: z.union([z.literal(32), z.literal(64)]).nullable(),
  /** of the device tree or the firmware */
  model: lineSchema.nullable(),
  cpu: lineSchema.nullable(),
  /** extensions by the names of the kernel, sorted */
  features: z.array(wordSchema).max(1000),
  /** logical CPUs that are on */
  cores: someSchema,
  clusters: z.array(boardClusterSchema).max(256),
  memory_bytes: bytesSchema.nullable(),
  os: lineSchema.nullable(),
  kernel: lineSchema,
  libc: z.strictObject({
    name: z.enum(['glibc', 'musl', 'uclibc', 'bionic', 'unknown']),
    version: wordSchema.nullable(),
  }),
  compilers: z.array(boardCompilerSchema).max(16),
  power: z.array(boardPowerSensorSchema).max(256),
  /** the hypervisor or container that it says it is in; null: none is seen */
  virtualization: wordSchema.nullable(),
  /** programs run on an imitated processor: no time that is measured there is the board's */
  emulated: z.boolean(),
})
export type BoardFacts = z.infer<typeof boardFactsSchema>

/** What the firmware of a board limits, by its own words. */
export const boardLimitsSchema = z.strictObject({
  now: z.array(wordSchema).max(16),
  /** at some time since the board was started */
  sinceStart: z.array(wordSchema).max(16),
})
export type BoardLimits = z.infer<typeof boardLimitsSchema>

/** How the board was at one moment. */
export const boardStateSchema = z.strictObject({
  /** of its start: another one means that it was started anew */
  boot: wordSchema.nullable(),
  uptime_s: z.number().min(0).nullable(),
  /** mean number of runnable tasks over a minute */
  load: z.number().min(0).nullable(),
  available_bytes: bytesSchema.nullable(),
  /** in the cache folder */
  free_bytes: bytesSchema.nullable(),
  /** by logical CPU; the governor is null where the clock cannot be set */
  clocks: z
    .array(z.strictObject({ cpu: countSchema, hz: countSchema.nullable(), governor: wordSchema.nullable() }))
    .max(4096),
  temperatures: z
    .array(
      z.strictObject({
        zone: wordSchema,
        celsius: z.number().min(-273.15).max(1000),
        /** file of thousandths of a degree */
        path: lineSchema.optional(),
      }),
    )
    .max(256),
  /** null where the firmware tells nothing of it */
  limits: boardLimitsSchema.nullable().optional(),
})
export type BoardState = z.infer<typeof boardStateSchema>

export const boardDescriptionSchema = z.strictObject({ facts: boardFactsSchema, state: boardStateSchema })
export type BoardDescription = z.infer<typeof boardDescriptionSchema>
