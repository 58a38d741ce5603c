import { join } from 'node:path'
import type { StoreCheck } from '../../shared/contract/store.ts'
import { AppError, describeError, toErrorRecord } from '../../shared/errors.ts'

/**
 * What a check says of a store that could not be looked at: that is something it found, not something that stops it.
 *
 * @throws what was thrown, where the check was stopped or a defect came up
 */
export function unreadableStore(home: string, thrown: unknown): StoreCheck {
  if (!(thrown instanceof AppError) || thrown.code === 'cancelled') throw thrown
  const problems = [describeError(toErrorRecord(thrown))]
  return { path: join(home, 'bitgauge.sqlite'), schemaVersion: 0, bytes: 0, ok: false, problems, jobs: 0, runs: 0 }
}
