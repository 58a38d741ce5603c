import { z } from 'zod'
import { momentSchema } from '../../../src/shared/units.ts'
import { manifestFileSchema } from '../manifest.ts'

/** What set-up built. It is written last: a folder without it is no addon. */
export const runtimeManifestSchema = z.strictObject({
  schema: z.literal('bitgauge/runtime-addon/1'),
  version: z.string(),
  platform: z.string(),
  napi: z.int(),
  /** the first line that it says of itself */
  compiler: z.string(),
  installed: momentSchema,
  files: z.array(manifestFileSchema).min(1),
})
export type RuntimeManifest = z.infer<typeof runtimeManifestSchema>
