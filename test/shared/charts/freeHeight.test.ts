import { describe, expect, it } from 'vitest'
import { freeHeight } from '../../../src/shared/charts/freeHeight.ts'

const within = { from: 0, to: 100 }

describe('freeHeight', () => {
  it('keeps the wanted height where no line runs', () => {
    expect(freeHeight([], [0, 50], 40, within)).toBe(40)
    const beside = [[60, 40] as const, [90, 40] as const]
    expect(freeHeight([beside], [0, 50], 40, within)).toBe(40)
  })

  it('goes beside a level line, as little as may be', () => {
    const level = [[0, 44] as const, [100, 44] as const]
    expect(freeHeight([level], [0, 50], 40, within)).toBe(32)
  })

  it('looks at the part of a slope that the words reach, not at the whole of it', () => {
    // At 20 to 30 across, the slope is at 20 to 30 down.
    const slope = [[0, 0] as const, [100, 100] as const]
    expect(freeHeight([slope], [20, 30], 60, within)).toBe(60)
    expect(freeHeight([slope], [20, 30], 25, within)).toBe(41)
  })

  it('goes beside a mark that stands alone', () => {
    expect(freeHeight([[[25, 40]]], [0, 50], 40, within)).toBe(52)
  })

  it('stays inside the plot, and is nowhere where all of it is taken', () => {
    const low = [[0, 92] as const, [100, 92] as const]
    expect(freeHeight([low], [0, 50], 92, within)).toBe(80)
    const everywhere = Array.from({ length: 11 }, (_, k) => [[0, k * 10] as const, [100, k * 10] as const])
    expect(freeHeight(everywhere, [0, 50], 52, within)).toBeNull()
  })
})
