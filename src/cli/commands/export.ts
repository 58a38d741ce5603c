import { dirname, sep } from 'node:path'
import { Option, type Command } from 'commander'
import { pivotAxes, type Only } from '../../shared/charts/axes.ts'
import { pivotRequestSchema, type PivotRequest } from '../../shared/charts/pivot.ts'
import { measureSchema } from '../../shared/charts/summary.ts'
import { runtimeExportSchema } from '../../shared/contract/quantizedModel.ts'
import { profileExportFormats, profileExportSchema } from '../../shared/contract/profile.ts'
import { exportFormats, modelExportFormats, type Exported } from '../../shared/contract/results.ts'
import type { ShownRequest } from '../../shared/contract/exports.ts'
import type { BitgaugeClient } from '../../shared/contract/index.ts'
import { studyExportSchema } from '../../shared/contract/study.ts'
import { AppError } from '../../shared/errors.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { withHost } from '../withHost.ts'
import { list, numberBy, parseUsage, repeated } from './dataset/options.ts'
import { readRequestFile } from './export/requestFile.ts'

interface ExportFlags {
  study?: string
  model?: string
  board?: string[]
  against?: string[]
  fullScale?: true
  format: string[]
  out: string
  rows?: string[]
  columns?: string[]
  value?: string
  only?: string[]
  best?: string
  question?: string
  request?: string
  texts?: number
  dataset?: string
  split?: 'train' | 'dev'
  textsFrom?: string
  overwrite?: true
}

export function configure(command: Command, define: Define): void {
  const axes = pivotAxes.join(', ')
  command
    .option('--study <name>', 'whose results are written: its name or id')
    .option('--model <name>', 'a quantized model, for --format runtime: its name, id or fingerprint')
    .option('--board <name>', 'whose newest profiles are written; may be given again', repeated)
    .option('--against <names>', 'of boards, what accuracy is drawn against: latency, size (default: both)', list)
    .option('--full-scale', 'of boards: all accuracies, 0 to 100 %, instead of those that are there')
    .requiredOption(
      '--format <names>',
      `of a study, with commas between: ${exportFormats.join(', ')}; of a model: ${modelExportFormats.join(', ')}; of boards: ${profileExportFormats.join(', ')}`,
      list,
    )
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
    .option('--request <file>', 'tables and charts as the window writes them down: JSON, docs/format/export.md')
    .option('--texts <number>', 'example texts of a runtime (default: 32)', numberBy(runtimeExportSchema.shape.texts))
    .option('--dataset <name>', 'whose texts they are (default: the one the model was trained on)')
    .addOption(new Option('--split <name>', '(default: dev)').choices(['train', 'dev']))
    .option('--texts-from <file>', 'takes them from a file, one a line')
    .option('--overwrite', 'replace the folder of an earlier export')
    .addHelpText(
      'after',
      '\nWithout --rows and --columns the tables are those that suit the study. A runtime is C source with the model, ready to be' +
        '\ncompiled on a board: there `make check` compares what it finds with the reference, bit for bit.\n\nExamples:\n' +
        '  bitgauge export --study calibration-ag-news --format csv,latex,svg,report --out paper\n' +
        '  bitgauge export --study calibration-ag-news --format markdown --rows model,composition --columns bits --only noise=none --out table\n' +
        '  bitgauge export --board pi5 --board local --format csv,latex,svg --out profiles\n' +
        '  bitgauge export --model ag-news-discriminative-w8-a8-c8 --format runtime --out board\n',
    )
    .action(define('export', run))
}

async function run(context: CommandContext, flags: ExportFlags): Promise<Outcome<Exported>> {
  if (flags.board !== undefined) return sendProfiles(context, flags)
  const ofModel = flags.format.some((format) => modelExportFormats.some((one) => one === format))
  assertSubject(flags, ofModel)
  const send = ofModel ? sendRuntime(flags) : await sendStudy(flags)
  return withHost(context, async ({ client }) => {
    context.progress({ phase: 'exporting', done: 0, total: null, unit: 'files' })
    const data = await send(client, context.signal)
    return { data, text: ofModel ? describeRuntime(data) : describeFiles(data.files) }
  })
}

