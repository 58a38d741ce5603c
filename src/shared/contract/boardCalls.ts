import { z } from 'zod'
import { bytesSchema, fingerprintSchema, idSchema, momentSchema, warningSchema } from '../units.ts'
import { call } from './base.ts'
import {
  boardDescriptionSchema,
  boardHostSchema,
  boardPortSchema,
  boardServerSchema,
  boardTargetSchema,
  hostKeyFingerprintSchema,
  hostKeySchema,
  offeredKeySchema,
} from './board.ts'
import { datasetNameSchema } from './datasetRules.ts'

const countSchema = z.int().min(0)

/** What people call a board: unique in a home. `local` is this machine, and no other board's name. */
export const boardNameSchema = datasetNameSchema
/** The name of a board. */
export const boardReferenceSchema = z.string().min(1).max(100)

export const serverSecretsSchema = z.strictObject({
  password: z.string().min(1).max(1024).optional(),
  /** of the private key */
  passphrase: z.string().min(1).max(1024).optional(),
})

/** Given with a call, kept in memory until the program ends, never stored. Each server gets its own and no other's. */
export const boardSecretsSchema = serverSecretsSchema.extend({
  /** of servers on the way, by the name of each; `name:port` where one is passed at two ports */
  jumps: z
    .record(z.string().min(1).max(300), serverSecretsSchema)
    .refine((jumps) => Object.keys(jumps).length <= 16, 'at most 16 servers')
    .optional(),
  /** somebody watches events and answers what servers ask, by {@link boardContract.answer}; left out: only a password answers */
  questions: z.boolean().optional(),
})
export type BoardSecrets = z.infer<typeof boardSecretsSchema>

/** What a server asks before it lets anybody in, until it is answered or the server has hung up. */
export const boardQuestionSchema = z.strictObject({
  id: idSchema,
  board: boardNameSchema,
  /** the board, or a server on the way */
  server: boardServerSchema.pick({ name: true, jump: true }),
  /** the server's own words, cut, with whether what is typed may be shown */
  prompts: z
    .array(z.strictObject({ prompt: z.string().max(200), echo: z.boolean() }))
    .min(1)
    .max(8),
})
export type BoardQuestion = z.infer<typeof boardQuestionSchema>

/**
 * `trusted`: its key is known (`local` has none and is always trusted). `unconfirmed`: nobody has confirmed a key yet. `changed`: the last connection
 * was offered another key and was refused. `revoked`: the key is marked as revoked.
 */
export const boardTrustSchema = z.enum(['trusted', 'unconfirmed', 'changed', 'revoked'])

/** The servers of boards that were refused by an earlier version were not kept. */
export const refusedKeySchema = hostKeySchema.extend({
  at: momentSchema,
  server: boardServerSchema.optional(),
  revoked: z.boolean().optional(),
})
export type RefusedKey = z.infer<typeof refusedKeySchema>

export const boardEntrySchema = z.strictObject({
  /** null for `local` until something is stored of it */
  id: idSchema.nullable(),
  name: boardNameSchema,
  kind: z.enum(['ssh', 'local']),
  /** null for `local` */
  target: boardTargetSchema.nullable(),
  trust: boardTrustSchema,
  /** null where none is remembered */
  key: hostKeySchema.extend({ since: momentSchema }).nullable(),
  /** the key that was refused, and whose it is */
  refused: refusedKeySchema.nullable(),
  /** servers on the way, in their order, as the target and the SSH configuration have them; none where these cannot be read */
  jumps: z.array(boardServerSchema.extend({ key: hostKeySchema.extend({ since: momentSchema }).nullable() })),
  /** as it was seen last; null where it never was */
  description: boardDescriptionSchema.nullable(),
  /** of the description's facts */
  fingerprint: fingerprintSchema.nullable(),
  seen: momentSchema.nullable(),
  created: momentSchema.nullable(),
  /** profiles in the store */
  profiles: countSchema,
})
export type BoardEntry = z.infer<typeof boardEntrySchema>

/** How the facts differ from those before. */
export const boardDifferenceSchema = z.strictObject({
  /** `cpu`, `memory_bytes`, `clusters.0.max_hz`, … */
  field: z.string().min(1),
  before: z.string(),
  now: z.string(),
})
export type BoardDifference = z.infer<typeof boardDifferenceSchema>

export const boardListSchema = z.strictObject({ boards: z.array(boardEntrySchema) })
export type BoardList = z.infer<typeof boardListSchema>

export const boardShownSchema = z.strictObject({
  board: boardEntrySchema,
  /** every description that differed from the one before it, newest first */
  history: z.array(
    z.strictObject({
      seen: momentSchema,
      description: boardDescriptionSchema,
      differences: z.array(boardDifferenceSchema),
    }),
  ),
})
export type BoardShown = z.infer<typeof boardShownSchema>

