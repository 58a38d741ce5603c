import { isBroken, profileLabel } from '../../../shared/charts/boardPoints.ts'
import { digitsApart, percentText } from '../../../shared/charts/figures.ts'
import type { Equality, ProfileEntry } from '../../../shared/contract/profile.ts'

export interface HostRow {
  profile: ProfileEntry
  label: string
  /** what is promised */
  promise: string
  differ: string
  accuracy: string
  ends: string
  state: 'same' | 'within' | 'broken' | 'unknown'
  /** the state in words */
  word: string
}

const promises: Record<Equality['class'], string> = {
  'integer-exact': 'integer-exact',
  'float-exact': 'float-exact',
  tolerance: 'tolerance',
}

/** What the board computed against what the host did, a row a profile. */
export function hostRows(profiles: readonly ProfileEntry[]): HostRow[] {
  return profiles.map((profile) => {
    const { equality, accuracy } = profile
    const digits = accuracy === null ? 1 : digitsApart(accuracy.interval.low * 100, accuracy.interval.high * 100)
    const kin = profiles.filter(({ family }) => family === profile.family)
    return {
      profile,
      label: profileLabel(profile, kin),
      promise: equality === null ? 'not compared' : promises[equality.class],
      differ: equality === null ? '' : equality.differ.toLocaleString('en'),
      accuracy: accuracy === null ? 'not measured' : percentText(accuracy.value),
      ends:
        accuracy === null
          ? ''
          : [accuracy.interval.low, accuracy.interval.high].map((end) => percentText(end, digits)).join('–'),
      ...stateOf(profile),
    }
  })
}

function stateOf(profile: ProfileEntry): Pick<HostRow, 'state' | 'word'> {
  const { equality } = profile
  if (equality === null) return { state: 'unknown', word: 'not compared' }
  if (isBroken(profile)) return { state: 'broken', word: 'differs beyond what is promised' }
  if (equality.differ > 0) return { state: 'within', word: 'differs within the tolerance' }
  return { state: 'same', word: 'the same, bit for bit' }
}

/** What is wrong with a profile's output, in a sentence or two; null where nothing is. */
export function brokenWords(row: HostRow): string | null {
  const { equality } = row.profile
  if (equality === null || row.state !== 'broken') return null
  const { first, broken } = equality
  const many = `${broken.toLocaleString('en')} of ${equality.texts.toLocaleString('en')} texts`
  if (first === null) return `${row.label} differs in ${many}. Its latency is not a result.`
  const step = first.step === null ? '' : `, step ${first.step}`
  const site = first.site === null ? '' : ` at ${first.site}`
  return `${row.label} first differs${site}, text ${first.text.toLocaleString('en')}${step} (${many}). Its latency is not a result.`
}
