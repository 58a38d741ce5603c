import type { Command } from 'commander'
import { trainedSchema, type Train, type Trained } from '../../shared/contract/training.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { ensureLibrary } from '../deviceOption.ts'
import { followJob } from '../followJob.ts'
import { withHost } from '../withHost.ts'
import { describeTrained, epochLines } from './train/describe.ts'
import { trainFlags, trainOf, type TrainFlags } from './train/flags.ts'

export function configure(command: Command, define: Define): void {
  trainFlags(command)
    .addHelpText(
      'after',
      '\nThe same training is not done twice; one that was interrupted goes on where its state was saved last.\n' +
        '\nExamples:\n  bitgauge train --dataset maintenance-log --family discriminative --epochs 3\n' +
        '  bitgauge train --dataset ag-news --family generative --rows 2000 --noise qwerty:0.05:0.3 --json\n',
    )
    .action(define('train', run))
}

async function run(context: CommandContext, flags: TrainFlags): Promise<Outcome<Trained & { doneBefore: boolean }>> {
  const input = trainOf(flags)
  await ensureLibrary(context, input.device)
  return withHost(context, async (host) => {
    context.progress({ phase: 'looking at the dataset', done: 0, total: null, unit: 'texts' })
    const started = await host.client.training.start(input, { signal: context.signal })
    if (started.state === 'done-before') return outcomeOf(input, started.trained, true)
    const tell = epochLines(input.options, context.note)
    const job = await followJob(host, context, started.job, (seen) => tell(seen.progress?.metrics))
    return outcomeOf(input, trainedSchema.parse(job.result), false)
  })
}

function outcomeOf(input: Train, trained: Trained, doneBefore: boolean): Outcome<Trained & { doneBefore: boolean }> {
  const { model } = trained
  return { data: { ...trained, doneBefore }, text: describeTrained(model, doneBefore), warnings: model.warnings }
}
