import { appendFileSync, chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { installRuntime } from '../../../build/setup/runtime/installRuntime.ts'
import { locateRuntime } from '../../../build/setup/runtime/locateRuntime.ts'
import { runtimeRecipe, type RuntimeRecipe } from '../../../build/setup/runtime/runtimeRecipe.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const addon = `#include "bitgauge.h"
#include <node_api.h>
NAPI_MODULE_INIT() {
    napi_value answer;
    napi_create_int32(env, bg_answer(), &answer);
    napi_set_named_property(env, exports, "answer", answer);
    return exports;
}
`

/** A runtime of two files. */
function sources(answer: string, folder = join(temporaryFolder(), 'runtime')): string {
  for (const name of ['include', 'src', 'collector', 'addon']) mkdirSync(join(folder, name), { recursive: true })
  const header = '#define BG_RUNTIME_VERSION "3.2.1"\n#ifdef __cplusplus\nextern "C"\n#endif\nint bg_answer(void);\n'
  writeFileSync(join(folder, 'include', 'bitgauge.h'), header)
  writeFileSync(join(folder, 'src', 'answer.c'), `#include "bitgauge.h"\nint bg_answer(void) { return ${answer}; }\n`)
  writeFileSync(join(folder, 'addon', 'addon.cc'), addon)
  return folder
}

function install(recipe: RuntimeRecipe, cache: string, environment: NodeJS.ProcessEnv = process.env) {
  return installRuntime(recipe, { cache, environment })
}

describe('set-up of the runtime', () => {
  it('builds an addon that loads, tells what built it, and does nothing the second time', async () => {
    const cache = temporaryFolder()
    const recipe = runtimeRecipe(sources('42'))
    expect(locateRuntime({ cache }, recipe)).toMatchObject({ state: 'missing', version: '3.2.1', compiler: null })
    const report = await install(recipe, cache)
    expect(report).toMatchObject({ state: 'installed', version: '3.2.1' })
    const located = locateRuntime({ cache }, recipe)
    expect(located).toMatchObject({ state: 'ready', compiler: expect.stringMatching(/\d/), bytes: report.bytes })
    expect(createRequire(import.meta.url)(located.addon)).toEqual({ answer: 42 })
    expect(await install(recipe, cache)).toMatchObject({ state: 'already-there', build_s: 0 })
    expect(readdirSync(join(cache, 'runtime-addon'))).toHaveLength(1)
  })

  it('takes other sources for another addon, and leaves the first where it is', async () => {
    const cache = temporaryFolder()
    const [one, two] = [runtimeRecipe(sources('1')), runtimeRecipe(sources('2'))]
    expect(one.key).not.toBe(two.key)
    await install(one, cache)
    expect(locateRuntime({ cache }, two).state).toBe('missing')
    await install(two, cache)
    expect(locateRuntime({ cache }, one).state).toBe('ready')
  })

  it.each<[string, (addon: string) => void, RegExp]>([
    ['that was changed', (addon) => appendFileSync(addon, 'x'), /bytes instead of/],
    ['that is gone', (addon) => rmSync(addon), /is missing/],
    ['that others may write to', (addon) => chmodSync(join(addon, '..'), 0o777), /Other users/],
  ])('makes an addon anew %s', async (_what, damage, problem) => {
    const cache = temporaryFolder()
    const recipe = runtimeRecipe(sources('7'))
    await install(recipe, cache)
    damage(locateRuntime({ cache }, recipe).addon)
    expect(locateRuntime({ cache }, recipe)).toMatchObject({
      state: 'damaged',
      problem: expect.stringMatching(problem),
    })
    expect(await install(recipe, cache)).toMatchObject({ state: 'installed' })
    expect(locateRuntime({ cache }, recipe).state).toBe('ready')
  })

  it('says what the compiler said first, and leaves nothing behind', async () => {
    const cache = temporaryFolder()
    const recipe = runtimeRecipe(sources('no number'))
    await expect(install(recipe, cache)).rejects.toMatchObject({
      code: 'addon-build-failed',
      found: expect.stringContaining('error'),
    })
    expect(readdirSync(join(cache, 'runtime-addon'))).toEqual([])
    expect(locateRuntime({ cache }, recipe).state).toBe('missing')
  })

  it('says what to install where there is no compiler', async () => {
    const recipe = runtimeRecipe(sources('1'))
    const empty = temporaryFolder()
    await expect(install(recipe, temporaryFolder(), { PATH: empty })).rejects.toMatchObject({
      code: 'compiler-missing',
      hint: expect.stringContaining('apt install g++'),
    })
  })

  it('is cancelled by its caller', async () => {
    const stop = new AbortController()
    const installing = installRuntime(runtimeRecipe(sources('5')), {
      cache: temporaryFolder(),
      signal: stop.signal,
      onProgress: () => stop.abort(),
    })
    await expect(installing).rejects.toMatchObject({ code: 'cancelled' })
  })
})
