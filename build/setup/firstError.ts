import { readFile } from 'node:fs/promises'

/** The first line of the log that a compiler or linker marked as an error, or its last line. */
export async function firstError(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const line = lines.find((candidate) => /\berror:|undefined reference|cannot find -l/.test(candidate)) ?? lines.at(-1)
  return (line ?? 'no output').trim().slice(0, 300)
}
