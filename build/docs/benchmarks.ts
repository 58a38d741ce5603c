/** `npm run docs:benchmarks`: docs/benchmarks.md from docs/benchmarks.json. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchFile } from '../bench/record.ts'
import { root } from '../tasks/run.ts'
import { benchmarksPage } from './benchmarksPage.ts'

const file = JSON.parse(readFileSync(join(root, 'docs', 'benchmarks.json'), 'utf8')) as BenchFile
writeFileSync(join(root, 'docs', 'benchmarks.md'), benchmarksPage(file))
