import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { programSources } from '../../build/runtime/boardProgram.ts'
import { compileProgram } from '../../build/runtime/compile.ts'
import { boards } from '../runtime/support/boards.ts'

/** Static board programs by Debian's cross compilers, in a folder as `npm run runtime:cross` makes one; compiled once. */
export async function crossPrograms(folder: string): Promise<void> {
  const programs = []
  for (const { name, compiler } of boards) {
    const flags = ['-static', '-s']
    const program = await compileProgram(programSources(), { compiler, flags, link: ['-lpthread'] })
    const bytes = readFileSync(program)
    const file = `bitgauge-run-${name}`
    copyFileSync(program, join(folder, file))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    programs.push({ target: name, file, bytes: bytes.length, sha256 })
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ compiler: 'gcc and clang of Debian', programs }))
}
