import { readdir, readFile, realpath } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { AppError } from '../shared/errors.ts'

export interface PageFile {
  readonly type: string
  readonly bytes: Buffer
}

/** The kinds of file that a page is made of; any other is not served. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Names as the build writes them, none that begins with a dot. */
const plainName = /^[\w-][\w.-]*$/

/**
 * The files of a built page by their paths below its folder, with `/` between the parts. A few megabytes, held in memory: what is served is one build
 * for as long as the server lives, no request reaches the file system, and a link to elsewhere is no file.
 *
 * @throws AppError `not-found` where the folder holds no page
 */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>()
  try {
    await readBelow(await realpath(folder), '', files)
  } catch (thrown) {
    throw noPage(folder, thrown)
  }
  if (!files.has('index.html')) throw noPage(folder)
  return files
}

async function readBelow(folder: string, path: string, files: Map<string, PageFile>): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.filter(({ name }) => plainName.test(name))) {
    const inside = join(folder, entry.name)
    const type = contentTypes[extname(entry.name)]
    if (entry.isDirectory()) await readBelow(inside, `${path}${entry.name}/`, files)
    else if (entry.isFile() && type !== undefined)
      files.set(`${path}${entry.name}`, { type, bytes: await readFile(inside) })
  }
}

function noPage(folder: string, cause?: unknown): AppError {
  return new AppError('not-found', 'There is no built page to serve.', {
    expected: join(folder, 'index.html'),
    hint: 'Run npm run build.',
    cause,
  })
}
