import type { Command } from 'commander'
import type { ModelList, ModelRecord, ModelRemoved } from '../../../shared/contract/model.ts'
import { exitCodes, type CommandContext, type Define, type Outcome } from '../../command.ts'
import { printable } from '../../output.ts'
import { megabytes, percent, table } from '../../table.ts'
import { withHost } from '../../withHost.ts'
import { describeModel } from './describe.ts'

/** The subcommands on what is stored. */
export function configureStored(parent: Command, define: Define): void {
  parent
    .command('list')
    .description('every model, the newest first')
    .addHelpText('after', '\nExample:\n  bitgauge model list --json\n')
    .action(define('model-list', list))
  parent
    .command('show')
    .description('what a model is, and how it was trained')
    .argument('<model>', 'its name, id or fingerprint')
    .addHelpText('after', '\nExample:\n  bitgauge model show ag-news-discriminative\n')
    .action(define('model-show', show))
  parent
    .command('remove')
    .description('take a model away; runs that used it stay')
    .argument('<model>', 'its name, id or fingerprint')
    .addHelpText('after', '\nExample:\n  bitgauge model remove ag-news-discriminative\n')
    .action(define('model-remove', remove))
}

async function list(context: CommandContext): Promise<Outcome<ModelList>> {
  const data = await withHost(context, (host) => host.client.model.list({}))
  const exitCode = data.damaged.length === 0 ? exitCodes.done : exitCodes.problemFound
  return { data, text: describeList(data), exitCode }
}

async function show(context: CommandContext, _: object, [model]: string[]): Promise<Outcome<ModelRecord>> {
  const data = await withHost(context, (host) => host.client.model.show({ model: model as string }))
  return { data, text: describeModel(data), warnings: data.warnings }
}

async function remove(context: CommandContext, _: object, [model]: string[]): Promise<Outcome<ModelRemoved>> {
  const data = await withHost(context, (host) => host.client.model.remove({ model: model as string }))
  return { data, text: `removed ${data.name ?? data.fingerprint}` }
}

function describeList({ models, damaged }: ModelList): string {
  const rows = models.map(({ name, id, spec, training, bytes, created }) => [
    name,
    id,
    spec.family,
    training?.dataset.name ?? 'imported',
    training?.dev ? percent(training.dev.accuracy) : '–',
    megabytes(bytes),
    created.slice(0, 10),
  ])
  const none = 'There are no models. bitgauge train makes one.'
  const head = ['name', 'id', 'family', 'dataset', 'dev', 'size', 'made']
  const shown = rows.length === 0 ? [none] : table([head, ...rows])
  return [...shown, ...damaged.map((sentence) => printable(`damaged: ${sentence}`))].join('\n')
}
