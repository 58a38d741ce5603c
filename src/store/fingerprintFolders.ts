import { readdir } from 'node:fs/promises'

/** Names of the folders in one that are called by a fingerprint; none where that folder is not there. What is being written has another name. */
export async function fingerprintFolders(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name))
}
