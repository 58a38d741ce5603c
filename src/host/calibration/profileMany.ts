import type { z } from 'zod'
import type { profiledAllSchema } from '../../shared/contract/calibration.ts'
import type { ProfileAsked, ProfileControl, Profiles } from './profiles.ts'

/**
 * Makes profiles one after the other; what is made is kept when a later one fails or the job is cancelled, and is passed over the next time.
 *
 * @param doneBefore how many of those that were asked for were there already
 */
export async function profileMany(
  profiles: Profiles,
  asked: readonly ProfileAsked[],
  control: ProfileControl,
  doneBefore: number,
): Promise<z.infer<typeof profiledAllSchema>> {
  const tell = (done: number): void =>
    control.onProgress?.({ phase: 'profiling', done, total: asked.length, unit: asked.length === 1 ? 'set' : 'sets' })
  for (const [index, one] of asked.entries()) {
    tell(index)
    await profiles.make(one, { ...control, onProgress: undefined })
  }
  tell(asked.length)
  return { made: asked.length, doneBefore }
}
