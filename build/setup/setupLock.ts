import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { AppError } from '../../src/shared/errors.ts'
import { throwIfCancelled } from './runChild.ts'

export interface LockOptions {
  /** folder that is locked; it must exist */
  folder: string
  signal: AbortSignal
  /** how long to wait for another set-up */
  wait_s: number
  onWait: (waited_s: number) => void
  /** the lock went to another process, because ours stood still for too long */
  onLost: (error: AppError) => void
}

/** A lock whose holder was silent for this long belongs to nobody: its process was killed. */
const stale_ms = 10_000
const poll_ms = 200

/**
 * Lets one set-up at a time work in a folder; gives the function that opens the lock again.
 * @throws AppError `setup-busy` after `wait_s`, `cancelled`
 */
export async function takeSetupLock(options: LockOptions): Promise<() => Promise<void>> {
  const started = performance.now()
  for (;;) {
    throwIfCancelled(options.signal)
    const release = await tryLock(options)
    if (release !== undefined) return release
    const waited_s = (performance.now() - started) / 1000
    if (waited_s > options.wait_s) throw busy(options)
    options.onWait(waited_s)
    await sleep(poll_ms, undefined, { signal: options.signal }).catch(() => {})
  }
}

async function tryLock(options: LockOptions): Promise<(() => Promise<void>) | undefined> {
  try {
    const release = await lockfile.lock(options.folder, {
      lockfilePath: join(options.folder, 'setup.lock'),
      stale: stale_ms,
      update: stale_ms / 5,
      retries: 0,
      onCompromised: () => options.onLost(busy(options)),
    })
    return () => release().catch(() => {})
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined
    throw error
  }
}

function busy(options: LockOptions): AppError {
  return new AppError('setup-busy', `Another set-up is at work in ${options.folder}.`, {
    hint: 'Wait until it has ended and run the command again.',
  })
}
