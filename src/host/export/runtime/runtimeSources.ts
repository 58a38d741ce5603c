import { readdir, readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'

export interface SourceFile {
  /** in the export, with slashes */
  name: string
  format: string
  bytes: Uint8Array
}

/** Folders of `src/runtime` that a program is built from. */
const folders = ['include', 'src', 'program'] as const
const formats: Readonly<Record<string, string>> = { h: 'c-header', c: 'c-source' }

/**
 * The library and its example program: `runtime/…`, `main.c`, `Makefile`.
 *
 * @throws AppError `not-found` where this copy of Bitgauge came without the sources of its runtime
 */
export async function runtimeSources(): Promise<SourceFile[]> {
  const root = findRoot(import.meta.dirname)
  const runtime = join(root, 'src', 'runtime')
  const files: SourceFile[] = []
  const add = async (name: string, format: string, path: string): Promise<void> => {
    files.push({ name, format, bytes: await readFile(path) })
  }
  await add('main.c', 'c-source', join(runtime, 'example', 'main.c'))
  await add('Makefile', 'makefile', join(runtime, 'example', 'Makefile'))
  await add('runtime/LICENSE', 'text', join(root, 'LICENSE'))
  await add('runtime/README.md', 'markdown', join(runtime, 'README.md'))
  await add('runtime/Makefile', 'makefile', join(runtime, 'Makefile'))
  for (const folder of folders) {
    for (const file of (await readdir(join(runtime, folder))).sort()) {
      const format = formats[file.slice(file.lastIndexOf('.') + 1)]
      if (format !== undefined) await add(`runtime/${folder}/${file}`, format, join(runtime, folder, file))
    }
  }
  return files
}

/** The folder that holds `src/runtime`: the clone, or what was packaged of it. This file may be in a bundle. */
function findRoot(from: string): string {
  if (existsSync(join(from, 'src', 'runtime', 'include', 'bitgauge.h'))) return from
  if (dirname(from) !== from) return findRoot(dirname(from))
  throw new AppError('not-found', 'This copy of Bitgauge has not the sources of its runtime.', {
    expected: 'src/runtime beside the program',
    hint: 'Export from a clone.',
  })
}
