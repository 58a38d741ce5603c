import { describe, expect, it } from 'vitest'
import { crashError } from '../../../src/host/compute/crash.ts'

describe('crashError', () => {
  it.each([
    [{ code: null, signal: 'SIGKILL', lastWords: '' }, /signal SIGKILL/, /smaller batch/],
    [{ code: null, signal: 'SIGSEGV', lastWords: '' }, /signal SIGSEGV/, /doctor --full/],
    [{ code: 134, signal: null, lastWords: '' }, /exit code 134/, /doctor --full/],
    [{ code: null, signal: null, lastWords: '' }, /exit code unknown/, /doctor --full/],
  ])('names how the process ended and what to do: %j', (end, message, hint) => {
    const error = crashError(end)
    expect(error.code).toBe('compute-crashed')
    expect(error.message).toMatch(message)
    expect(error.hint).toMatch(hint)
  })

  it('keeps the last words of the process out of the message', () => {
    expect(JSON.stringify(crashError({ code: 1, signal: null, lastWords: 'secret' }))).not.toContain('secret')
  })
})
