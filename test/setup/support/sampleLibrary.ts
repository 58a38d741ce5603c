import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WheelPin } from '../../../build/setup/libraryPin.ts'
import type { Recipe } from '../../../build/setup/recipe.ts'
import { makeWheel, type WheelEntry } from './makeWheel.ts'

export interface SampleLibrary {
  recipe: Recipe
  pin: WheelPin
  wheel: string
}

const wheelName = 'bitgauge_sample-1.0-py3-none-manylinux_2_17_x86_64.whl'
const paddingBytes = 3_000_000

/**
 * A wheel with two small shared libraries, compiled here, in the place of TensorFlow's, and an addon package that calls one of them:
 * the whole way of set-up in seconds.
 */
export function makeSampleLibrary(folder: string): SampleLibrary {
  mkdirSync(folder, { recursive: true })
  const wheel = join(folder, wheelName)
  makeWheel(wheel, [...libraries(folder), ...wheelMetadata()])
  const pin = pinOf(wheel)
  return { recipe: recipeOf(pin, addonPackage(folder)), pin, wheel }
}

/** The pin of a file as it lies there. */
export function pinOf(wheel: string): WheelPin {
  const content = readFileSync(wheel)
  return {
    package: 'bitgauge-sample',
    version: '1.0',
    file: wheelName,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    unpackedBytes: paddingBytes + 200_000,
    take: [
      { from: 'sample/libtensorflow_cc.so.2', to: 'deps/lib/libtensorflow_cc.so.2' },
      { from: 'sample/libtensorflow_framework.so.2', to: 'deps/lib/libtensorflow_framework.so.2' },
      { from: 'sample/data/', to: 'data/' },
      { from: 'sample/include/', to: 'deps/include/', buildOnly: true },
    ],
  }
}

export function recipeOf(pin: WheelPin, addonFolder: string): Recipe {
  return {
    pin: { variant: 'cpu', version: '1.0', platform: 'linux-x64', glibc: '2.17', wheels: [pin] },
    addon: { folder: addonFolder, version: '1.0.0' },
  }
}

/** Bytes that do not compress away, the same at every run. */
export function padding(): Buffer {
  const blocks: Buffer[] = []
  for (let block = 0; block * 32 < paddingBytes; block++) {
    blocks.push(createHash('sha256').update(String(block)).digest())
  }
  return Buffer.concat(blocks).subarray(0, paddingBytes)
}

export function wheelMetadata(): WheelEntry[] {
  const folder = 'bitgauge_sample-1.0.dist-info'
  return [
    {
      name: `${folder}/METADATA`,
      content: Buffer.from('Metadata-Version: 2.1\nName: bitgauge-sample\nVersion: 1.0\n'),
    },
    {
      name: `${folder}/WHEEL`,
      content: Buffer.from('Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-manylinux_2_17_x86_64\n'),
    },
    { name: `${folder}/RECORD`, content: Buffer.from('') },
  ]
}

function libraries(folder: string): WheelEntry[] {
  return [
    sharedLibrary(folder, 'libtensorflow_cc.so.2', 'int sample_answer(void) { return 42; }\n'),
    sharedLibrary(folder, 'libtensorflow_framework.so.2', 'int sample_framework(void) { return 7; }\n'),
    { name: 'sample/include/sample.h', content: Buffer.from('extern "C" int sample_answer(void);\n') },
    { name: 'sample/data/padding.bin', content: padding() },
    { name: 'sample/python/unused.py', content: Buffer.from('print("not taken")\n') },
  ]
}

function sharedLibrary(folder: string, name: string, source: string): WheelEntry {
  const file = join(folder, name)
  execFileSync('g++', ['-shared', '-fPIC', '-x', 'c', '-', `-Wl,-soname,${name}`, '-o', file], { input: source })
  return { name: `sample/${name}`, content: readFileSync(file) }
}

/** An addon whose build rules have the same shape as those of `@tensorflow/tfjs-node-gpu`. */
function addonPackage(folder: string): string {
  const addon = join(folder, 'addon')
  mkdirSync(join(addon, 'binding'), { recursive: true })
  writeFileSync(join(addon, 'package.json'), '{"name": "sample-addon", "version": "1.0.0"}\n')
  writeFileSync(join(addon, 'binding', 'sample.cc'), addonSource)
  writeFileSync(join(addon, 'binding.gyp'), JSON.stringify(buildRules))
  return addon
}

const addonSource = `#include <node_api.h>
#include "sample.h"
static napi_value answer(napi_env env, napi_callback_info) {
  napi_value value;
  napi_create_int32(env, sample_answer(), &value);
  return value;
}
NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "answer", NAPI_AUTO_LENGTH, answer, nullptr, &function);
  napi_set_named_property(env, exports, "answer", function);
  return exports;
}
`

const buildRules = {
  targets: [
    {
      target_name: 'tfjs_binding',
      sources: ['binding/sample.cc'],
      include_dirs: ['<(module_root_dir)/deps/include'],
      libraries: ["-Wl,-rpath,'$$ORIGIN/../../deps/lib'", '-ltensorflow', '-ltensorflow_framework'],
      library_dirs: ['<(module_root_dir)/deps/lib'],
    },
    {
      target_name: 'copy',
      type: 'none',
      dependencies: ['<(module_name)'],
      copies: [{ files: ['<(PRODUCT_DIR)/<(module_name).node'], destination: '<(module_path)' }],
    },
  ],
}