async function sendProfiles(context: CommandContext, flags: ExportFlags): Promise<Outcome<Exported>> {
  const { board, format, out, overwrite, against, fullScale, ...others } = flags
  const loose = Object.entries(others).find(([, value]) => value !== undefined)
  if (loose !== undefined) throw withoutMeaning(loose[0])
  const own = against !== undefined || fullScale !== undefined
  const charts = (against ?? ['latency', 'size']).map((one) => ({ against: one, enlarged: fullScale !== true }))
  const input = parseUsage(profileExportSchema, {
    ...{ boards: board, formats: format, out, overwrite },
    ...(own ? { charts } : {}),
  })
  const data = await withHost(context, ({ client }) => client.profile.export(input))
  return { data, text: describeFiles(data.files) }
}

function describeFiles(files: Exported['files']): string {
  return files.map(({ path, bytes }) => `${path}  ${bytes} bytes`).join('\n')
}

/** The sources are many, and all alike. */
function describeRuntime({ files }: Exported): string {
  const own = files.filter(({ format }) => ['markdown', 'quantized-model', 'token-file', 'makefile'].includes(format))
  const shown = own.filter(({ path }) => !dirname(path).endsWith(`${sep}runtime`))
  const folder = dirname(shown[0]?.path ?? '.')
  return `${describeFiles(shown)}\nand ${files.length - shown.length} files of C source; in ${folder}, make check compiles and compares`
}

/** Some formats are of a study, the others of a quantized model. */
function assertSubject({ study, model, format }: ExportFlags, ofModel: boolean): void {
  const right = ofModel ? model !== undefined && study === undefined : study !== undefined && model === undefined
  if (right && (!ofModel || format.length === 1)) return
  throw new AppError('usage-invalid', 'An export is of a study, or of a quantized model.', {
    expected: `--study NAME --format ${exportFormats.slice(0, 2).join(',')},…; or --model NAME --format ${modelExportFormats.join(',')}`,
    hint: 'See bitgauge export --help.',
  })
}

type Send = (client: BitgaugeClient, signal: AbortSignal) => Promise<Exported>

async function sendStudy(flags: ExportFlags): Promise<Send> {
  const { study, format, out, overwrite } = flags
  const loose = (['texts', 'dataset', 'split', 'textsFrom', 'against', 'fullScale'] as const).find(
    (name) => flags[name] !== undefined,
  )
  if (loose !== undefined) throw withoutMeaning(loose)
  const asked = { tables: tablesOf(flags), ...(await requestOf(flags)) }
  const input = parseUsage(studyExportSchema, { study, formats: format, out, overwrite, ...asked })
  return (client, signal) => client.study.export(input, { signal })
}

function sendRuntime(flags: ExportFlags): Send {
  const { model, out, overwrite, texts, dataset, split, textsFrom: textFile } = flags
  const loose = (
    ['rows', 'columns', 'value', 'only', 'best', 'question', 'request', 'against', 'fullScale'] as const
  ).find((name) => flags[name] !== undefined)
  if (loose !== undefined) throw withoutMeaning(loose)
  if (textFile !== undefined && (dataset !== undefined || split !== undefined)) {
    throw new AppError('usage-invalid', 'Texts are from a dataset or from a file, not from both.')
  }
  const input = parseUsage(runtimeExportSchema, { model, out, overwrite, texts, dataset, split, textFile })
  return (client, signal) => client.quantization.export(input, { signal })
}

function withoutMeaning(name: string): AppError {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return new AppError('usage-invalid', `--${flag} has no meaning for this format.`)
}

/** The file names tables and charts; other flags that do so would stand against it. */
async function requestOf(flags: ExportFlags): Promise<ShownRequest> {
  const { request, rows, columns, value, only, best, question } = flags
  if (request === undefined) return {}
  if ([rows, columns, value, only, best, question].some((flag) => flag !== undefined)) {
    throw new AppError('usage-invalid', 'Tables are asked for by --request or by flags of their own, not by both.')
  }
  return readRequestFile(request)
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
