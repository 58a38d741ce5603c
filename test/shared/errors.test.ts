import { describe, expect, it } from 'vitest'
import { errorRecordSchema } from '../../src/shared/errorRecord.ts'
import { AppError, describeError, errorCodes, toErrorRecord } from '../../src/shared/errors.ts'
import { nextStep } from '../../src/shared/nextSteps.ts'

describe('errors', () => {
  it('cross a boundary and come back with everything but their cause', () => {
    const error = new AppError('input-invalid', 'The width is wrong.', {
      expected: '2 to 8',
      found: '9',
      hint: 'Choose another.',
      where: { file: 'study.yaml', line: 12, column: 3 },
      cause: new Error('/home/someone/secret'),
    })
    const crossed = errorRecordSchema.parse(JSON.parse(JSON.stringify(toErrorRecord(error))))
    expect(JSON.stringify(crossed)).not.toContain('secret')
    const back = AppError.fromRecord(crossed)
    expect(back).toMatchObject({
      code: 'input-invalid',
      message: 'The width is wrong.',
      expected: '2 to 8',
      found: '9',
    })
    expect(toErrorRecord(back)).toEqual(crossed)
  })

  it('cross with what to do as a step and in the words of the command line, and keep both', () => {
    const error = new AppError('not-found', 'There is no such study.', { hint: nextStep('resume-study', 'first') })
    const crossed = errorRecordSchema.parse(JSON.parse(JSON.stringify(toErrorRecord(error))))
    expect(crossed.next).toEqual({ step: 'resume-study', of: 'first' })
    expect(crossed.hint).toBe('Go on with: bitgauge study resume first')
    expect(describeError(crossed)).toBe('There is no such study. Go on with: bitgauge study resume first')
    expect(toErrorRecord(AppError.fromRecord(crossed))).toEqual(crossed)
  })

  it.each([new Error('/home/someone/secret'), 'secret', null, { code: 'not-found', message: 'secret' }])(
    'hide what is not ours: %s',
    (thrown) => {
      const record = toErrorRecord(thrown)
      expect(record.code).toBe('internal')
      expect(JSON.stringify(record)).not.toContain('secret')
    },
  )

  it('are one line for a person: place, message, expected, found, what to do', () => {
    const line = describeError({
      code: 'input-invalid',
      message: 'Unknown key calibraton.',
      expected: 'calibration',
      found: 'calibraton',
      hint: 'Correct it.',
      where: { file: 'study.yaml', line: 12, column: 3 },
    })
    expect(line).toBe('study.yaml:12:3: Unknown key calibraton. Expected: calibration. Found: calibraton. Correct it.')
  })

  it('have codes that are unique and spelled for scripts', () => {
    expect(new Set(errorCodes).size).toBe(errorCodes.length)
    expect(errorCodes.filter((code) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([])
  })

  it('refuse a record with a code that is not in the list, or with more than a record holds', () => {
    expect(errorRecordSchema.safeParse({ code: 'exploded', message: 'x' }).success).toBe(false)
    expect(errorRecordSchema.safeParse({ code: 'internal', message: 'x', stack: 'y' }).success).toBe(false)
  })
})
