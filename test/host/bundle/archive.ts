import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { anyPath, forkLauncher, openHost, type Host } from '../../../src/host/index.ts'
import { tarEnd, tarHeader, tarPadding } from '../../../src/host/bundle/tar.ts'
import { cache, memoryLog } from '../harness.ts'

/** Opens a host that takes any path, does something with it, and closes it. */
export async function withHost<T>(home: string, work: (host: Host) => Promise<T>): Promise<T> {
  const { log } = memoryLog()
  const host = await openHost({
    home,
    cache,
    launcher: forkLauncher({ log }),
    log,
    allowPath: anyPath,
    allowTarget: anyPath,
  })
  return work(host).finally(() => host.close())
}

export interface Entry {
  name: string
  bytes: Buffer
}

/** The entries of a bundle, for tests that write another one. */
export function entriesOf(file: string): Entry[] {
  const archive = gunzipSync(readFileSync(file))
  const entries: Entry[] = []
  for (let at = 0; archive[at] !== 0;) {
    const name = archive.toString('utf8', at, archive.indexOf(0, at))
    const bytes = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8)
    entries.push({ name, bytes: archive.subarray(at + 512, at + 512 + bytes) })
    at += 512 + Math.ceil(bytes / 512) * 512
  }
  return entries
}

export function writeArchive(file: string, entries: readonly Entry[], end: Buffer = tarEnd): void {
  const parts = entries.flatMap(({ name, bytes }) => [tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)])
  writeFileSync(file, gzipSync(Buffer.concat([...parts, end])))
}

/** The same entries with a list that fits them. */
export function listed(entries: readonly Entry[]): Entry[] {
  const [manifest, ...files] = entries as [Entry, ...Entry[]]
  const list = files.map(({ name, bytes }) => ({ path: name, bytes: bytes.length, sha256: sha256(bytes) }))
  const value = { ...(JSON.parse(manifest.bytes.toString()) as object), files: list }
  return [{ ...manifest, bytes: Buffer.from(JSON.stringify(value)) }, ...files]
}

/** The same entries but for the text of one. */
export function changed(entries: readonly Entry[], name: string, change: (text: string) => string): Entry[] {
  return entries.map((entry) =>
    entry.name === name ? { name, bytes: Buffer.from(change(entry.bytes.toString())) } : entry,
  )
}

/** A tar header whose type was changed, its sum made right again. */
export function headerOfType(name: string, type: string): Buffer {
  const header = tarHeader(name, 0)
  header.write(type, 156)
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
