import type { Command } from 'commander'
import type { Host } from '../../../host/index.ts'
import {
  studyEndedSchema,
  studyRunSchema,
  type StudyEnded,
  type StudyPlan,
  type StudyStarted,
} from '../../../shared/contract/study.ts'
import type { CommandContext, Define, Outcome } from '../../command.ts'
import { deviceOption, engineOption, ensureLibraries } from '../../deviceOption.ts'
import { followJob } from '../../followJob.ts'
import { withHost } from '../../withHost.ts'
import { numberBy, parseUsage } from '../dataset/options.ts'
import { describeEnded, describePlan } from './describe.ts'
import { readStudyFile } from './file.ts'

interface RunFlags {
  dryRun?: true
  workers?: number
  retryFailed?: true
  force?: true
  device?: string
  engine?: string
}

const { workers } = studyRunSchema.shape

export function configureRun(parent: Command, define: Define): void {
  const run = parent
    .command('run')
    .description('do what is left of a study, from its file; Ctrl-C pauses it with everything kept')
    .argument('<file>', 'YAML or JSON; docs/format/study.md says what it holds')
    .option('--dry-run', 'say what would be done and how long it takes, and do nothing')
  howFlags(run)
    .addHelpText(
      'after',
      '\nWhat is in the store already is not computed again. A changed file plans the study of its name anew.\n' +
        '\nExamples:\n  bitgauge study run ag-news.yaml --dry-run\n  bitgauge study run ag-news.yaml --workers 2 --json\n',
    )
    .action(define('study-run', runFile))
  const resume = parent
    .command('resume')
    .description('go on with a study from the file that the store has')
    .argument('<study>', 'its name or id')
  howFlags(resume)
    .addHelpText('after', '\nExample:\n  bitgauge study resume calibration-ag-news --retry-failed\n')
    .action(define('study-resume', resumeStudy))
}

function howFlags(command: Command): Command {
  command
    .option('--workers <number>', 'processes that evaluate at once (default: one a core)', numberBy(workers.unwrap()))
    .option('--retry-failed', 'try cells again that failed')
    .option('--force', 'measure again what was measured before; models are not trained again')
  return engineOption(deviceOption(command))
}

async function runFile(
  context: CommandContext,
  { dryRun, ...flags }: RunFlags,
  [path]: string[],
): Promise<Outcome<StudyPlan | StudyEnded>> {
  const input = parseUsage(studyRunSchema, { ...(await readStudyFile(path as string)), ...flags })
  if (dryRun === true) {
    return withHost(context, async ({ client }) => {
      const data = await client.study.plan(input)
      return { data, text: describePlan(data), warnings: data.warnings }
    })
  }
  return withHost(context, async (host) => {
    // What is wrong with the file is said by `run` itself, before anything is set up for it.
    const { text, file, folder } = input
    const { problems } = await host.client.study.check({ text, file, folder })
    if (problems.length === 0) await ensureLibraries(context, input)
    return runToEnd(host, context, () => host.client.study.run(input))
  })
}

async function resumeStudy(context: CommandContext, flags: RunFlags, [study]: string[]): Promise<Outcome<StudyEnded>> {
  const input = { study: study as string, ...parseUsage(studyRunSchema.pick(howKeys), flags) }
  await ensureLibraries(context, input)
  return withHost(context, (host) => runToEnd(host, context, () => host.client.study.resume(input)))
}

const howKeys = { workers: true, retryFailed: true, force: true, device: true, engine: true } as const

/** Follows a study to its end. The first Ctrl-C pauses it: cells under way are finished; a second one ends the program, and nothing is lost either. */
export async function runToEnd(
  host: Host,
  context: CommandContext,
  start: () => Promise<StudyStarted>,
): Promise<Outcome<StudyEnded>> {
  const { study, job, warnings } = await start()
  const pause = (): void => {
    context.note('Cells under way are finished first; everything that is finished is kept.')
    void host.client.study.pause({ study: study.id }).catch(() => {})
  }
  if (context.signal.aborted) pause()
  context.signal.addEventListener('abort', pause, { once: true })
  const ended = await followJob(host, { ...context, signal: new AbortController().signal }, job)
  const data = studyEndedSchema.parse(ended.result)
  return { data, text: describeEnded(data), warnings: [...warnings, ...ended.warnings] }
}
