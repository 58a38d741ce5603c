import { profileEntrySchema, type ProfileEntry, type ProfileResult } from '../../shared/contract/profile.ts'

/** What lists show of a profile. */
export function profileEntryOf(result: ProfileResult): ProfileEntry {
  const { samples, median_us, windows_us, percentiles } = result.latency
  return profileEntrySchema.strip().parse({
    ...result,
    kernels: result.program.kernels,
    latency: { samples, median_us, windows_us, percentiles },
  })
}
