import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  assertManifestRows,
  makeManifest,
  manifestFingerprint,
} from '../../../src/core/calibration/calibrationManifest.ts'
import { drawCalibrationSet, type CalibrationDraw } from '../../../src/core/calibration/drawCalibrationSet.ts'
import { assertNoOverlap, rowsHeldOut } from '../../../src/core/calibration/heldOut.ts'
import { textKey } from '../../../src/core/dataset/textKey.ts'
import type { Composition } from '../../../src/shared/contract/calibrationRules.ts'

const classNames = ['World', 'Sports', 'Business', 'Sci/Tech']

/** 400 rows: 40, 80, 120 and 160 of the classes, mixed. */
const labels = Array.from({ length: 400 }, (_, row) => [0, 1, 1, 2, 2, 2, 3, 3, 3, 3][row % 10]!)

function draw(composition: Composition, changes: Partial<CalibrationDraw> = {}): ReturnType<typeof drawCalibrationSet> {
  return drawCalibrationSet({
    labels,
    classNames,
    excluded: new Set(),
    composition,
    size: 40,
    seed: 7,
    draw: 0,
    ...changes,
  })
}

function rowsOf(set: { rows: number[] }, label: number): number[] {
  return set.rows.filter((row) => labels[row] === label)
}

describe('drawCalibrationSet', () => {
  it.each<[Composition, number, number[]]>([
    ['balanced', 40, [10, 10, 10, 10]],
    ['balanced', 42, [11, 11, 10, 10]],
    ['natural', 40, [4, 8, 12, 16]],
    [{ leaveOut: 'Sports' }, 30, [10, 0, 10, 10]],
    [{ World: 1 }, 40, [40, 0, 0, 0]],
    [{ World: 1, Sports: 1, Business: 1 }, 40, [14, 13, 13, 0]],
    [{ 'Sci/Tech': 0.7, World: 0.2, Sports: 0.1 }, 40, [8, 4, 0, 28]],
    [{ World: 50, Sports: 50, Business: 0 }, 40, [20, 20, 0, 0]],
    // 0.4 of a text goes to the class all the same: it was asked for.
    [{ World: 99, Sports: 1 }, 40, [39, 1, 0, 0]],
    [{ World: Number.MAX_VALUE, Sports: Number.MAX_VALUE }, 40, [20, 20, 0, 0]],
  ])('gives %j of %i texts as %j', (composition, size, texts) => {
    const set = draw(composition, { size })
    expect(set.classes.map((of) => of.texts)).toEqual(texts)
    expect(classNames.map((_, label) => rowsOf(set, label).length)).toEqual(texts)
    expect(set.classes.map((of) => of.share)).toEqual(texts.map((of) => of / size))
  })

  it('gives rows in ascending order, each once', () => {
    const { rows } = draw('natural')
    expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b))
  })

  it('shares texts class by class between compositions of one seed and draw', () => {
    const balanced = draw('balanced')
    for (const other of [draw('natural'), draw({ World: 3, Sports: 1 }), draw({ leaveOut: 'Business' })]) {
      classNames.forEach((_, label) => {
        const [one, two] = [rowsOf(balanced, label), rowsOf(other, label)]
        const common = one.filter((row) => two.includes(row))
        expect(common.length).toBe(Math.min(one.length, two.length))
      })
    }
  })

  it('holds a smaller set of its own within a larger one', () => {
    const large = new Set(draw('balanced', { size: 120 }).rows)
    expect(draw('balanced').rows.every((row) => large.has(row))).toBe(true)
    const all = new Set(draw('unlabelled', { size: 120 }).rows)
    expect(draw('unlabelled').rows.every((row) => all.has(row))).toBe(true)
  })

  it('gives other texts for another draw or seed, and the same for the same', () => {
    const rows = draw('balanced').rows
    expect(draw('balanced').rows).toEqual(rows)
    for (const other of [{ draw: 1 }, { seed: 8 }]) {
      const common = draw('balanced', other).rows.filter((row) => rows.includes(row))
      expect(common.length).toBeLessThan(20)
    }
  })

  it('never draws an excluded row, and leaves the order of the others as it was', () => {
    const rows = draw('balanced').rows
    const excluded = new Set(rows.filter((_, k) => k % 2 === 0))
    const without = draw('balanced', { excluded }).rows
    expect(without.some((row) => excluded.has(row))).toBe(false)
    for (const row of rows) if (!excluded.has(row)) expect(without).toContain(row)
    expect(draw('unlabelled', { excluded, size: 380 }).rows.some((row) => excluded.has(row))).toBe(false)
  })

  it('draws without a look at the class where that is asked: labels change nothing', () => {
    const other = labels.map((label) => (label + 1) % 4)
    expect(draw('unlabelled', { labels: other }).rows).toEqual(draw('unlabelled').rows)
    expect(draw('unlabelled', { size: 400 }).classes.map((of) => of.texts)).toEqual([40, 80, 120, 160])
  })

  it('draws in the shares of the train split on the average, unlabelled', () => {
    const sums = [0, 0, 0, 0]
    for (let k = 0; k < 200; k += 1)
      draw('unlabelled', { draw: k }).classes.forEach((of, y) => (sums[y]! += of.texts / 200))
    // The mean of 200 draws of 40 texts has a standard error below 0.22 in every class.
    ;[4, 8, 12, 16].forEach((expected, y) => expect(Math.abs(sums[y]! - expected)).toBeLessThan(1))
  })

  it('names the class with too few texts, and the largest size that works', () => {
    const act = (): unknown => draw('balanced', { size: 200 })
    expect(act).toThrowError(
      expect.objectContaining({
        code: 'input-invalid',
        message: expect.stringContaining('World'),
        expected: expect.stringContaining('50 texts'),
        found: '40',
        hint: expect.stringContaining('160'),
      }),
    )
    expect(draw('balanced', { size: 160 }).rows).toHaveLength(160)
  })

  it.each<Composition>(['balanced', 'natural', { World: 1, Sports: 7, Business: 2 }, { Sports: 3, 'Sci/Tech': 1 }])(
    'names a size for %j that works, and none above it does',
    (composition) => {
      const excluded = new Set([...labels.keys()].filter((row) => row % 3 === 0))
      const works = (size: number): boolean => {
        try {
          return draw(composition, { excluded, size }).rows.length === size
        } catch {
          return false
        }
      }
      let hint = ''
      try {
        draw(composition, { excluded, size: 400 })
      } catch (error) {
        hint = (error as { hint: string }).hint
      }
      const largest = Number(/\d+/.exec(hint)![0])
      expect(works(largest)).toBe(true)
      for (let size = largest + 1; size <= 400; size += 1) expect(works(size)).toBe(false)
    },
  )

  it('says that no size works where a class has no text at all', () => {
    const act = (): unknown => draw({ Gone: 1, World: 1 }, { classNames: [...classNames, 'Gone'] })
    expect(act).toThrowError(expect.objectContaining({ hint: expect.stringContaining('No size works') }))
  })

  it.each<[Composition, string]>([
    [{ Wrold: 1 }, 'World'],
    [{ leaveOut: 'sports' }, 'Sports'],
  ])('refuses the unknown class of %j with the nearest name', (composition, nearest) => {
    expect(() => draw(composition)).toThrowError(
      expect.objectContaining({ code: 'input-invalid', hint: expect.stringContaining(nearest) }),
    )
  })

  it('takes class names as names, whatever they are', () => {
    const hostile = ['__proto__', 'leaveOut', 'constructor', '<img onerror=1>']
    const own = JSON.parse('{"__proto__": 1, "leaveOut": 3}') as Composition
    expect(draw(own, { classNames: hostile }).classes.map((of) => of.texts)).toEqual([10, 30, 0, 0])
    expect(() => draw({ toString: 1 } as Composition, { classNames: hostile })).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })
})

