import { describe, expect, it } from 'vitest'
import { inWindow } from '../../../src/renderer/text/errors.ts'
import { AppError, toErrorRecord } from '../../../src/shared/errors.ts'
import { nextStep } from '../../../src/shared/nextSteps.ts'

describe('an error of the host in the window', () => {
  it.each([
    [nextStep('accept-key', 'SHA256:abc'), /trust it/],
    [nextStep('replace-key'), /trust the new key/],
    [nextStep('give-secret'), /^Sign in/],
    [nextStep('profile-on-board-again'), /^Nothing of it/],
    [nextStep('list-profiles'), /^The page Boards lists/],
    [nextStep('train-smaller-batch', '16'), /a batch of 16/],
  ])('says what can be done here', (step, expected) => {
    const record = toErrorRecord(new AppError('not-found', 'No.', { hint: step }))
    expect(inWindow(record).hint).toMatch(expected)
    expect(record.hint).toMatch(/bitgauge|--/)
  })

  it('keeps a hint that is no step', () => {
    const plain = { code: 'host-unreachable' as const, message: 'No.', hint: 'Check that the board is on.' }
    expect(inWindow(plain)).toBe(plain)
  })
})
