import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import {
  bitsLabel,
  fingerprintSchema,
  idSchema,
  intervalSchema,
  momentSchema,
  noiseSchema,
  shareSchema,
  widthSchema,
  type Bits,
} from '../../src/shared/units.ts'

const eight = { weights: 8, input: 8, hidden: 8, gates: 8, sigmoid: 8, tanh: 8, cell: 8, head: 8 } as const

describe('the label of widths', () => {
  it.each<[Omit<Bits, 'label'>, string]>([
    [eight, 'W8 A8 C8'],
    [{ ...eight, weights: 4 }, 'W4 A8 C8'],
    [{ ...eight, weights: 4, cell: 16 }, 'W4 A8 C16'],
    [{ ...eight, gates: 16 }, 'W8 input8 hidden8 gates16 sigmoid8 tanh8 head8 C8'],
    [{ ...eight, weights: 'float', cell: 'float' }, 'Wfloat A8 Cfloat'],
  ])('of %o is %s', (bits, label) => {
    expect(bitsLabel(bits)).toBe(label)
  })
})

describe('the schema of', () => {
  it.each<[string, z.ZodType, unknown[], unknown[]]>([
    ['a width', widthSchema, [2, 3, 4, 5, 6, 7, 8, 16, 'float'], [1, 9, 12, 32, '8', 4.5, null]],
    ['a share', shareSchema, [0, 0.5, 1], [-0.01, 1.01, Number.NaN, 50]],
    [
      'an interval',
      intervalSchema,
      [{ low: 0.8, high: 0.9, level: 0.95, method: 'wilson' }],
      [
        { low: 0.9, high: 0.8, level: 0.95, method: 'wilson' },
        { low: 0.8, high: 0.9, level: 95, method: 'wilson' },
        { low: 0.8, high: 0.9, level: 0.95 },
      ],
    ],
    [
      'noise',
      noiseSchema,
      [
        { kind: 'none', level: 0 },
        { kind: 'qwerty', level: 0.05 },
      ],
      [
        { kind: 'none', level: 0.1 },
        { kind: 'static', level: 0.1 },
        { kind: 'qwerty', level: 5 },
      ],
    ],
    [
      'an id',
      idSchema,
      ['01JD3ZK0Q4W6T8R2V5X7Y9ABCD'],
      ['81JD3ZK0Q4W6T8R2V5X7Y9ABCD', '01JD3ZK0Q4W6T8R2V5X7Y9ABC', 'ILOU'],
    ],
    ['a fingerprint', fingerprintSchema, [`sha256:${'a0'.repeat(32)}`], [`sha256:${'A0'.repeat(32)}`, 'a0'.repeat(32)]],
    ['a moment', momentSchema, ['2026-11-21T08:40:00.000Z'], ['2026-11-21 08:40', '2026-11-21T08:40:00+01:00']],
  ])('%s takes what is right and refuses what is not', (_name, schema, right, wrong) => {
    expect(right.filter((value) => !schema.safeParse(value).success)).toEqual([])
    expect(wrong.filter((value) => schema.safeParse(value).success)).toEqual([])
  })
})
