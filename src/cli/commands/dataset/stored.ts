import type { Command } from 'commander'
import { DatasetService } from '../../../host/dataset/datasetService.ts'
import type { DatasetList, DatasetRemoved, DatasetShown } from '../../../shared/contract/dataset.ts'
import { exitCodes, type CommandContext, type Define, type Outcome } from '../../command.ts'
import { describeDataset, describeList } from './describe.ts'

/** The subcommands on what is stored. */
export function configureStored(parent: Command, define: Define): void {
  parent
    .command('list')
    .description('every dataset, the newest first')
    .addHelpText('after', '\nExample:\n  bitgauge dataset list --json\n')
    .action(define('dataset-list', list))
  parent
    .command('show')
    .description('where a dataset came from, its classes, its splits, its encodings')
    .argument('<dataset>', 'its id, its name, or its fingerprint')
    .addHelpText('after', '\nExample:\n  bitgauge dataset show ag-news\n')
    .action(define('dataset-show', show))
  parent
    .command('remove')
    .description('take a dataset and its encodings away; runs that used it stay')
    .argument('<dataset>', 'its id, its name, or its fingerprint')
    .addHelpText('after', '\nExample:\n  bitgauge dataset remove maintenance-log\n')
    .action(define('dataset-remove', remove))
}

async function list(context: CommandContext): Promise<Outcome<DatasetList>> {
  const data = await service(context).list()
  return {
    data,
    text: describeList(data),
    exitCode: data.damaged.length === 0 ? exitCodes.done : exitCodes.problemFound,
  }
}

async function show(context: CommandContext, _: object, [reference]: string[]): Promise<Outcome<DatasetShown>> {
  const data = await service(context).show(reference as string)
  return { data, text: describeDataset(data), warnings: data.dataset.warnings }
}

async function remove(context: CommandContext, _: object, [reference]: string[]): Promise<Outcome<DatasetRemoved>> {
  const data = await service(context).remove(reference as string)
  return { data, text: `removed ${data.name ?? data.fingerprint}` }
}

function service(context: CommandContext): DatasetService {
  return new DatasetService({ home: context.home })
}
