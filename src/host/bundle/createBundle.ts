import { createHash } from 'node:crypto'
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import type { Bundle } from '../../shared/contract/study.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { withFileFailures } from '../../store/datasets/index.ts'
import type { StudyRow } from '../../store/index.ts'
import type { StudyParts } from '../study/studyParts.ts'
import {
  bundleManifestName,
  bundleManifestSchema,
  sha256,
  type BundleManifest,
  type PlannedEntry,
} from './bundleFile.ts'
import { planBundle } from './planBundle.ts'
import { tarEnd, tarHeader, tarPadding } from './tar.ts'

export type BundleParts = Pick<StudyParts, 'home' | 'studies' | 'runs' | 'models' | 'profileStore'>

export interface BundleTarget {
  path: string
  /** a file that is there already */
  overwrite: boolean
  signal?: AbortSignal | undefined
}

/**
 * Writes a study with its runs, their arrays, its float models and its profiles into one gzipped tar, whole or not there. The same study is
 * the same bytes. Everything is read twice: for the hashes that the archive begins with, and for the archive.
 *
 * @throws AppError `conflict` where nothing of the study was begun, `file-exists`, `permission-denied`, `disk-full`, `not-found`, `store-damaged`,
 *   `cancelled`
 */
export async function createBundle(
  parts: BundleParts,
  row: StudyRow,
  { path, overwrite, signal }: BundleTarget,
): Promise<Omit<Bundle, 'study'>> {
  if (!overwrite && (await stat(path).catch(() => undefined)) !== undefined) {
    throw new AppError('file-exists', `There is a file ${path} already.`, {
      hint: nextStep('other-name'),
    })
  }
  const { entries: planned, runs, models } = await planBundle(parts, row)
  const entries = planned.map((entry) => ({ ...entry, read: () => readUnless(signal, entry) }))
  const manifest = await manifestOf(row, entries)
  const file = await withFileFailures(path, () => writeWhole(path, manifest, entries))
  return { file: { path, format: 'bitgauge-bundle/1', ...file }, runs, models }
}

/** Whoever waits for the host comes in between; somebody may have asked for the end. */
async function readUnless(signal: AbortSignal | undefined, { read }: PlannedEntry): Promise<Uint8Array> {
  await setImmediate()
  if (signal?.aborted !== true) return read()
  throw new AppError('cancelled', 'The bundle was cancelled; nothing of it is left.')
}

async function manifestOf({ name, fingerprint }: StudyRow, entries: readonly PlannedEntry[]): Promise<BundleManifest> {
  const files: BundleManifest['files'] = []
  for (const { path, read } of entries) {
    const bytes = await read()
    files.push({ path, bytes: bytes.length, sha256: sha256(bytes) })
  }
  return bundleManifestSchema.parse({ kind: 'bitgauge-bundle', version: 1, study: { name, fingerprint }, files })
}

async function writeWhole(
  path: string,
  manifest: BundleManifest,
  entries: readonly PlannedEntry[],
): Promise<{ bytes: number; sha256: string }> {
  await clearLeftovers(path)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, 'wx')
    const written = await writeArchive(file, manifest, entries).finally(() => file.close())
    await rename(temporary, path)
    return written
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
}

/** What a program that was killed left of the same bundle: nobody can end what it began. */
async function clearLeftovers(path: string): Promise<void> {
  const [folder, begin] = [dirname(path), `${basename(path)}.`]
  const names = await readdir(folder)
  const pids = names.flatMap((name) => {
    const pid = name.startsWith(begin) ? /^(\d+)\.tmp$/.exec(name.slice(begin.length))?.[1] : undefined
    return pid === undefined ? [] : [Number(pid)]
  })
  for (const pid of pids.filter((one) => one !== process.pid && !isRunning(one))) {
    await rm(`${path}.${pid}.tmp`, { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function writeArchive(
  file: FileHandle,
  manifest: BundleManifest,
  entries: readonly PlannedEntry[],
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(archive(manifest, entries), createGzip(), async (packed: AsyncIterable<Buffer>) => {
    for await (const chunk of packed) {
      hash.update(chunk)
      bytes += chunk.length
      await file.write(chunk)
    }
  })
  await file.sync()
  return { bytes, sha256: hash.digest('hex') }
}

async function* archive(manifest: BundleManifest, entries: readonly PlannedEntry[]): AsyncGenerator<Uint8Array> {
  yield* entry(bundleManifestName, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`))
  for (const [index, { path, read }] of entries.entries()) {
    const bytes = await read()
    if (sha256(bytes) === manifest.files[index]?.sha256) yield* entry(path, bytes)
    else
      throw new AppError('conflict', 'The study changed while it was being written.', {
        hint: 'Do it again when it does not run.',
      })
  }
  yield tarEnd
}

function* entry(name: string, bytes: Uint8Array): Generator<Uint8Array> {
  yield tarHeader(name, bytes.length)
  yield bytes
  yield tarPadding(bytes.length)
}
