/**
 * `npm run runtime:cross`: builds `bitgauge-run` for boards, static and stripped, with a compiler that is fetched once into the cache. `-- --output DIR`
 * (`dist/boards`), `--target NAME …` (all), `--json` prints the manifest, `--offline WHEEL` gives the compiler's wheel.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createProgressDisplay } from '../../src/cli/progress.ts'
import { defaultPaths } from '../../src/host/paths.ts'
import { AppError, describeError, toErrorRecord } from '../../src/shared/errors.ts'
import { root } from '../tasks/run.ts'
import { crossBuild, type BoardPrograms } from './cross/crossBuild.ts'
import { setupZig } from './cross/setupZig.ts'
import { targets, type Target } from './cross/targets.ts'

try {
  process.exitCode = await main()
} catch (thrown) {
  if (!(thrown instanceof AppError)) throw thrown
  process.stderr.write(`${describeError(toErrorRecord(thrown))}\n`)
  process.exitCode = thrown.code === 'usage-invalid' ? 2 : 1
}

async function main(): Promise<number> {
  const flags = readFlags()
  const chosen = chosenTargets(flags.target)
  const { cache } = defaultPaths()
  const display = await createProgressDisplay(process.stderr)
  const zig = await setupZig({ cache, offline: flags.offline, onProgress: display.report }).finally(display.close)
  const manifest = await crossBuild({
    ...{ zig, zigCache: join(cache, 'zig', 'compiled'), targets: chosen },
    output: flags.output ?? join(root, 'dist', 'boards'),
    onTarget: ({ name }) => void process.stderr.write(`building for ${name} …\n`),
  })
  process.stdout.write(flags.json === true ? `${JSON.stringify(manifest, null, 2)}\n` : table(manifest))
  return 0
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        output: { type: 'string' },
        target: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        offline: { type: 'string' },
      },
    })
    return values
  } catch (thrown) {
    throw new AppError('usage-invalid', (thrown as Error).message, { cause: thrown })
  }
}

function chosenTargets(names: readonly string[] | undefined): readonly Target[] {
  if (names === undefined) return targets
  return names.map((name) => {
    const target = targets.find((candidate) => candidate.name === name)
    if (target !== undefined) return target
    throw new AppError('usage-invalid', `There is no target ${name}.`, {
      expected: targets.map((candidate) => candidate.name).join(', '),
    })
  })
}

function table({ programs }: BoardPrograms): string {
  const line = ({ file, bytes, sha256 }: BoardPrograms['programs'][number]): string =>
    `${file.padEnd(20)} ${(bytes / 1024).toFixed(1).padStart(7)} KiB  sha256 ${sha256}\n`
  return programs.map(line).join('')
}
