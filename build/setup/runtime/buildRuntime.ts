import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../../src/shared/errors.ts'
import { diskFull } from '../failures.ts'
import { firstError } from '../firstError.ts'
import { nodeFolder } from '../nodeFolder.ts'
import { napiVersion } from '../recipe.ts'
import { runChild } from '../runChild.ts'
import { commandParts } from '../tools.ts'
import { exactFlags, runtimeFile, sharedFlags, type RuntimeRecipe } from './runtimeRecipe.ts'

export interface RuntimeBuild {
  recipe: RuntimeRecipe
  /** command of a C++ compiler, which compiles C too */
  compiler: string
  /** folder for objects */
  staging: string
  /** folder for the addon */
  target: string
  environment: Record<string, string>
  log: string
  signal: AbortSignal
  /** told of the files compiled */
  tell: (done: number, total: number) => void
}

const standards = { c: ['-x', 'c', '-std=c99'], cc: ['-x', 'c++', '-std=c++17'] } as const

/**
 * Compiles every file, several at once, and links the addon. Node's functions are found in the program that loads it.
 *
 * @throws AppError `addon-build-failed`, `disk-full`, `cancelled`
 */
export async function buildRuntime(build: RuntimeBuild): Promise<void> {
  const { recipe, tell } = build
  const waiting = [...recipe.files.entries()]
  const stop = new AbortController()
  const signal = AbortSignal.any([build.signal, stop.signal])
  let done = 0
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await compile({ ...build, signal }, next[1], objectOf(build, next[0]))
      tell((done += 1), recipe.files.length)
    }
  }
  const stopping = (): Promise<void> =>
    work().catch((thrown: unknown) => {
      stop.abort(thrown)
      throw thrown
    })
  const ends = await Promise.allSettled(Array.from({ length: availableParallelism() }, stopping))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw stop.signal.reason ?? failed.reason
  await link(build)
}

function objectOf({ staging }: RuntimeBuild, index: number): string {
  return join(staging, `${index}.o`)
}

function compile(build: RuntimeBuild, file: string, object: string): Promise<void> {
  const { sources } = build.recipe
  const standard = standards[file.endsWith('.cc') ? 'cc' : 'c']
  const folders = ['include', 'src', 'collector'].flatMap((folder) => ['-I', join(sources, folder)])
  const node = ['-I', join(nodeFolder(), 'include', 'node'), `-DNAPI_VERSION=${napiVersion}`]
  return run(build, [...exactFlags, ...folders, ...node, ...standard, '-c', join(sources, file), '-o', object])
}

function link(build: RuntimeBuild): Promise<void> {
  const objects = build.recipe.files.map((_, index) => objectOf(build, index))
  return run(build, [...sharedFlags, ...objects, '-o', join(build.target, runtimeFile), '-lm', '-lpthread'])
}

async function run({ compiler, staging, environment, log, signal }: RuntimeBuild, args: string[]): Promise<void> {
  const { command, first } = commandParts(compiler)
  const { code, output } = await runChild({
    ...{ command, args: [...first, ...args], cwd: staging, environment, log, signal },
    input: '',
  })
  if (code === 0) return
  if (/No space left on device/.test(output)) throw diskFull(staging)
  throw new AppError('addon-build-failed', 'The runtime of quantized models could not be built.', {
    found: await firstError(log),
    hint: `The whole output of the compiler is in ${log}.`,
  })
}
