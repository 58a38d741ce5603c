import { describe, expect, it } from 'vitest'
import {
  bytesText,
  errorText,
  millisecondsText,
  momentText,
  rowsText,
  secondsText,
  spanText,
} from '../../src/renderer/text/figures.ts'

describe('figures for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [70_000, '70 kB'],
    [853_394_480, '853 MB'],
    [1_900_000_000, '1.9 GB'],
    [25_300_000_000, '25.3 GB'],
  ])('%i bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text))

  it.each([
    [null, 'not finite'],
    [0, '0'],
    [2.7e-7, '2.7e−7'],
    [1e-5, '1e−5'],
    [0.25, '0.25'],
    [5e4, '5e4'],
  ])('an error of %s is %s', (value, text) => expect(errorText(value)).toBe(text))

  it.each([
    [0.3354, '0.335'],
    [7.234, '7.23'],
    [44, '44.0'],
    [1234.5, '1,235'],
  ])('%d ms are %s', (ms, text) => expect(millisecondsText(ms)).toBe(text))

  it.each([
    [0.0004, 'under 1 ms'],
    [0.318, '318 ms'],
    [5.62, '5.6 s'],
    [61.4, '61 s'],
    [1235, '21 min'],
    [11_040, '3 h 4 min'],
  ])('%d seconds are %s', (seconds, text) => expect(secondsText(seconds)).toBe(text))

  it('tells the time of today, the day of another, the year of one long past, and what has not been', () => {
    const now = new Date(2026, 10, 21, 12, 0, 0)
    expect(momentText(new Date(2026, 10, 21, 9, 5, 7).toISOString(), now)).toBe('09:05:07')
    expect(momentText(new Date(2026, 10, 17, 9, 5, 7).toISOString(), now)).toBe('17 Nov 09:05')
    expect(momentText(new Date(2025, 11, 31, 9, 5, 7).toISOString(), now)).toBe('31 Dec 2025')
    expect(momentText(null, now)).toBe('not yet')
  })

  it('tells how long a job ran', () => {
    expect(spanText('2026-11-21T09:00:00.000Z', '2026-11-21T09:00:05.600Z')).toBe('5.6 s')
    expect(spanText(null, '2026-11-21T09:00:05.600Z')).toBe('')
  })
})

describe('a page of a list', () => {
  it.each([
    [{ offset: 0, shown: 0, total: 0, more: false }, 'none'],
    [{ offset: 50, shown: 50, total: 4319, more: true }, '51–100 of 4,319'],
    [{ offset: 0, shown: 50, total: null, more: true }, '1–50 of more than 50'],
    [{ offset: 50, shown: 7, total: null, more: false }, '51–57'],
  ])('%o is %s', (rows, text) => expect(rowsText(rows)).toBe(text))
})
