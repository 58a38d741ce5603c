import type { Command } from 'commander'
import { resolve } from 'node:path'
import type { Exported, Results } from '../../shared/contract/results.ts'
import { studyHowSchema, studyRunSchema, type StudySummary } from '../../shared/contract/study.ts'
import type { QuickstartData } from '../schemas.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { ensureLibraries } from '../deviceOption.ts'
import { withHost } from '../withHost.ts'
import { numberBy } from './dataset/options.ts'
import { describeQuickstart } from './quickstart/describe.ts'
import { runToEnd } from './study/run.ts'

interface QuickstartFlags {
  out: string
  workers?: number
}

const formats = ['csv', 'json', 'markdown', 'latex', 'svg', 'png', 'report'] as const

export function configure(command: Command, define: Define): void {
  command
    .option('--out <dir>', 'folder for tables, charts and the report', 'bitgauge-quickstart')
    .option(
      '--workers <number>',
      'processes that evaluate at once (default: one a core)',
      numberBy(studyRunSchema.shape.workers.unwrap()),
    )
    .addHelpText(
      'after',
      '\nGenerates texts, trains a classifier of each family, quantizes both to 8, 4, 3 and 2 bits by three calibration sets, measures them on\n' +
        'clean and noisy texts, answers two questions, and writes what came of it. The study is resources/studies/quickstart.yaml: a copy of it is\n' +
        'a beginning for one of your own. A second run computes nothing and writes the same bytes.\n' +
        '\nExample:\n  bitgauge quickstart --out first-look\n',
    )
    .action(define('quickstart', run))
}

async function run(context: CommandContext, { out, workers }: QuickstartFlags): Promise<Outcome<QuickstartData>> {
  const how = studyHowSchema.parse({ workers })
  await ensureLibraries(context, how)
  return withHost(context, async (host) => {
    const input = { ...(await host.client.study.quickstart({ texts: 'voice-commands' })), ...how }
    const { data: ended, warnings = [] } = await runToEnd(host, context, () => host.client.study.run(input))
    const { client } = host
    const results = await client.study.results({ study: ended.study.id })
    context.progress({ phase: 'writing tables and charts', done: 0, total: null, unit: 'files' })
    const exported = await client.study.export(
      { study: ended.study.id, formats: [...formats], out: resolve(out), overwrite: true },
      { signal: context.signal },
    )
    const data = dataOf(ended.study, results, exported)
    return {
      data,
      text: describeQuickstart(results, ended, resolve(out)),
      warnings: [...warnings, ...results.warnings],
    }
  })
}

function dataOf(study: StudySummary, { rows, answers }: Results, { files }: Exported): QuickstartData {
  const runs = rows.map(
    ({ id, model, family, seed, recipe, bits, composition, draw, noise, n, accuracy, interval }) => {
      return { id, model, family, seed, recipe, bits, composition, draw, noise, accuracy, interval, n }
    },
  )
  return { study, runs, answers, files }
}
