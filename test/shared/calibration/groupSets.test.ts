import { describe, expect, it } from 'vitest'
import { groupSets } from '../../../src/shared/calibration/groupSets.ts'
import type { CalibrationList } from '../../../src/shared/contract/calibration.ts'
import type { Composition } from '../../../src/shared/contract/calibrationRules.ts'

type ListedSet = CalibrationList['sets'][number]

const dataset = { name: 'reports', fingerprint: 'sha256:aa' }
let made = 0
function drawOf(draw: number, { name = null, composition = 'balanced', size = 16 }: Declared = {}): ListedSet {
  made += 1
  const manifest = { dataset, composition, size, seed: 1, draw, classes: [{ name: 'pump', share: 1 }] }
  const created = `2026-11-21T09:00:00.${String(made).padStart(3, '0')}Z`
  return {
    id: `set ${made}`,
    name,
    fingerprint: `print ${made}`,
    created,
    heldOut: 2,
    manifest,
  } as unknown as ListedSet
}
interface Declared {
  name?: string | null
  composition?: Composition
  size?: number
}

describe('groups of calibration sets', () => {
  it('are the draws of one declaration, by number, in the order in which each declaration comes first', () => {
    const sets = [drawOf(2), drawOf(0, { size: 32 }), drawOf(0), drawOf(1), drawOf(1, { size: 32 })]
    const groups = groupSets(sets)
    expect(groups.map(({ size, draws }) => [size, draws.map(({ draw }) => draw)])).toEqual([
      [16, [0, 1, 2]],
      [32, [0, 1]],
    ])
    expect(groups[0]).toMatchObject({ id: sets[2]!.id, created: sets[3]!.created })
  })

  it('are apart by name, and alike whatever the order of the classes in a composition', () => {
    const sets = [
      drawOf(0, { composition: { pump: 1, door: 2 } }),
      drawOf(1, { composition: { door: 2, pump: 1 } }),
      drawOf(2, { composition: { door: 2, pump: 1 }, name: 'mine' }),
    ]
    expect(groupSets(sets).map(({ name, draws }) => [name, draws.length])).toEqual([
      [null, 2],
      ['mine', 1],
    ])
  })

  it('has a group more for each draw that is there again', () => {
    const sets = [drawOf(0), drawOf(0), drawOf(1), drawOf(0)]
    expect(groupSets(sets).map(({ id, draws }) => [id, draws.length])).toEqual([
      [sets[0]!.id, 2],
      [sets[1]!.id, 1],
      [sets[3]!.id, 1],
    ])
  })
})
