import type { ProfileEntry } from '../contract/profile.ts'
import { bitsValue } from './axes.ts'
import type { BoardPoint } from './boardPareto.ts'

/** Its width, or its name where several models among those shown have the width. */
export function profileLabel(
  { bits, model }: Pick<ProfileEntry, 'bits' | 'model'>,
  among: readonly ProfileEntry[] = [],
): string {
  const width = bitsValue(bits)
  const alike = among.filter((other) => bitsValue(other.bits) === width && other.model.name !== model.name)
  return alike.length === 0 ? width : model.name
}

/** The output of the device is not the host's: the time that it took is no result. */
export function isBroken({ equality }: Pick<ProfileEntry, 'equality'>): boolean {
  return equality !== null && equality.broken > 0
}

/**
 * Profiles that have an accuracy and a latency that is a result, as points: the median of the windows' medians with the least and the greatest of
 * them. With the board's name where several are shown. The page and every export of it draw these.
 */
export function boardPoints(profiles: readonly ProfileEntry[]): BoardPoint[] {
  const manyBoards = new Set(profiles.map(({ board }) => board.name)).size > 1
  return profiles.flatMap((profile): BoardPoint[] => {
    const { accuracy, latency, family, sizes, emulated, board } = profile
    if (accuracy === null || isBroken(profile)) return []
    const kin = profiles.filter((other) => other.family === family && other.board.name === board.name)
    const { low, high } = latency.windows_us
    return [
      {
        id: profile.id,
        label: `${manyBoards ? `${board.name} ` : ''}${profileLabel(profile, kin)}`,
        family,
        latency: { value: latency.median_us / 1000, ends: { low: low / 1000, high: high / 1000 } },
        bytes: sizes.model_bytes,
        accuracy: { value: accuracy.value, ends: accuracy.interval },
        doubt: doubtOf(latency),
        emulated,
      },
    ]
  })
}

function doubtOf({ windows_us: { low, high }, percentiles }: ProfileEntry['latency']): string | null {
  if (percentiles.p50.moved) return 'windows in doubt move its median by more than 5 %'
  return high > 1.05 * low ? 'its windows lie more than 5 % apart' : null
}
