import type { ErrorCode } from '../../src/shared/errors.ts'
import { findProgram } from './findProgram.ts'
import { runChild } from './runChild.ts'

/** What set-up needs of the machine and did not find: one phrase, what was found instead, and Debian's packages that bring it. */
export interface Missing {
  code: ErrorCode
  need: string
  found: string
  packages: readonly string[]
}

/** Where and how the tools are tried. */
export interface Trial {
  /** environment of the children; `PATH`, `CXX` are read from it */
  environment: Record<string, string>
  cwd: string
  signal?: AbortSignal | undefined
}

const leastPython = [3, 8] as const
const trial_s = 60

/** A Python that runs and is new enough: `named` (`BITGAUGE_PYTHON`) or the first of `python3` and `python`. */
export async function findPython(trial: Trial, named: string | undefined): Promise<string | Missing> {
  const missing = (found: string): Missing => ({
    code: 'python-missing',
    need: `Python ${leastPython.join('.')} or later`,
    found,
    packages: ['python3'],
  })
  const wanted = named === undefined || named === '' ? ['python3', 'python'] : [named]
  const path = findProgram(wanted, trial.environment['PATH'])
  if (path === undefined && wanted[0] === named) return missing(`BITGAUGE_PYTHON=${named}, which is no program`)
  if (path === undefined) return missing('no python3 or python on PATH')
  const version = await pythonVersion(path, trial)
  if (version === undefined) return missing(`${path}, which does not run`)
  return isRecent(version) ? path : missing(`Python ${version} at ${path}`)
}

/** Whether that Python can run pip. */
export async function findPip(trial: Trial, python: string): Promise<Missing | undefined> {
  const outcome = await runChild({ ...base(trial), command: python, args: ['-m', 'pip', '--version'] })
  if (outcome.code === 0) return undefined
  return {
    code: 'pip-missing',
    need: 'pip, to download the library',
    found: `no pip in ${python}`,
    packages: ['python3-pip'],
  }
}

/** What a compiler has to do. */
export interface CompilerNeeds {
  /** of C++ */
  standard: 17 | 20
  /** GNU make beside it */
  make: boolean
}

/** A C++ compiler with its headers, found by compiling a few lines, and make where it is needed. Gives the compiler's command. */
export async function findCompiler(
  trial: Trial,
  { standard, make: needsMake }: CompilerNeeds = { standard: 20, make: true },
): Promise<string | Missing> {
  const missing = (found: string): Missing => ({
    code: 'compiler-missing',
    need: needsMake
      ? 'a C++ compiler for C++20 (g++ 10 or later, or clang++ 12) and make'
      : 'a C++ compiler (g++ 9 or later, or clang++ 11)',
    found,
    packages: needsMake ? ['g++', 'make'] : ['g++'],
  })
  const { PATH, CXX } = trial.environment
  const compiler = CXX !== undefined && CXX !== '' ? CXX : findProgram(['g++', 'c++', 'clang++'], PATH)
  const makes = !needsMake || findProgram(['make'], PATH) !== undefined
  if (compiler === undefined) return missing(makes ? 'no g++, c++ or clang++ on PATH' : 'neither on PATH')
  if (!makes) return missing('no make on PATH')
  const problem = await compileProblem(trial, compiler, standard)
  return problem === undefined ? compiler : missing(`${compiler}, which says: ${problem}`)
}

const samples = {
  17: '#include <atomic>\n#include <thread>\n#include <string>\nint main() { return 0; }\n',
  20: '#include <concepts>\n#include <memory>\n#include <string>\nint main() { return 0; }\n',
} as const

/** A command with arguments of its own, as `ccache g++`, in its parts. */
export function commandParts(compiler: string): { command: string; first: string[] } {
  const [command = '', ...first] = compiler.split(' ').filter((part) => part !== '')
  return { command, first }
}

async function compileProblem(
  trial: Trial,
  compiler: string,
  standard: CompilerNeeds['standard'],
): Promise<string | undefined> {
  const { command, first } = commandParts(compiler)
  const args = [...first, `-std=gnu++${standard}`, '-fsyntax-only', '-x', 'c++', '-']
  const outcome = await runChild({ ...base(trial), command, args, input: samples[standard] })
  if (outcome.code === 0) return undefined
  return outcome.output.trim().split('\n')[0]?.slice(0, 200) ?? 'nothing'
}

async function pythonVersion(python: string, trial: Trial): Promise<string | undefined> {
  const program = 'import sys; print("%d.%d.%d" % sys.version_info[:3])'
  const outcome = await runChild({ ...base(trial), command: python, args: ['-c', program] })
  const version = /^(\d+\.\d+\.\d+)\s*$/m.exec(outcome.output)?.[1]
  return outcome.code === 0 ? version : undefined
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > leastPython[0] || (major === leastPython[0] && minor >= leastPython[1])
}

function base(trial: Trial) {
  return { cwd: trial.cwd, environment: trial.environment, signal: trial.signal, input: '', timeout_s: trial_s }
}
