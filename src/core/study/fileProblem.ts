import { AppError } from '../../shared/errors.ts'
import type { NextStep } from '../../shared/nextSteps.ts'

/** One thing that is wrong in a file, or doubtful, where it stands. Lines and columns count from 1. */
export interface FileProblem {
  message: string
  expected?: string | undefined
  found?: string | undefined
  /** what to do, a sentence */
  hint?: string | undefined
  /** the same, for whoever has words of their own */
  next?: NextStep | undefined
  line: number
  column: number
}

/** Problems that an error names beside its own. */
const namedBeside = 20

/** In the order of the file. */
export function sortProblems(problems: readonly FileProblem[]): FileProblem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
}

/** The first problem as an error with its place; the others, a line and a message each, in its hint. */
export function problemsError(file: string, problems: readonly FileProblem[]): AppError {
  const [first, ...others] = sortProblems(problems)
  if (first === undefined) throw new Error('an error needs a problem')
  const { message, expected, found, line, column } = first
  const hint = [first.hint, besides(others)].filter((part) => part !== undefined).join(' ')
  return new AppError('input-invalid', message, {
    ...{ expected, found, where: { file, line, column } },
    hint: others.length === 0 ? (first.next ?? first.hint) : hint,
  })
}

function besides(others: readonly FileProblem[]): string | undefined {
  if (others.length === 0) return undefined
  const lines = others.slice(0, namedBeside).map(({ line, column, message }) => `${line}:${column} ${message}`)
  const more = others.length > namedBeside ? ` And ${others.length - namedBeside} more.` : ''
  return `Also: ${lines.join(' ')}${more}`
}
