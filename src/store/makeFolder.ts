import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../shared/errors.ts'
import { nextStep } from '../shared/nextSteps.ts'

/**
 * Makes a folder of mode 0700, and what is missing above it. Not by `mkdir` with `recursive`, which never returns where the system says
 * ENOENT for a folder whose parent is there (below `/proc`; Node 24.21).
 *
 * @throws AppError `conflict` where it cannot be one
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST' && isFolder(folder)) return
    if (code !== 'ENOENT' || isFolder(dirname(folder))) throw notAFolder(folder, error)
    makeFolder(dirname(folder))
    makeFolder(folder)
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** Rights and room are told as what they are. */
function notAFolder(folder: string, error: unknown): unknown {
  if (!['EEXIST', 'ENOTDIR', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return error
  return new AppError('conflict', `${folder} cannot be made a folder.`, {
    expected: 'a folder, or a name that is not taken',
    found: error instanceof Error ? error.message : String(error),
    hint: nextStep('other-folder'),
    cause: error,
  })
}
