import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tasks/run.ts'

const folder = 'src/runtime/program'

/** The sources of `bitgauge-run` for `compileProgram`, which wants `-lpthread` behind them. */
export function programSources(): string[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.c'))
  return ['main.c', ...names.filter((name) => name !== 'main.c').sort()].map((name) => `${folder}/${name}`)
}
