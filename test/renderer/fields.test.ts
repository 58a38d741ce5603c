import { describe, expect, it } from 'vitest'
import { readNumber, stepped } from '../../src/renderer/components/numberText.ts'
import { inOrder, turned, type Column } from '../../src/renderer/components/tableRows.ts'
import { keyOf } from '../../src/renderer/app/shortcuts.ts'

describe('readNumber', () => {
  it.each([
    ['12', 12],
    [' 0.5 ', 0.5],
    ['0,5', 0.5],
    ['−3', -3],
    ['1,000', 1000],
    ['12 000', 12_000],
    ['1e3', 1000],
  ])('reads %j as people mean it', (text, value) => {
    expect(readNumber(text)).toEqual({ value })
  })

  it.each([
    ['', {}, /number/],
    ['a', {}, /number/],
    ['Infinity', {}, /number/],
    ['1.5', { step: 1 }, /whole/],
    ['0', { min: 1 }, /At least 1/],
    ['2000', { max: 1500 }, /At most 1,500/],
  ])('says what is wrong with %j', (text, limits, words) => {
    expect(readNumber(text, limits)).toEqual({ problem: expect.stringMatching(words) as string })
  })
})

describe('stepped', () => {
  it('has no dust of binary fractions, and stays inside the limits', () => {
    expect(stepped(0.1, 2, { step: 0.1 })).toBe(0.3)
    expect(stepped(99.9, 10, { step: 0.1, max: 100 })).toBe(100)
    expect(stepped(1, -3, { min: 0 })).toBe(0)
    expect(stepped(1e-7, 1, { step: 1e-7 })).toBe(2e-7)
  })
})

describe('inOrder', () => {
  const columns: Column<{ id: string; n: number | null }>[] = [
    { id: 'id', title: 'Id', sort: ({ id }) => id },
    { id: 'n', title: 'N', sort: ({ n }) => n },
  ]
  const rows = [
    { id: 'run 10', n: 2 },
    { id: 'Run 9', n: null },
    { id: 'run 1', n: 2 },
    { id: 'run 2', n: 1 },
  ]
  const ids = (order: Parameters<typeof inOrder>[2]) => inOrder(rows, columns, order).map(({ id }) => id)

  it('orders texts as people count, whatever their case', () => {
    expect(ids({ id: 'id', descending: false })).toEqual(['run 1', 'run 2', 'Run 9', 'run 10'])
  })

  it('keeps equal rows as they came, and what is missing last in either direction', () => {
    expect(ids({ id: 'n', descending: false })).toEqual(['run 2', 'run 10', 'run 1', 'Run 9'])
    expect(ids({ id: 'n', descending: true })).toEqual(['run 10', 'run 1', 'run 2', 'Run 9'])
  })

  it('turns from rising to falling to as they came', () => {
    const rising = turned(null, 'n')
    expect(rising).toEqual({ id: 'n', descending: false })
    expect(turned(rising, 'n')).toEqual({ id: 'n', descending: true })
    expect(turned({ id: 'n', descending: true }, 'n')).toBeNull()
    expect(turned({ id: 'n', descending: true }, 'id')).toEqual({ id: 'id', descending: false })
  })
})

describe('keyOf', () => {
  const plain = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false }

  it('names letters with their shift and marks without, and leaves the browser its own', () => {
    expect(keyOf({ ...plain, key: 'f' })).toBe('f')
    expect(keyOf({ ...plain, key: 'F', shiftKey: true })).toBe('Shift+F')
    expect(keyOf({ ...plain, key: 'F' })).toBe('f')
    expect(keyOf({ ...plain, key: '?', shiftKey: true })).toBe('?')
    expect(keyOf({ ...plain, key: 'd', ctrlKey: true })).toBeUndefined()
  })
})
