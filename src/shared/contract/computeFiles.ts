import { z } from 'zod'

/** A file inside the home that the compute process reads, with the hash that the host's records have of its content, unpacked. */
export const fileOfHomeSchema = z.strictObject({
  path: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type FileOfHome = z.infer<typeof fileOfHomeSchema>