export const boardAddInputSchema = z.strictObject({
  name: boardNameSchema,
  target: boardTargetSchema,
  secrets: boardSecretsSchema.default({}),
  /** the key that the board must have; left out: the offered one is told, and the board is added with nothing trusted */
  hostKey: hostKeyFingerprintSchema.optional(),
})
export type BoardAddInput = z.infer<typeof boardAddInputSchema>

/**
 * `unconfirmed`: the board is in the list; {@link boardContract.trust} with the offered key goes on. Nothing was sent to whom the key is of: the board, or a server
 * on the way.
 */
export const boardAddedSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('added'), board: boardEntrySchema }),
  z.strictObject({ state: z.literal('unconfirmed'), board: boardEntrySchema, offered: offeredKeySchema }),
])
export type BoardAdded = z.infer<typeof boardAddedSchema>

export const boardCheckInputSchema = z.strictObject({
  board: boardReferenceSchema,
  secrets: boardSecretsSchema.default({}),
})

export const boardCheckedSchema = z.strictObject({
  board: boardEntrySchema,
  /** median of some round trips; 0 for `local` */
  roundTrip_ms: z.number().min(0),
  differences: z.array(boardDifferenceSchema),
  /** bytes of the cache folder on the board */
  cache_bytes: bytesSchema,
  /** whether a program of this version is there already, or how it would come */
  program: z.enum(['there', 'build', 'upload', 'none']),
  /** what would spoil a measurement: a governor that moves, heat, foreign load, no way to get the program there */
  warnings: z.array(warningSchema),
})
export type BoardChecked = z.infer<typeof boardCheckedSchema>

export const boardTrustInputSchema = z.strictObject({
  board: boardReferenceSchema,
  /** left out: the offered key is told and nothing changes */
  hostKey: hostKeyFingerprintSchema.optional(),
  /** the way to the board may need those of the servers on it; the board's own are not needed */
  secrets: boardSecretsSchema.default({}),
})

export type BoardTrustInput = z.output<typeof boardTrustInputSchema>

/** `offered`: a key that is yet to be taken. With `hostKey`, that one was taken for a server on the way, and the next server offers this one. */
export const boardTrustedSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('trusted'), board: boardEntrySchema }),
  z.strictObject({ state: z.literal('offered'), board: boardEntrySchema, offered: offeredKeySchema }),
])
export type BoardTrusted = z.infer<typeof boardTrustedSchema>

export const boardRemoveInputSchema = z.strictObject({
  board: boardReferenceSchema,
  secrets: boardSecretsSchema.default({}),
  /** forgets a board that does not answer; its cache folder stays there */
  unreachable: z.boolean().default(false),
})

export const boardRemovedSchema = z.strictObject({
  name: boardNameSchema,
  /** the cache folder on the board is gone */
  cleared: z.boolean(),
  /** stay in the store, with the board's name */
  profiles: countSchema,
})
export type BoardRemoved = z.infer<typeof boardRemovedSchema>

export const boardDiscoveredSchema = z.strictObject({
  boards: z.array(
    z.strictObject({
      name: z.string().min(1).max(255),
      host: boardHostSchema,
      port: boardPortSchema,
      /** the board of the home that has this host and port */
      known: boardNameSchema.nullable(),
    }),
  ),
})
export type BoardDiscovered = z.infer<typeof boardDiscoveredSchema>

export const boardContract = {
  /** `local` first, then by name. Asks no board. */
  list: call.input(z.strictObject({})).output(boardListSchema),
  /** Errors: `not-found`. */
  show: call.input(z.strictObject({ board: boardReferenceSchema })).output(boardShownSchema),
  /** Errors: `conflict` (the name is taken), `input-invalid`, `host-key-changed`, `authentication-refused`, `host-unreachable`. */
  add: call.input(boardAddInputSchema).output(boardAddedSchema),
  /** Connects and says what the board is now. Errors: `not-found`, `host-key-unknown`, `host-key-changed`, `authentication-refused`, `host-unreachable`. */
  check: call.input(boardCheckInputSchema).output(boardCheckedSchema),
  /** Takes a key for that of the board or of a server on the way, instead of the one before it; where one is let in, what the board is is seen as well. Errors: `not-found`, `host-key-changed` (it offers another one), `host-unreachable`. */
  trust: call.input(boardTrustInputSchema).output(boardTrustedSchema),
  /** Clears the cache folder on the board and forgets the board. `local` is cleared and stays. Errors: as `check`, `conflict` (it is being profiled). */
  remove: call.input(boardRemoveInputSchema).output(boardRemovedSchema),
  /** Answers a question of a server, prompt by prompt; null: nobody will, and the connection is given up. Errors: `not-found`, `input-invalid`. */
  answer: call
    .input(z.strictObject({ question: idSchema, answers: z.array(z.string().max(1024)).max(8).nullable() }))
    .output(z.strictObject({ question: idSchema })),
  /** Boards of the local network that tell of themselves. */
  discover: call
    .input(z.strictObject({ wait_s: z.number().min(0.1).max(30).default(3) }))
    .output(boardDiscoveredSchema),
}
