import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { fromTransportError, toTransportError } from '../../src/shared/contract/failure.ts'
import { AppError } from '../../src/shared/errors.ts'

/** What a socket does to an error: only its JSON arrives. */
function overTheWire(error: ORPCError<string, unknown>): ORPCError<string, unknown> {
  const plain = JSON.parse(JSON.stringify(error.toJSON())) as {
    code: string
    message: string
    data: unknown
    status: number
  }
  return new ORPCError(plain.code, { message: plain.message, data: plain.data, status: plain.status })
}

describe('errors over a transport', () => {
  it('arrive as the AppError that was thrown', () => {
    const thrown = new AppError('not-found', 'There is no such job.', { found: '01X', hint: 'List the jobs.' })
    expect(fromTransportError(overTheWire(toTransportError(thrown)))).toMatchObject({
      code: 'not-found',
      message: 'There is no such job.',
      found: '01X',
      hint: 'List the jobs.',
    })
  })

  it('arrive as internal, without their text, where they are defects', () => {
    const arrived = fromTransportError(overTheWire(toTransportError(new TypeError('x is undefined in /home/someone'))))
    expect(arrived.code).toBe('internal')
    expect(arrived.message).not.toContain('someone')
  })

  it('name the field where an input does not have its shape', () => {
    const refused = new ORPCError('BAD_REQUEST', {
      data: { issues: [{ path: ['hidden', 0], message: 'expected a whole number' }] },
    })
    expect(fromTransportError(refused)).toMatchObject({
      code: 'input-invalid',
      found: 'hidden.0: expected a whole number',
    })
  })

  it('call a lost connection by its name', () => {
    expect(fromTransportError(new Error('socket hang up')).code).toBe('connection-lost')
    expect(fromTransportError(new DOMException('stopped', 'AbortError')).code).toBe('cancelled')
  })
})
