import type { z } from 'zod'
import { AppError } from '../shared/errors.ts'
import { nextStep } from '../shared/nextSteps.ts'

/** Text of one JSON column, at most; what is larger belongs in an array beside the run. */
export const largestJson_bytes = 16 * 1024 * 1024

/**
 * JSON text for a column. Keys with `undefined` are left out, as everywhere in JSON.
 *
 * @throws AppError `non-finite-value`, since JSON would quietly make null of it; `input-invalid` for typed arrays and other binary
 * data, and for what is no JSON at all; `too-large`
 */
export function toJson(value: unknown, what: string): string {
  const text = JSON.stringify(value, (key, inner: unknown) => plain(inner, key, what)) as string | undefined
  if (text === undefined) throw new AppError('input-invalid', `${what} is not JSON.`, { found: typeof value })
  if (Buffer.byteLength(text) > largestJson_bytes) {
    throw new AppError('too-large', `${what} is too large for one row.`, {
      expected: `at most ${largestJson_bytes} bytes of JSON`,
      found: `${Buffer.byteLength(text)} bytes`,
      hint: 'Store large arrays beside the run.',
    })
  }
  return text
}

function plain(value: unknown, key: string, what: string): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new AppError('non-finite-value', `${what} holds ${value} at ${key || 'its root'}, which JSON cannot.`, {
      expected: 'a finite number, or null with a warning',
      found: String(value),
    })
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    throw new AppError('input-invalid', `${what} holds binary data at ${key || 'its root'}.`, {
      expected: 'JSON',
      hint: 'Store large arrays beside the run.',
    })
  }
  return value
}

export type Decoded<T> = { ok: true; value: T } | { ok: false; problem: string }

/** Builds a value from a row and parses it by its schema; `what` names the row in the problem's sentence. */
export function decode<T>(schema: z.ZodType<T>, what: string, build: () => unknown): Decoded<T> {
  try {
    const parsed = schema.safeParse(build())
    if (parsed.success) return { ok: true, value: parsed.data }
    const issue = parsed.error.issues[0]
    return {
      ok: false,
      problem: `${what} does not have its form: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { ok: false, problem: `${what} holds text that is not JSON: ${error.message}.` }
  }
}

/** @throws AppError `store-damaged` where the row could not be read */
export function decodedOrThrow<T>(decoded: Decoded<T>): T {
  if (decoded.ok) return decoded.value
  throw new AppError('store-damaged', decoded.problem, {
    hint: nextStep('check-store'),
  })
}
