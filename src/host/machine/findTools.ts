import { execFile } from 'node:child_process'
import type { z } from 'zod'
import { findProgram } from '../../../build/setup/findProgram.ts'
import type { toolSchema } from '../../shared/contract/system.ts'

export type Tool = z.infer<typeof toolSchema>

const limit_ms = 10_000

interface Candidate {
  name: Tool['name']
  programs: string[]
  arguments: string[]
}

function candidates(environment: NodeJS.ProcessEnv): Candidate[] {
  const python = named(environment['BITGAUGE_PYTHON'], ['python3', 'python'])
  return [
    { name: 'python', programs: python, arguments: ['--version'] },
    { name: 'pip', programs: python, arguments: ['-m', 'pip', '--version'] },
    { name: 'make', programs: ['make'], arguments: ['--version'] },
    { name: 'c++', programs: named(environment['CXX'], ['g++', 'c++', 'clang++']), arguments: ['--version'] },
  ]
}

function named(name: string | undefined, fallback: string[]): string[] {
  return name === undefined || name === '' ? fallback : [name]
}

/**
 * The programs that set-up needs, each asked for its version with a limit on its time. `version` is null where the program is not
 * there, does not answer or fails.
 */
export function findTools(environment: NodeJS.ProcessEnv = process.env): Promise<Tool[]> {
  return Promise.all(candidates(environment).map((candidate) => findTool(candidate, environment)))
}

async function findTool(candidate: Candidate, environment: NodeJS.ProcessEnv): Promise<Tool> {
  const path = findProgram(candidate.programs, environment['PATH'])
  const version = path === undefined ? null : await askVersion(path, candidate.arguments, environment)
  return { name: candidate.name, version, path: path ?? null }
}

function askVersion(program: string, args: string[], environment: NodeJS.ProcessEnv): Promise<string | null> {
  const env = { PATH: environment['PATH'] ?? '', HOME: environment['HOME'] ?? '', LC_ALL: 'C' }
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { env, timeout: limit_ms, killSignal: 'SIGKILL', maxBuffer: 100_000 },
      (error, stdout, stderr) => {
        const text = `${stdout}\n${stderr}`
        resolve(error === null ? (/\d+(?:\.\d+)+/.exec(text)?.[0] ?? null) : null)
      },
    )
  })
}
