import type { Command } from 'commander'
import pc from 'picocolors'
import { forkLauncher, openLog, runDoctor } from '../../host/index.ts'
import type { Check, DoctorReport } from '../../shared/contract/system.ts'
import { exitCodes, type CommandContext, type Define, type Outcome } from '../command.ts'
import { noteProof, tryRuntime, tryTensorflow } from '../ensureTensorflow.ts'

interface DoctorFlags {
  cuda?: boolean
  store: boolean
  full?: boolean
}

export function configure(command: Command, define: Define): void {
  command
    .option('--cuda', 'try the CUDA variant of the library; no graphics device is then a fault')
    .option('--store', 'look at the store too (the default)', true)
    .option('--no-store', 'leave the store out')
    .option('--full', 'hash every file of the library and look at every row of the store')
    .addHelpText('after', '\nExit code 3 where something is wrong.\n\nExample:\n  bitgauge doctor --full --json\n')
    .action(define('doctor', run))
}

async function run(context: CommandContext, flags: DoctorFlags): Promise<Outcome<DoctorReport>> {
  const cuda = flags.cuda ?? false
  const warnings = [...(await tryTensorflow(context, cuda ? 'cuda' : undefined)), ...(await tryRuntime(context))]
  context.progress({ phase: 'trying what this machine has', done: 0, total: null, unit: 'checks' })
  const { home, cache, signal } = context
  const log = openLog(home)
  const input = { cuda, store: flags.store, full: flags.full ?? false, again: true }
  const report = await runDoctor({ home, cache, launcher: forkLauncher({ log }), log }, input, signal)
  await noteProof(report.tensorflow.directory, report.selfTest)
  const exitCode = report.healthy ? exitCodes.done : exitCodes.problemFound
  return { data: report, text: describe(report), warnings, exitCode }
}

function describe(report: DoctorReport): string {
  const { machine } = report
  const memory = `${(machine.memory_bytes / 1e9).toFixed(1)} GB of memory`
  const head = `Bitgauge ${report.version} on ${machine.os}, ${memory}, Node ${machine.node}`
  const width = Math.max(...report.checks.map((check) => check.title.length))
  const lines = report.checks.flatMap((check) => checkLines(check, width))
  const verdict = report.healthy ? 'Nothing is wrong.' : 'Something is wrong; see the lines marked ✗.'
  return [head, '', ...lines, '', verdict].join('\n')
}

function checkLines(check: Check, width: number): string[] {
  const line = `${marks[check.status]} ${check.title.padEnd(width)}  ${check.found}`
  const wrong = check.status === 'fail' || check.status === 'warn'
  const expected = wrong && check.expected !== undefined ? [`expected: ${check.expected}`] : []
  const hint = check.hint === undefined ? [] : [check.hint]
  return [line, ...[...expected, ...hint].map((text) => `  ${' '.repeat(width)}  ${text}`)]
}

const marks: Record<Check['status'], string> = {
  pass: pc.green('✓'),
  warn: pc.yellow('!'),
  fail: pc.red('✗'),
  skipped: pc.dim('–'),
}
