/** `npm run check`: what a commit must pass. Format, lint, types, C style, unit tests; each with its seconds. */
import { execFileSync } from 'node:child_process'
import { root, run, timed } from './tasks/run.ts'

const unitTests = ['test/lint', 'test/shared', 'test/core', 'test/cli/unit', 'test/renderer', 'test/tasks', 'test/docs']
const withTests = !process.argv.includes('--no-tests')

const cFiles = execFileSync('git', ['ls-files', '*.c', '*.cc', '*.h'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(Boolean)

const steps: { name: string; program: string; args: string[] }[] = [
  { name: 'format', program: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'lint', program: 'eslint', args: ['--max-warnings', '0', '.'] },
  { name: 'types', program: 'tsc', args: ['--noEmit', '-p', 'tsconfig.node.json'] },
  { name: 'types of the pages', program: 'vue-tsc', args: ['--noEmit', '-p', 'tsconfig.web.json'] },
]
if (cFiles.length > 0)
  steps.push({ name: 'C format', program: 'clang-format', args: ['--dry-run', '--Werror', ...cFiles] })
if (withTests) steps.push({ name: 'unit tests', program: 'vitest', args: ['run', ...unitTests] })

let failed = 0
for (const step of steps) {
  const { result, seconds } = await timed(() => run(step.program, step.args))
  if (result !== 0) failed += 1
  process.stderr.write(`check: ${step.name} ${result === 0 ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s\n`)
}
process.exitCode = failed === 0 ? 0 : 1