describe('calibration manifest', () => {
  const dataset = { name: 'ag-news', fingerprint: `sha256:${'0'.repeat(64)}` }
  const asked = { composition: { World: 1, Sports: 1 }, size: 40, seed: 7, draw: 0 }
  const idOf = (row: number): string => `train:${row}`
  const manifest = makeManifest(dataset, asked, draw(asked.composition), idOf)

  it('says what was drawn from what, with the checksum of the ids', () => {
    const ids = manifest.rows.map((row) => `train:${row}\n`).join('')
    expect(manifest).toMatchObject({ kind: 'calibration-set', version: 1, split: 'train', dataset, ...asked })
    expect(manifest.checksum).toBe(`sha256:${createHash('sha256').update(ids).digest('hex')}`)
    expect(manifest.classes.reduce((sum, of) => sum + of.texts, 0)).toBe(40)
  })

  it('has one fingerprint whatever the dataset is called and however the shares are ordered, and another for any other set', () => {
    const renamed = { ...manifest, dataset: { ...dataset, name: 'other' }, composition: { Sports: 1, World: 1 } }
    expect(manifestFingerprint(renamed)).toBe(manifestFingerprint(manifest))
    expect(manifestFingerprint(manifest)).toMatch(/^sha256:[0-9a-f]{64}$/)
    const other = makeManifest(dataset, { ...asked, draw: 1 }, draw(asked.composition, { draw: 1 }), idOf)
    expect(manifestFingerprint(other)).not.toBe(manifestFingerprint(manifest))
  })

  it('knows rows that are not its own', () => {
    expect(() => assertManifestRows(manifest, idOf)).not.toThrow()
    expect(() => assertManifestRows(manifest, (row) => `train:${row + 1}`)).toThrowError(
      expect.objectContaining({ code: 'hash-mismatch' }),
    )
  })
})

describe('texts held out', () => {
  const keys = (...texts: string[]): ReturnType<typeof textKey>[] => texts.map(textKey)

  it('finds the rows whose text stands in dev or test', () => {
    expect(rowsHeldOut(keys('a', 'b', 'c', 'b'), keys('b', 'x'), keys('c'))).toEqual(new Set([1, 2, 3]))
    expect(rowsHeldOut(keys('a'), [], [])).toEqual(new Set())
  })

  it('takes keys for the same only where both halves are', () => {
    expect(rowsHeldOut([{ first: 1, second: 2 }], [{ first: 1, second: 3 }], [{ first: 2, second: 2 }]).size).toBe(0)
  })

  it('refuses a set from elsewhere that shares a text with either, and names the first', () => {
    expect(() => assertNoOverlap(keys('a', 'b'), keys('x'), keys('y'))).not.toThrow()
    const act = (): void => assertNoOverlap(keys('a', 'b', 'c'), keys('x'), keys('c', 'b'))
    expect(act).toThrowError(expect.objectContaining({ code: 'input-invalid', found: '2 of 3, the first in line 2' }))
    expect(act).toThrowError('test split')
  })
})
