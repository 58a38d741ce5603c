import { cutText } from '../../../shared/charts/shownName.ts'
import type { Limit, PoolClass } from '../../../shared/calibration/draft.ts'

export interface LimitSentence {
  words: string
  /** the size that mends it; null where none does */
  size: number | null
}

const count = (value: number): string => value.toLocaleString('en')

/** What a limit means for the person who composes, and the size that would mend it. */
export function limitSentence(limit: Limit, pool: readonly PoolClass[]): LimitSentence {
  const name = 'index' in limit ? cutText(pool[limit.index]?.name ?? '') : ''
  const size = limit.size > 0 ? limit.size : null
  switch (limit.kind) {
    case 'size':
      return {
        words: `The train split has ${texts(limit.available)} that stand in neither dev nor test; the size is more.`,
        size,
      }
    case 'wish':
      return {
        words: `${name}: ${texts(limit.available)} ${limit.available === 1 ? 'exists' : 'exist'}, ${count(limit.needed)} would be needed. The nearest that can be drawn is shown.`,
        size,
      }
    case 'locked':
      return {
        words: `${name} needs ${texts(limit.needed)} at this size and ${limit.available === 1 ? '1 exists' : `${count(limit.available)} exist`}; it is locked, so it does not move.`,
        size,
      }
    case 'all': {
      const others = limit.others === 0 ? '' : ` The same holds of ${limit.others} more.`
      return {
        words: `${name}: ${texts(limit.available)} ${limit.available === 1 ? 'exists' : 'exist'}, ${percentText(limit.tenths)} % at this size is the most. All are in every draw, so draws do not differ in this class.${others}`,
        size,
      }
    }
  }
}

function texts(value: number): string {
  return value === 1 ? '1 text' : `${count(value)} texts`
}

/** `11.9` for 119 tenths. */
export function percentText(tenths: number): string {
  return (tenths / 10).toFixed(1)
}
