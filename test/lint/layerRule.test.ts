import { Linter } from 'eslint'
import ts from 'typescript-eslint'
import { describe, expect, it } from 'vitest'
import { createLayerRule } from '../../build/lint/layerRule.ts'
import { layers, packages, toolingPackages } from '../../build/lint/layers.ts'
import packageFile from '../../package.json' with { type: 'json' }

const root = '/project'
const rule = createLayerRule({ root, layers, packages, toolingPackages })

function complaints(file: string, code: string): string[] {
  const config: Linter.Config = {
    files: ['**/*.ts'],
    languageOptions: { parser: ts.parser as Linter.Parser },
    plugins: { bitgauge: { rules: { layers: rule } } },
    rules: { 'bitgauge/layers': 'error' },
  }
  return new Linter({ cwd: root }).verify(code, [config], `${root}/${file}`).map((message) => message.message)
}

describe('the rule of layers', () => {
  it.each([
    ['src/core/run/runKey.ts', "import { z } from 'zod'"],
    ['src/core/run/runKey.ts', "import { AppError } from '../../shared/errors.ts'"],
    ['src/core/run/runKey.ts', "import { createHash } from 'node:crypto'"],
    ['src/host/router.ts', "import { openStore } from '../store/index.ts'"],
    ['src/host/router.ts', "import { locateTensorflow } from '../../build/setup/index.ts'"],
    ['src/store/index.ts', "import Database from 'better-sqlite3'"],
    ['src/main/index.ts', "import { app } from 'electron'"],
    ['src/renderer/main.ts', "import { LineChart } from 'echarts/charts'"],
    ['src/cli/version.ts', "import file from '../../package.json' with { type: 'json' }"],
    ['test/host/host.test.ts', "import { openHost } from '../../src/host/index.ts'"],
  ])('lets %s hold %s', (file, code) => {
    expect(complaints(file, code)).toEqual([])
  })

  it.each([
    ['src/shared/units.ts', "import { runKey } from '../core/run/runKey.ts'", 'shared may not import core'],
    ['src/core/a.ts', "import { readFile } from 'node:fs'", 'core may not import node:fs'],
    ['src/core/a.ts', "import { readFile } from 'fs'", 'core may not import node:fs'],
    ['src/renderer/a.ts', "import 'node:path'", 'renderer may not import node:path'],
    ['src/renderer/a.ts', "import { openHost } from '../host/index.ts'", 'renderer may not import host'],
    ['src/host/a.ts', "import { runJob } from '../compute/main.ts'", 'host may not import compute'],
    ['src/host/a.ts', "export * from '../compute/main.ts'", 'host may not import compute'],
    ['src/host/a.ts', "export { runJob } from '../compute/main.ts'", 'host may not import compute'],
    ['src/host/a.ts', "const later = import('../compute/main.ts')", 'host may not import compute'],
    ['src/host/a.ts', "type Job = import('../compute/main.ts').Job", 'host may not import compute'],
    ['src/host/a.ts', "import type { Job } from '../compute/main.ts'", 'host may not import compute'],
    ['src/host/a.ts', "import { app } from 'electron'", 'host may not import electron'],
    ['src/server/a.ts', "const electron = require('electron')", 'server may not import electron'],
    ['src/host/a.ts', "import Database from 'better-sqlite3'", 'only store may'],
    ['src/host/a.ts', "import * as tf from '@tensorflow/tfjs-node-gpu'", 'only compute may'],
    ['src/main/a.ts', "import { use } from 'echarts/core'", 'only renderer, host may'],
    ['src/store/a.ts', "import { test } from 'vitest'", 'for build scripts and tests only'],
  ])('forbids %s to hold %s', (file, code, reason) => {
    expect(complaints(file, code)).toEqual([expect.stringContaining(reason)])
  })

  it('makes a package that no list names an error, in sources and in tests', () => {
    const code = "import pad from 'left-pad/lib/index.js'"
    expect(complaints('src/core/a.ts', code)).toEqual([expect.stringContaining('left-pad is in no list')])
    expect(complaints('test/a.test.ts', code)).toEqual([expect.stringContaining('left-pad is in no list')])
  })

  it('does not take a name of the object prototype for a listed package', () => {
    expect(complaints('src/core/a.ts', "import 'constructor'")).toEqual([expect.stringContaining('is in no list')])
  })

  it('makes a source file outside every layer an error', () => {
    expect(complaints('src/helpers/a.ts', '')).toEqual([expect.stringContaining('belongs to no layer')])
  })

  it('makes an import from outside the project an error', () => {
    expect(complaints('src/core/a.ts', "import '../../../elsewhere/b.ts'")).toEqual([
      expect.stringContaining('outside the project'),
    ])
  })

  it('knows only packages that the project depends on', () => {
    const declared = new Set([...Object.keys(packageFile.dependencies), ...Object.keys(packageFile.devDependencies)])
    const transitive = new Set(['@tensorflow/tfjs'])
    const listed = [...Object.keys(packages), ...toolingPackages].filter((name) => !transitive.has(name))
    expect(listed.filter((name) => !declared.has(name))).toEqual([])
  })
})
