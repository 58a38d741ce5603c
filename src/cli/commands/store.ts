import type { Command } from 'commander'
import { unreadableStore } from '../../host/doctor/unreadableStore.ts'
import type { StoreCheck } from '../../shared/contract/store.ts'
import { AppError } from '../../shared/errors.ts'
import { exitCodes, type CommandContext, type Define, type Outcome } from '../command.ts'
import { megabytes } from '../table.ts'
import { withHost } from '../withHost.ts'

export function configure(command: Command, define: Define): void {
  command.addHelpText('after', '\nExample:\n  bitgauge store check --json\n')
  command
    .command('check')
    .description('look at every row and array of the store; exit code 3 where something is wrong')
    .addHelpText('after', '\nExample:\n  bitgauge store check --home ~/measurements\n')
    .action(define('store-check', check))
  command
    .command('backup')
    .description('write a copy of the store into its backups folder, while it is in use')
    .addHelpText('after', '\nExample:\n  bitgauge store backup\n')
    .action(define('store-backup', backup))
}

async function check(context: CommandContext): Promise<Outcome<StoreCheck>> {
  context.progress({ phase: 'checking the store', done: 0, total: null, unit: 'rows' })
  const data = await withHost(context, (host) => host.client.store.check({}, { signal: context.signal })).catch(
    (thrown: unknown) => unreadable(context.home, thrown),
  )
  return { data, text: describe(data), exitCode: data.ok ? exitCodes.done : exitCodes.problemFound }
}

async function backup(context: CommandContext): Promise<Outcome<unknown>> {
  context.progress({ phase: 'copying the store', done: 0, total: null, unit: 'bytes' })
  const data = await withHost(context, (host) => host.client.store.backup({}, { signal: context.signal }))
  return { data, text: `${data.path}\n  ${megabytes(data.bytes)}, sha256 ${data.sha256}` }
}

/** A store too damaged to open is what the check was asked to find; every other failure is one. */
function unreadable(home: string, thrown: unknown): StoreCheck {
  if (!(thrown instanceof AppError) || thrown.code !== 'store-damaged') throw thrown
  return unreadableStore(home, thrown)
}

function describe(check: StoreCheck): string {
  const { path, schemaVersion, bytes, problems } = check
  if (schemaVersion === 0) return problems.join('\n')
  const counts = `${counted(check.jobs, 'job')}, ${counted(check.runs, 'run')}, ${megabytes(bytes)}`
  const head = `${path}\n  version ${schemaVersion}, ${counts}`
  if (check.ok) return `${head}\n  nothing wrong found`
  return [head, ...problems.map((problem) => `  ${problem}`)].join('\n')
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
