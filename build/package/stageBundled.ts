import { chmodSync, cpSync, mkdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readyLibrary, readyRuntime } from '../../src/host/compute/library.ts'
import { crossBuild } from '../runtime/cross/crossBuild.ts'
import { setupZig } from '../runtime/cross/setupZig.ts'
import { targets } from '../runtime/cross/targets.ts'

/**
 * Lays out what the package holds beside the application, as a cache has it: the TensorFlow library for the CPU, the runtime's addon, and the static
 * board programs, so that a person needs neither pip nor a compiler.
 *
 * @throws AppError `library-missing`, `library-damaged` where set-up has not run here
 */
export async function stageBundled(cache: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  copy(readyLibrary(cache, 'cpu').directory, join(folder, 'tensorflow'))
  copy(readyRuntime(cache).directory, join(folder, 'runtime-addon'))
  const zig = await setupZig({ cache })
  await crossBuild({ zig, zigCache: join(cache, 'zig', 'compiled'), targets, output: join(folder, 'boards') })
}

/** What set-up proved on this machine is not proved on another. */
function copy(directory: string, into: string): void {
  mkdirSync(into, { recursive: true })
  const target = join(into, basename(directory))
  cpSync(directory, target, {
    recursive: true,
    preserveTimestamps: true,
    filter: (file) => basename(file) !== 'proved',
  })
  chmodSync(target, 0o755)
}
