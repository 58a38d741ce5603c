import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'

const keptLogs = 5

/** Path of a new log for the output of pip and the compiler, in `<cache>/logs`; older ones than the newest few are removed. */
export async function newLogFile(cache: string): Promise<string> {
  const folder = join(cache, 'logs')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = (await readdir(folder)).filter((name) => /^setup-[0-9A-Z]{26}\.log$/.test(name)).sort()
  for (const name of names.slice(0, Math.max(0, names.length - keptLogs + 1))) {
    await rm(join(folder, name), { force: true })
  }
  return join(folder, `setup-${ulid()}.log`)
}
