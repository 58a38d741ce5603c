import { describe, expect, it } from 'vitest'
import { drawCalibrationSet } from '../../../src/core/calibration/drawCalibrationSet.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import {
  canDraw,
  compose,
  compositionOf,
  even,
  limitOf,
  lock,
  newDraft,
  presetComposition,
  resize,
  setShare,
  textsOf,
  type Draft,
  type PoolClass,
  type Preset,
} from '../../../src/shared/calibration/draft.ts'
import { beginHistory, redo, step, undo } from '../../../src/shared/calibration/history.ts'
import { compositionSchema } from '../../../src/shared/contract/calibrationRules.ts'

/** Eight classes as a maintenance log has them, one of them rare. */
const texts = [2184, 1752, 1176, 61, 1452, 888, 636, 3851]
const pool: PoolClass[] = texts.map((count, index) => ({ name: `class ${index}`, texts: count, available: count }))
const start = newDraft(pool, { size: 512, draws: 12, seed: 7 })
const presets: Preset[] = ['balanced', 'natural', 'imbalanced', 'one', 'all-but-one', 'unlabelled']

describe('a draft', () => {
  it('keeps a wish that has too few texts, as near to it as they allow, and says from what size on it can be', () => {
    expect(start).toMatchObject({ composition: null, wished: 'balanced' })
    expect(start.sliders.tenths[3]).toBe(119)
    // 8 x 61 and one more for each of the three classes before it.
    expect(limitOf(start, pool)).toEqual({ kind: 'wish', index: 3, needed: 64, available: 61, size: 491 })
    const smaller = resize(start, pool, 491)
    expect(smaller).toMatchObject({ composition: 'balanced', wished: null })
    expect(textsOf('balanced', pool, 491)![3]).toBe(61)
    expect(smaller.sliders.tenths).toEqual([126, 125, 125, 124, 125, 125, 125, 125])
  })

  it('is the shares by name, reduced, once a slider was moved; classes without a share are left out', () => {
    const one = compose(start, pool, { 'class 0': 1 })
    expect(compositionOf(setShare(one, pool, 1, 250), pool)).toEqual({ 'class 0': 3, 'class 1': 1 })
  })

  it('moves back exactly while the same slider is moved', () => {
    const natural = compose(start, pool, 'natural')
    let draft = natural
    for (const share of [1000, 0, 400, natural.sliders.tenths[0]!]) draft = setShare(draft, pool, 0, share)
    expect(draft.sliders).toEqual(natural.sliders)
  })

  it('says of which class all texts are drawn', () => {
    const drawn = setShare(resize(compose(start, pool, 'natural'), pool, 512), pool, 3, 1000)
    expect(drawn.sliders.tenths[3]).toBe(119)
    expect(limitOf(drawn, pool)).toMatchObject({ kind: 'all', index: 3, available: 61, tenths: 119, size: 256 })
    expect(canDraw(drawn, pool)).toBe(true)
  })

  it('cannot be drawn where a locked class would need more than there is, and does not move it', () => {
    const locked = lock(setShare(compose(start, pool, 'natural'), pool, 3, 119), 3)
    const larger = resize(locked, pool, 1024)
    expect(larger.sliders.tenths[3]).toBe(119)
    expect(canDraw(larger, pool)).toBe(false)
    expect(limitOf(larger, pool)).toMatchObject({ kind: 'locked', index: 3, needed: 122, available: 61 })
  })

  it('is larger than all texts together in one sentence', () => {
    expect(limitOf(resize(start, pool, 20_000), pool)).toMatchObject({ kind: 'size', available: 12_000 })
  })

  it.each(presets)(
    'of the preset %s is a composition that the contract takes and the host draws as counted',
    (preset) => {
      const composition = presetComposition(preset, pool, 'class 1')
      expect(compositionSchema.parse(composition)).toEqual(composition)
      const draft = compose(resize(start, pool, 200), pool, composition)
      expect(draft.composition).toEqual(composition)
      const counts = textsOf(compositionOf(draft, pool), pool, 200)
      if (counts !== null) expect(drawn(draft, pool)).toEqual(counts)
    },
  )

  it('is drawn by the host as it is counted here, whatever was done to it', () => {
    const random = stream(11, 'drafts')
    for (let round = 0; round < 40; round += 1) {
      const small = Array.from({ length: 2 + random.below(7) }, (_, index): PoolClass => {
        const count = 1 + random.below(400)
        return { name: `c${index}`, texts: count, available: Math.max(1, count - random.below(3)) }
      })
      let draft = newDraft(small, { size: 1 + random.below(300), draws: 1, seed: 1 })
      for (let act = 0; act < 12; act += 1) draft = anyAct(draft, small, random.below(8), random.below(1001))
      expect(draft.sliders.tenths.reduce((a, b) => a + b, 0)).toBe(1000)
      if (!canDraw(draft, small)) continue
      const counts = textsOf(compositionOf(draft, small), small, draft.size)
      if (counts !== null) expect(drawn(draft, small)).toEqual(counts)
    }
  })
})

describe('what was done', () => {
  it('is taken back and done again, value by value', () => {
    let history = beginHistory(start)
    const seen = [start]
    for (const share of [100, 300, 700]) {
      history = step(history, setShare(history.now, pool, 0, share))
      seen.push(history.now)
    }
    for (const expected of seen.toReversed().slice(1)) {
      history = undo(history)
      expect(history.now).toBe(expected)
    }
    expect(undo(history)).toEqual(history)
    for (const expected of seen.slice(1)) {
      history = redo(history)
      expect(history.now).toBe(expected)
    }
    expect(step(undo(history), start).future).toEqual([])
  })

  it('is one step where it was one gesture', () => {
    let history = beginHistory(0)
    for (const value of [1, 2, 3]) history = step(history, value, 'drag 0')
    history = step(history, 9, 'drag 1')
    expect(undo(history).now).toBe(3)
    expect(undo(undo(history)).now).toBe(0)
  })
})

function anyAct(draft: Draft, of: readonly PoolClass[], kind: number, value: number): Draft {
  const index = value % of.length
  if (kind === 0) return lock(draft, index)
  if (kind === 1) return even(draft, of)
  if (kind === 2) return resize(draft, of, 1 + (value % 400))
  if (kind === 3) return compose(draft, of, presetComposition(presets[value % presets.length]!, of, of[index]!.name))
  return setShare(draft, of, index, value)
}

/** Texts of each class in the set that the host's rules draw. */
function drawn(draft: Draft, of: readonly PoolClass[]): number[] {
  const labels = of.flatMap(({ texts: count }, label) => new Array<number>(count).fill(label))
  const excluded = new Set<number>()
  let row = 0
  for (const { texts: count, available } of of) {
    for (let out = available; out < count; out += 1) excluded.add(row + out)
    row += count
  }
  const { classes } = drawCalibrationSet({
    ...{ labels, excluded, classNames: of.map(({ name }) => name) },
    ...{ composition: compositionOf(draft, of), size: draft.size, seed: draft.seed, draw: 0 },
  })
  return classes.map((one) => one.texts)
}
