import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { RunRepository } from '../../store/index.ts'
import { takeRunWork, workFolder } from '../../store/models/index.ts'

/**
 * Takes away the work folders of runs that are in the store: what a program left that was killed between storing a run and tidying up
 * after it. A training that goes on from its checkpoint is left alone, and so is what a living program uses.
 */
export async function tidyWork(home: string, runs: RunRepository): Promise<void> {
  const root = dirname(workFolder(home, 'key'))
  const names = (await readdir(root).catch(() => [])).filter((name) => /^[0-9a-f]{64}$/.test(name))
  const finished = runs.idsByKeys(names)
  for (const key of names.filter((name) => finished.has(name))) {
    const files: string[] = await readdir(join(root, key)).catch(() => [])
    if (files.includes('checkpoint.safetensors') && !files.includes('model.safetensors')) continue
    await discard(home, key)
  }
}

async function discard(home: string, key: string): Promise<void> {
  try {
    const work = await takeRunWork(home, key)
    await work.discard()
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'conflict') throw thrown
  }
}
