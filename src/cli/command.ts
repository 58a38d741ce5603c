import type { Command } from 'commander'
import type { Progress } from '../shared/contract/jobs.ts'
import type { Warning } from '../shared/units.ts'

export const exitCodes = { done: 0, failed: 1, usage: 2, problemFound: 3, cancelled: 130 } as const

/** What every command gets beside its own options. */
export interface CommandContext {
  /** folder of the store */
  home: string
  /** folder of what can be made again */
  cache: string
  json: boolean
  /** aborted by the first Ctrl-C or a termination signal; the second one ends the program at once */
  signal: AbortSignal
  /** a bar on a terminal, a line a phase elsewhere; always on standard error */
  progress: (progress: Progress) => void
  /** one line on standard error, above the bar */
  note: (line: string) => void
  /** Prints the success document now, for a command that goes on running (`serve`). */
  announce: (outcome: Outcome<unknown>) => void
}

/** What a command gives: data for `--json`, text for a person. */
export interface Outcome<T> {
  data: T
  text: string
  warnings?: Warning[]
  exitCode?: 0 | 3
  /** true where `announce` has printed it already */
  silent?: boolean
}

/**
 * Wraps a command's work for commander: the envelope, the exit code, the errors. `name` is the schema's name (`store-check`), the same
 * as the entry in `schemas.ts`.
 */
export type Define = <Options extends object>(
  name: string,
  run: (context: CommandContext, options: Options, args: string[]) => Promise<Outcome<unknown>>,
) => (...commanderArguments: unknown[]) => Promise<void>

/** A file in `commands/`: sets options, arguments, an example, and `command.action(define('name', run))`. */
export interface CommandModule {
  configure(command: Command, define: Define): void
}
