import { Command, CommanderError } from 'commander'
import { resolve } from 'node:path'
import { prepareCache } from '../host/paths.ts'
import { AppError } from '../shared/errors.ts'
import { exitCodes, type CommandContext, type Define } from './command.ts'
import { commandTable } from './commandTable.ts'
import { listenForCancel } from './cancel.ts'
import { exitCodeOf, printFailure, printOutcome } from './output.ts'
import { createProgressDisplay } from './progress.ts'
import { version } from './version.ts'

export interface ProgramDefaults {
  home: string
  cache: string
}

/**
 * Runs one command line and gives its exit code: 0 done, 1 failed, 2 wrong usage, 3 a check found a problem, 130 cancelled.
 * Everything a script reads is on standard output; progress and messages are on standard error.
 */
export async function runProgram(args: string[], defaults: ProgramDefaults): Promise<number> {
  let exitCode: number = exitCodes.done
  const flags = { json: hasFlag(args, '--json'), debug: hasFlag(args, '--debug') }
  const define: Define =
    (name, run) =>
    async (...given) => {
      const command = given.at(-1) as Command
      exitCode = await runCommand(name, command, flags, defaults, (context) =>
        run(context, command.opts() as never, command.args),
      )
    }
  ignoreClosedPipe()
  try {
    const program = await buildProgram(args, define)
    await program.parseAsync(args, { from: 'user' })
  } catch (thrown) {
    exitCode = usageFailure(thrown, asked(args) ?? 'bitgauge', flags)
  }
  return exitCode
}

async function buildProgram(args: string[], define: Define): Promise<Command> {
  const program = new Command('bitgauge')
    .description('How few bits can this text classifier run on, on this board, with this data, and when will it fail?')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--home <dir>', 'folder of the store (or BITGAUGE_HOME)')
    .option('--json', 'print one JSON document on standard output')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', '\nExample:\n  bitgauge doctor --json\n')
  strict(program)
  for (const entry of commandTable) {
    const command = program.command(entry.name).description(entry.summary)
    if (asked(args) === entry.name) (await entry.load()).configure(command, define)
    adopt(command)
  }
  return program
}

/** Every command and subcommand takes the common options at its end too, and fails by throwing. */
function adopt(command: Command): void {
  strict(command)
  command.commands.forEach(adopt)
  // A command with subcommands takes options where it does something by itself.
  if (command.commands.length > 0 && command.options.length === 0) return
  command.option('--home <dir>', 'folder of the store (or BITGAUGE_HOME)')
  command.option('--json', 'print one JSON document on standard output')
  command.option('--debug', 'print the stack of an error')
}

function strict(command: Command): void {
  command.exitOverride().showSuggestionAfterError(true).allowExcessArguments(false)
  command.configureOutput({ writeErr: () => {}, outputError: () => {} })
}

async function runCommand(
  name: string,
  command: Command,
  flags: { json: boolean; debug: boolean },
  defaults: ProgramDefaults,
  work: (context: CommandContext) => Promise<import('./command.ts').Outcome<unknown>>,
): Promise<number> {
  const display = await createProgressDisplay(process.stderr)
  const cancel = listenForCancel(display.note)
  const home = command.optsWithGlobals()['home'] as string | undefined
  const context: CommandContext = {
    home: home === undefined ? defaults.home : resolve(home),
    cache: defaults.cache,
    json: flags.json,
    signal: cancel.signal,
    progress: display.report,
    note: display.note,
    announce: (outcome) => printOutcome(name, outcome, flags.json),
  }
  try {
    prepareCache(defaults.cache)
    const outcome = await work(context)
    display.close()
    if (outcome.silent !== true) printOutcome(name, outcome, flags.json)
    return outcome.exitCode ?? exitCodes.done
  } catch (thrown) {
    display.close()
    printFailure(name, thrown, flags)
    return exitCodeOf(thrown)
  } finally {
    cancel.dispose()
  }
}

/** Commander throws for wrong usage and, with code 0, for `--help` and `--version`. */
function usageFailure(thrown: unknown, name: string, flags: { json: boolean; debug: boolean }): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.done
  const error = thrown instanceof CommanderError ? usageError(thrown) : thrown
  printFailure(name, error, flags)
  return exitCodeOf(error)
}

function usageError(thrown: CommanderError): AppError {
  const message = thrown.message.replace(/^error: /, '').replace(/\n/g, ' ')
  const text = thrown.code === 'commander.help' ? 'a command is missing' : message
  return new AppError(
    'usage-invalid',
    `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?)]$/.test(text) ? '' : '.'}`,
    {
      hint: 'See bitgauge --help.',
    },
  )
}

function asked(args: string[]): string | undefined {
  const names = new Set(commandTable.map((entry) => entry.name))
  return args.find((arg, index) => names.has(arg) && args[index - 1] !== '--home')
}

function hasFlag(args: string[], flag: string): boolean {
  const end = args.indexOf('--')
  return (end === -1 ? args : args.slice(0, end)).includes(flag)
}

/** `bitgauge … | head` closes our standard output; that is no error. */
function ignoreClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done)
    throw error
  })
}
