import type { z } from 'zod'
import { AppError } from '../shared/errors.ts'

/** @throws AppError `input-invalid` with the first place where a value does not have its form */
export function parseInput<T extends z.ZodType>(schema: T, what: string, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const place = issue?.path.join('.') ?? ''
  throw new AppError('input-invalid', `${what} does not have the form that the store keeps.`, {
    found: `${place === '' ? '' : `${place}: `}${issue?.message ?? ''}`,
  })
}
