import type { DatasetEvent, DatasetMade } from '../../../shared/contract/dataset.ts'
import { AppError } from '../../../shared/errors.ts'
import type { CommandContext, Outcome } from '../../command.ts'
import { describeDataset } from './describe.ts'

/** Shows the progress of an import or a generator to its end. */
export async function follow(
  context: CommandContext,
  events: AsyncIterable<DatasetEvent>,
): Promise<Outcome<DatasetMade>> {
  for await (const event of events) {
    if (event.type === 'progress') context.progress(event.progress)
    else return { data: event.made, text: describeDataset(event.made), warnings: event.made.warnings }
  }
  throw new AppError('internal', 'The work ended without a result.')
}
