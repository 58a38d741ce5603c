import type { Command } from 'commander'
import type { StudyShown, StudySummary } from '../../../shared/contract/study.ts'
import type { Answer } from '../../../shared/contract/results.ts'
import type { BitgaugeClient } from '../../../shared/contract/index.ts'
import type { CommandContext, Define, Outcome } from '../../command.ts'
import { withHost } from '../../withHost.ts'
import { describeStudies, describeStudy } from './describe.ts'

/** The subcommands on studies of the store. */
export function configureStored(parent: Command, define: Define): void {
  const named = (name: string, description: string): Command =>
    parent.command(name).description(description).argument('<study>', 'its name or id')
  named('pause', 'ask a study that runs in another program to stop; cells under way are finished')
    .addHelpText('after', '\nExample:\n  bitgauge study pause calibration-ag-news\n')
    .action(
      define('study-pause', (context, _, [study]) =>
        act(context, ({ client }) => client.study.pause({ study: study as string }), 'is asked to pause'),
      ),
    )
  named('cancel', 'stop a study at once; what is finished is kept')
    .addHelpText('after', '\nExample:\n  bitgauge study cancel calibration-ag-news\n')
    .action(
      define('study-cancel', (context, _, [study]) =>
        act(context, ({ client }) => client.study.cancel({ study: study as string }), 'is cancelled'),
      ),
    )
  parent
    .command('list')
    .description('every study of the store, the newest first')
    .addHelpText('after', '\nExample:\n  bitgauge study list --json\n')
    .action(define('study-list', list))
  named('show', 'how a study stands: its cells, what failed, what its questions are answered')
    .addHelpText('after', '\nExample:\n  bitgauge study show calibration-ag-news\n')
    .action(define('study-show', show))
  named('remove', 'take a study away; its runs and models stay')
    .addHelpText('after', '\nExample:\n  bitgauge study remove calibration-ag-news\n')
    .action(define('study-remove', remove))
}

interface Named {
  client: BitgaugeClient
}

function act(
  context: CommandContext,
  ask: (host: Named) => Promise<StudySummary>,
  what: string,
): Promise<Outcome<StudySummary>> {
  return withHost(context, async (host) => {
    const data = await ask(host)
    return { data, text: `${data.name} ${what}` }
  })
}

function list(context: CommandContext): Promise<Outcome<{ studies: StudySummary[] }>> {
  return withHost(context, async ({ client }) => {
    const studies = await client.study.list({})
    return { data: { studies }, text: describeStudies(studies) }
  })
}

function show(
  context: CommandContext,
  _: object,
  [study]: string[],
): Promise<Outcome<StudyShown & { answers: Answer[] }>> {
  return withHost(context, async ({ client }) => {
    const shown = await client.study.show({ study: study as string })
    const answers = shown.cells.done === 0 ? [] : (await client.study.results({ study: shown.id })).answers
    return { data: { ...shown, answers }, text: describeStudy(shown, answers) }
  })
}

function remove(context: CommandContext, _: object, [study]: string[]): Promise<Outcome<{ id: string; name: string }>> {
  return withHost(context, async ({ client }) => {
    const data = await client.study.remove({ study: study as string })
    return { data, text: `removed ${data.name}` }
  })
}
