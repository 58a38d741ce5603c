import { Option, type Command } from 'commander'
import { DatasetService } from '../../../host/dataset/datasetService.ts'
import { datasetImportSchema, presetNames, type DatasetMade } from '../../../shared/contract/dataset.ts'
import { importLimitsSchema, splitRuleSchema } from '../../../shared/contract/datasetRules.ts'
import { AppError } from '../../../shared/errors.ts'
import type { CommandContext, Define, Outcome } from '../../command.ts'
import { follow } from './follow.ts'
import { encodingFlags, encodingOf, list, numberBy, parseUsage, repeated, type EncodingFlags } from './options.ts'

interface ImportFlags extends EncodingFlags {
  name?: string
  preset?: string
  train?: string[]
  dev?: string[]
  test?: string[]
  devLast?: number
  devShare?: number
  testLast?: number
  testShare?: number
  seed?: number
  format?: string
  header: boolean
  quote?: string
  text?: string[]
  label?: string
  join?: string
  classes?: string[]
  labelsFrom?: string
  entities?: string
  tags?: string
  backslash?: string
  punctuation?: string
  case?: string
  unknownLabels?: string
  duplicates?: string
  maxRecord?: number
  maxRows?: number
}

const [, lastRule, shareRule] = splitRuleSchema.options
const rows = numberBy(lastRule.shape.rows)
const share = numberBy(shareRule.shape.share)

export function configureImport(parent: Command, define: Define): void {
  const command = parent
    .command('import')
    .description('read texts with their labels from CSV, TSV or JSONL, each also packed by gzip')
    .argument('[files...]', 'the train files')
    .option('--name <name>', "what to call it (default: the preset's or the first file's)")
    .addOption(new Option('--preset <name>', 'well-known files').choices(presetNames))
  splitFlags(command)
  layoutFlags(command)
  ruleFlags(command)
  encodingFlags(command)
    .addHelpText(
      'after',
      '\nColumns are named as in the header, or numbered from 1.\n\nExamples:\n' +
        '  bitgauge dataset import --preset ag-news train.csv --test test.csv --dev-last 3000\n' +
        '  bitgauge dataset import notes.jsonl.gz --text subject,body --label team --json\n',
    )
    .action(define('dataset-import', importFiles))
}

function splitFlags(command: Command): void {
  command
    .option('--train <file>', 'another train file; may be given again', repeated)
    .option('--dev <file>', 'a file of the dev split; may be given again', repeated)
    .option('--test <file>', 'a file of the test split; may be given again', repeated)
    .option('--dev-last <rows>', 'the last train rows become the dev split', rows)
    .option('--dev-share <share>', 'a drawn share of the train rows becomes the dev split (default: 0.1)', share)
    .option('--test-last <rows>', 'the last train rows become the test split', rows)
    .option('--test-share <share>', 'a drawn share becomes the test split, where it has no file (default: 0.2)', share)
    .option(
      '--seed <number>',
      'of the draws (default: 1)',
      numberBy(datasetImportSchema.shape.split.unwrap().shape.seed),
    )
    .addOption(
      new Option('--duplicates <what>', 'texts of train that are also in dev or test').choices(['keep', 'drop']),
    )
}

function layoutFlags(command: Command): void {
  command
    .addOption(new Option('--format <name>', "where the file's name does not say it").choices(['csv', 'tsv', 'jsonl']))
    .option('--no-header', 'the first record is a row, and columns are numbers')
    .addOption(new Option('--quote <how>', 'whether double quotes have a meaning').choices(['double', 'none']))
    .option('--text <columns>', 'what makes up the text, with commas between (default: text)', list)
    .option('--label <column>', 'the label (default: label)')
    .option('--join <text>', 'stands between the text columns (default: a blank)')
    .option('--classes <names>', 'the classes in order, with commas between (default: what train holds)', list)
    .addOption(
      new Option('--labels-from <number>', "labels are numbers, the first class's is this").choices(['0', '1']),
    )
    .addOption(new Option('--unknown-labels <what>', 'rows whose label names no class').choices(['error', 'drop']))
    .option(
      '--max-record <bytes>',
      'longest record (default: 1048576)',
      numberBy(importLimitsSchema.shape.record_bytes),
    )
    .option('--max-rows <number>', 'most rows (default: 5000000)', numberBy(importLimitsSchema.shape.rows))
}

function ruleFlags(command: Command): void {
  command
    .addOption(new Option('--case <how>', 'letters as words see them').choices(['lower', 'keep']))
    .addOption(new Option('--entities <how>', 'HTML entities').choices(['keep', 'whole', 'bare']))
    .addOption(new Option('--tags <how>', 'HTML tags').choices(['keep', 'strip']))
    .addOption(new Option('--backslash <how>', 'whether it parts words').choices(['keep', 'break']))
    .addOption(new Option('--punctuation <how>', 'a word by itself, or part of one').choices(['split', 'keep']))
}

async function importFiles(context: CommandContext, flags: ImportFlags, args: string[]): Promise<Outcome<DatasetMade>> {
  const train = [...args, ...(flags.train ?? [])]
  if (train.length === 0) {
    throw new AppError('usage-invalid', 'There is no file to import.', {
      expected: 'one or more train files',
      hint: 'See bitgauge dataset import --help.',
    })
  }
  const input = parseUsage(datasetImportSchema, {
    name: flags.name,
    preset: flags.preset,
    train,
    dev: flags.dev,
    test: flags.test,
    layout: layoutOf(flags),
    split: {
      dev: ruleOf('dev', flags.devLast, flags.devShare),
      test: ruleOf('test', flags.testLast, flags.testShare),
      seed: flags.seed,
    },
    tokenizer: tokenizerOf(flags),
    encoding: encodingOf(flags),
    unknownLabels: flags.unknownLabels,
    duplicates: flags.duplicates,
    limits: { record_bytes: flags.maxRecord, rows: flags.maxRows },
  })
  return follow(context, new DatasetService({ home: context.home }).import(input, context.signal))
}

function layoutOf(flags: ImportFlags): object {
  return {
    format: flags.format,
    // The option's absence says nothing, so that a preset without a header stays without one.
    header: flags.header ? undefined : false,
    quote: flags.quote,
    text: flags.text?.map(columnOf),
    label: flags.label === undefined ? undefined : columnOf(flags.label),
    join: flags.join,
    classes: flags.classes,
    labelBase: flags.labelsFrom === undefined ? undefined : Number(flags.labelsFrom),
  }
}

/** Digits alone are a column's number, or a key of a JSON line that is written so. */
function columnOf(text: string): string | number {
  return /^[1-9]\d{0,2}$/.test(text) ? Number(text) : text
}

function tokenizerOf(flags: ImportFlags): object {
  const { entities, tags, backslash, punctuation } = flags
  return {
    entities,
    tags,
    backslash,
    punctuation,
    lowerCase: flags.case === undefined ? undefined : flags.case === 'lower',
  }
}

function ruleOf(split: string, last: number | undefined, part: number | undefined): object | undefined {
  if (last !== undefined && part !== undefined) {
    throw new AppError('usage-invalid', `The ${split} split has two rules.`, {
      expected: `--${split}-last or --${split}-share`,
    })
  }
  if (last !== undefined) return { kind: 'last', rows: last }
  return part === undefined ? undefined : { kind: 'share', share: part }
}
