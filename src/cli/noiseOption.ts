import { InvalidArgumentError } from 'commander'
import { noiseSchema, shareSchema, type Noise } from '../shared/units.ts'

export interface NoiseFlag extends Noise {
  /** of the texts; 1 where it was not asked for */
  share: number
}

/** `qwerty:0.05`, and with a share of the texts `qwerty:0.05:0.5`. */
export function parseNoise(text: string, withShare: boolean): NoiseFlag {
  const [kind, level, share, ...rest] = text.split(':')
  if (kind === 'none' && level === undefined && !withShare) return { kind: 'none', level: 0, share: 1 }
  const noise = noiseSchema.safeParse({ kind, level: numberOf(level) })
  const part = shareSchema.safeParse(withShare ? numberOf(share) : 1)
  if (noise.success && part.success && rest.length === 0 && (withShare || share === undefined)) {
    return { ...noise.data, share: part.data }
  }
  const kinds = 'qwerty, insertion, deletion, swap or word-drop'
  const form = withShare ? 'KIND:LEVEL:SHARE' : 'KIND:LEVEL'
  throw new InvalidArgumentError(`Expected ${form}, with a kind of ${kinds} and numbers from 0 to 1.`)
}

function numberOf(text: string | undefined): number {
  return text === undefined || text.trim() === '' ? Number.NaN : Number(text)
}
