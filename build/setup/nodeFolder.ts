import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { AppError } from '../../src/shared/errors.ts'

/** The folder that holds `include/node`: that of the pinned Node's package, otherwise of the Node that runs. */
export function nodeFolder(): string {
  const folders = [pinnedNodeFolder(), dirname(dirname(process.execPath))]
  const found = folders.find((folder) => folder !== undefined && existsSync(join(folder, 'include/node/node_api.h')))
  if (found !== undefined) return found
  throw new AppError('addon-build-failed', "Node's header files are not there.", {
    expected: 'the package of the pinned Node in node_modules',
    hint: 'Run `npm ci` in the folder of Bitgauge.',
  })
}

function pinnedNodeFolder(): string | undefined {
  try {
    const name = `node-${process.platform}-${process.arch}/package.json`
    return dirname(createRequire(import.meta.url).resolve(name))
  } catch {
    return undefined
  }
}
