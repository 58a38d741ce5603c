import { Option, type Command } from 'commander'
import { pivotAxes, type Only } from '../../shared/charts/axes.ts'
import { pivotRequestSchema, type PivotRequest } from '../../shared/charts/pivot.ts'
import { measureSchema } from '../../shared/charts/summary.ts'
import { exportFormats, type Exported } from '../../shared/contract/results.ts'
import { studyExportSchema } from '../../shared/contract/study.ts'
import { AppError } from '../../shared/errors.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { withHost } from '../withHost.ts'
import { list, parseUsage, repeated } from './dataset/options.ts'

interface ExportFlags {
  study: string
  format: string[]
  out: string
  rows?: string[]
  columns?: string[]
  value?: string
  only?: string[]
  best?: string
  question?: string
  overwrite?: true
}

export function configure(command: Command, define: Define): void {
  const axes = pivotAxes.join(', ')
  command
    .requiredOption('--study <name>', 'its name or id')
    .requiredOption('--format <names>', `with commas between: ${exportFormats.join(', ')}`, list)
    .requiredOption('--out <dir>', 'a folder to make')
    .option('--rows <axes>', `of a table of your own, with commas between: ${axes}`, list)
    .option('--columns <axes>', 'the same', list)
    .addOption(
      new Option('--value <name>', 'what stands in its cells (default: accuracy)').choices(measureSchema.options),
    )
    .option('--only <axis=values>', 'cells that it is about: noise=none; may be given again', repeated)
    .addOption(
      new Option('--best <how>', 'where the best value is marked (default: column)').choices(['row', 'column', 'none']),
    )
    .option('--question <name>', 'whose marks stand in the cells (default: the first that speaks of them)')
    .option('--overwrite', 'replace the folder of an earlier export')
    .addHelpText(
      'after',
      '\nWithout --rows and --columns the tables are those that suit the study.\n\nExamples:\n' +
        '  bitgauge export --study calibration-ag-news --format csv,latex,svg,report --out paper\n' +
        '  bitgauge export --study calibration-ag-news --format markdown --rows model,composition --columns bits --only noise=none --out table\n',
    )
    .action(define('export', run))
}

async function run(context: CommandContext, flags: ExportFlags): Promise<Outcome<Exported>> {
  const { study, format, out, overwrite } = flags
  const input = parseUsage(studyExportSchema, { study, formats: format, out, overwrite, tables: tablesOf(flags) })
  return withHost(context, async ({ client }) => {
    context.progress({ phase: 'exporting', done: 0, total: null, unit: 'files' })
    const data = await client.study.export(input, { signal: context.signal })
    const text = data.files.map(({ path, bytes }) => `${path}  ${bytes} bytes`).join('\n')
    return { data, text }
  })
}

function tablesOf({ rows, columns, value, only, best, question }: ExportFlags): PivotRequest[] | undefined {
  const own = [rows, columns, value, only, best, question].some((flag) => flag !== undefined)
  if (!own) return undefined
  if (rows === undefined || columns === undefined) {
    throw new AppError('usage-invalid', 'A table of your own has --rows and --columns.', {
      hint: 'See bitgauge export --help.',
    })
  }
  return [parseUsage(pivotRequestSchema, { rows, columns, value, best, question, only: onlyOf(only) })]
}

/** `noise=none`, `bits=W4 A4 C4,W8 A8 C8` */
function onlyOf(flags: readonly string[] | undefined): Only | undefined {
  if (flags === undefined) return undefined
  const parts = flags.map((flag) => {
    const cut = flag.indexOf('=')
    if (cut > 0) return [flag.slice(0, cut), list(flag.slice(cut + 1))]
    throw new AppError('usage-invalid', 'A restriction names an axis and its values.', {
      expected: '--only AXIS=VALUE,…',
      found: flag,
    })
  })
  return Object.fromEntries(parts) as Only
}
