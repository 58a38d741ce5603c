import { rename } from 'node:fs/promises'
import type { Checkpoint } from '../../../core/training/checkpoint.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Warning } from '../../../shared/units.ts'
import { readCheckpoint } from '../../training/checkpointFile.ts'
import { taskFingerprint, type TrainingTask } from '../../training/trainingTask.ts'

/**
 * Where a training goes on, or null where it begins. A checkpoint that is of another training, or that cannot be read, is set aside under
 * another name and never gone on from.
 */
export async function usableCheckpoint(
  path: string,
  task: TrainingTask,
  warn: (warning: Warning) => void,
): Promise<Checkpoint['state'] | null> {
  const found = await readOrReason(path)
  if (found === null) return null
  if (typeof found !== 'string' && found.task === taskFingerprint(task)) return found.state
  await rename(path, `${path}.aside`)
  warn({
    code: 'checkpoint-set-aside',
    message: `The checkpoint ${typeof found === 'string' ? found : 'belongs to another training'}; it was set aside, and training begins anew.`,
    subject: 'training',
  })
  return null
}

async function readOrReason(path: string): Promise<Checkpoint | string | null> {
  try {
    return await readCheckpoint(path)
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === 'input-invalid' || thrown.code === 'too-large')) {
      return 'cannot be read'
    }
    throw thrown
  }
}
