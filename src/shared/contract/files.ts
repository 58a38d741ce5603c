import { z } from 'zod'
import { bytesSchema, momentSchema } from '../units.ts'
import { call } from './base.ts'

/** A path below a folder that the host was started with, `/` between its parts. */
const pathSchema = z.string().max(4096)

export const fileEntrySchema = z.strictObject({
  kind: z.enum(['folder', 'file']),
  name: z.string().min(1),
  /** what the calls that read files take */
  path: pathSchema.min(1),
  /** null for a folder */
  bytes: bytesSchema.nullable(),
  modified: momentSchema,
})
export type FileEntry = z.infer<typeof fileEntrySchema>

export const fileListingSchema = z.strictObject({
  /** false where the host was started without folders to read from */
  served: z.boolean(),
  folder: pathSchema,
  /** folders first, each by name; names that begin with a dot and links that lead out are left out */
  entries: z.array(fileEntrySchema).max(1000),
  /** further entries that are not listed */
  more: z.int().min(0),
})
export type FileListing = z.infer<typeof fileListingSchema>

export const filesContract = {
  /** What lies in a folder below those of `serve --data`; `''` is the top, all of them together. Errors: `forbidden`, `not-found`, `permission-denied`. */
  list: call.input(z.strictObject({ folder: pathSchema.default('') })).output(fileListingSchema),
}
