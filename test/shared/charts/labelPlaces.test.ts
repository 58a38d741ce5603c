import { describe, expect, it } from 'vitest'
import { labelPlaces, meet, type Area } from '../../../src/shared/charts/labelPlaces.ts'

const within = { x: 0, y: 0, width: 400, height: 200 }
const label = (x: number, y: number, width = 60) => ({ at: { x, y }, width, height: 12 })
const mark = ({ at: { x, y } }: ReturnType<typeof label>): Area => ({ x: x - 5, y: y - 5, width: 10, height: 10 })

/** Every pair of areas that have a part in common. */
const pairs = (areas: readonly Area[]) =>
  areas.flatMap((one, index) => areas.slice(index + 1).flatMap((other) => (meet(one, other) ? [[one, other]] : [])))

describe('the place of a label', () => {
  it('is on the right of its spot where there is room, else on its left, without a thread', () => {
    const [alone, late] = labelPlaces([label(100, 100), label(380, 40)], { taken: [], avoided: [], within })
    expect(alone).toEqual({ area: { x: 108, y: 94, width: 60, height: 12 }, thread: null })
    expect(late?.area.x).toBe(380 - 8 - 60)
  })

  it('is off a line where that costs little, and on it where there is nothing else', () => {
    const line = { x: 0, y: 99, width: 400, height: 2 }
    const [place] = labelPlaces([label(100, 100)], { taken: [], avoided: [line], within })
    expect(meet(place!.area, line)).toBe(false)
    const [forced] = labelPlaces([label(100, 100)], { taken: [], avoided: [within], within })
    expect(forced?.area.x).toBe(108)
  })

  it('has a thread to its spot where others have driven it away', () => {
    const wall = { x: 40, y: 80, width: 320, height: 40 }
    const [place] = labelPlaces([label(100, 100)], { taken: [wall], avoided: [], within })
    expect(meet(place!.area, wall)).toBe(false)
    expect(place!.thread!.to.x).toBeCloseTo(100, 0)
  })

  it('is none where nothing within reach is free', () => {
    expect(labelPlaces([label(100, 100)], { taken: [within], avoided: [], within })).toEqual([null])
  })

  it.each([2, 6, 20, 60])('of %i close spots lies on no mark and on no other label', (count) => {
    const spots = Array.from({ length: count }, (_, index) =>
      label(150 + ((index * 37) % 90), 80 + ((index * 53) % 60)),
    )
    const taken = spots.map(mark)
    const found = labelPlaces(spots, { taken, avoided: [], within }).flatMap((place) => place?.area ?? [])
    expect(found.length).toBeGreaterThan(1)
    expect(pairs(found)).toEqual([])
    for (const area of found) expect(taken.filter((one) => meet(one, area))).toEqual([])
  })
})
