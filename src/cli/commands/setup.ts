import type { Command } from 'commander'
import {
  isProved,
  markProved,
  setupRuntime,
  setupTensorflow,
  type RuntimeReport,
  type SetupReport,
} from '../../../build/setup/index.ts'
import { forkLauncher, openLog, runSelfTest } from '../../host/index.ts'
import type { SelfTest } from '../../shared/contract/system.ts'
import { AppError } from '../../shared/errors.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'

interface SetupFlags {
  cuda?: boolean
  offline?: string[]
}

export function configure(command: Command, define: Define): void {
  command
    .option('--cuda', 'the variant for NVIDIA GPUs (3.4 GB to download, 5.6 GB on disk)')
    .option('--offline <wheel...>', 'use these wheels instead of a download')
    .addHelpText(
      'after',
      '\nExamples:\n  bitgauge setup\n  bitgauge setup --offline tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl\n',
    )
    .action(define('setup', run))
}

async function run(context: CommandContext, flags: SetupFlags): Promise<Outcome<unknown>> {
  const report = await setupTensorflow({
    cache: context.cache,
    variant: flags.cuda === true ? 'cuda' : 'cpu',
    offlineWheels: flags.offline ?? [],
    signal: context.signal,
    onProgress: context.progress,
  })
  const { cache, signal, progress } = context
  const runtime = await setupRuntime({ cache, signal, onProgress: progress })
  const selfTest = isProved(report.directory) ? null : await prove(context, report)
  return { data: { ...report, runtime, selfTest }, text: describe(report, runtime, selfTest) }
}

/** @throws AppError `self-test-failed` and what the compute process throws */
async function prove(context: CommandContext, report: SetupReport): Promise<SelfTest> {
  context.progress({ phase: 'proving the library', done: 0, total: null, unit: 'operations' })
  const log = openLog(context.home)
  const launcher = forkLauncher({ log })
  const { cache, signal } = context
  const selfTest = await runSelfTest({ cache, launcher, log, variant: report.variant, signal })
  const wrong = selfTest.kernels.filter((kernel) => !kernel.ok)
  if (wrong.length > 0) {
    throw new AppError('self-test-failed', 'The TensorFlow library gives wrong results on this machine.', {
      found: wrong
        .map((kernel) => `${kernel.op} on ${kernel.device}, off by ${kernel.max_error ?? 'not finite'}`)
        .join('; '),
      hint: 'Run `bitgauge doctor` for all values.',
    })
  }
  await markProved(report.directory)
  return selfTest
}

function describe(report: SetupReport, runtime: RuntimeReport, selfTest: SelfTest | null): string {
  const megabytes = (report.bytes / 1e6).toFixed(1)
  const lines = [`TensorFlow ${report.version} (${report.variant}) is ready: ${megabytes} MB in ${report.directory}`]
  lines.push(...report.steps)
  if (selfTest !== null) lines.push(proof(selfTest))
  const built = runtime.state === 'installed' ? `built in ${runtime.build_s.toFixed(1)} s` : 'was there'
  return `${lines.join('\n  ')}\nRuntime ${runtime.version} is ready: ${built} by ${runtime.compiler}, in ${runtime.directory}`
}

function proof(selfTest: SelfTest): string {
  const duration_s = selfTest.kernels.reduce((sum, kernel) => sum + kernel.duration_s, selfTest.load_s)
  const devices = [...new Set(selfTest.kernels.map((kernel) => kernel.device))].join(', ')
  return `proved ${selfTest.kernels.length} operations right on ${devices} in ${duration_s.toFixed(1)} s`
}
