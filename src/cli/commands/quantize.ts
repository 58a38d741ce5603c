import type { Command } from 'commander'
import { quantizedSchema, quantizeSchema, type Quantized } from '../../shared/contract/quantizedModel.ts'
import type { Host } from '../../host/index.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { deviceOption, engineOption, ensureLibraries } from '../deviceOption.ts'
import { followJob, warningsOf } from '../followJob.ts'
import { withHost } from '../withHost.ts'
import { parseUsage } from './dataset/options.ts'
import { describeQuantized } from './quantize/describe.ts'
import { quantizationFlags, quantizationOf, type QuantizationFlags } from './quantize/flags.ts'

interface QuantizeFlags extends QuantizationFlags {
  name?: string
  device?: string
  engine?: string
  force?: true
}

type Made = Quantized & { doneBefore: boolean }

export function configure(command: Command, define: Define): void {
  command.argument('<model>', 'its name, id or fingerprint')
  quantizationFlags(command).option('--name <name>', "what to call it (default: the model's name and the bits)")
  engineOption(deviceOption(command), 'of the calibration')
    .option('--force', 'quantize again what was quantized before')
    .addHelpText(
      'after',
      '\nA calibration set and its activation profile are made where they are not there yet.\n' +
        '\nExamples:\n  bitgauge quantize ag-news-discriminative --bits 8\n' +
        '  bitgauge quantize ag-news-discriminative --bits weights=4,cell=16 --composition World=1,Sports=1 --json\n',
    )
    .action(define('quantize', run))
}

async function run(context: CommandContext, flags: QuantizeFlags, [model]: string[]): Promise<Outcome<Made>> {
  const { name, device, engine, force } = flags
  const input = parseUsage(quantizeSchema, { ...(await quantizationOf(flags)), model, name, device, engine, force })
  await ensureLibraries(context, input)
  return withHost(context, async (host) => {
    context.progress({ phase: 'calibrating', done: 0, total: null, unit: 'texts' })
    const started = await host.client.quantization.start(input)
    if (started.state === 'done-before') return outcomeOf(host, started.quantized, true)
    const job = await followJob(host, context, started.job)
    const outcome = await outcomeOf(host, quantizedSchema.parse(job.result), false)
    return { ...outcome, warnings: warningsOf(job, outcome.warnings ?? []) }
  })
}

async function outcomeOf(host: Host, quantized: Quantized, doneBefore: boolean): Promise<Outcome<Made>> {
  const { model } = quantized
  const { recipe } = (await host.client.run.show({ run: model.run })).run
  const text = describeQuantized(model, recipe ?? model.recipe.target, doneBefore)
  return { data: { ...quantized, doneBefore }, text, warnings: model.warnings }
}
