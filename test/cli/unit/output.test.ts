import { describe, expect, it } from 'vitest'
import { exitCodeOf, printable } from '../../../src/cli/output.ts'
import { AppError } from '../../../src/shared/errors.ts'

describe('text for a terminal', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', '\ufffd[31mred\ufffd[0m'],
    ['bell\u0007 and back\rspace', 'bell\ufffd and back\ufffdspace'],
    ['evil\u202etxt.exe', 'evil\ufffdtxt.exe'],
    ['c1 \u009b31m', 'c1 \ufffd31m'],
    ['two\nlines\tand a tab, äöü, 漢字', 'two\nlines\tand a tab, äöü, 漢字'],
  ])('of %j is %j', (given, shown) => {
    expect(printable(given)).toBe(shown)
  })
})

describe('the exit code', () => {
  it.each([
    [new AppError('cancelled', 'x'), 130],
    [new AppError('usage-invalid', 'x'), 2],
    [new AppError('disk-full', 'x'), 1],
    [new Error('x'), 1],
  ])('of %s is %i', (thrown, code) => {
    expect(exitCodeOf(thrown)).toBe(code)
  })
})
